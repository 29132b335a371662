import {
  AWS_TRAITS,
  GATEWAY_PATHS,
  K8S_TRAITS,
  planSingleRegion,
  resolveSpec,
  type GatewayProps,
} from '../../../lib';
import { aConfig } from '../../support/a-config';

function plan(props: Partial<GatewayProps> = {}, traits = AWS_TRAITS) {
  const { spec } = resolveSpec(
    { config: aConfig(), secrets: { OPENAI_API_KEY: 'handle' }, ...props },
    traits,
  );
  return planSingleRegion(spec, traits);
}

describe('planSingleRegion', () => {
  it('plans one region whose load balancer asks for readiness', () => {
    const topology = plan({ domain: { name: 'api.example.com' } });

    expect(topology.regions).toHaveLength(1);
    expect(topology.dns).toEqual({ domainName: 'api.example.com' });
    expect(topology.regions[0]).toMatchObject({
      role: 'primary',
      network: { computeCidr: '10.40.0.0/17', dataCidr: '10.40.128.0/17' },
      loadBalancer: { probePath: GATEWAY_PATHS.readiness, targetPort: 4000 },
      backup: { windowStart: '03:00', windowEnd: '04:00', retentionDays: 30 },
    });
  });

  it('tells the gateway the timers that the load balancer follows', () => {
    const environment = plan().regions[0]?.compute.environment;

    expect(environment).toEqual({
      HOST: '0.0.0.0',
      PORT: '4000',
      KEEPALIVE_TIMEOUT: '310',
      LITELLM_HA_PROPAGATION_SECONDS: '20',
      GRACEFUL_SHUTDOWN_TIMEOUT: '600',
    });
  });

  it('computes what each failure costs, and promises nothing for the loss of the region', () => {
    const { recoveryObjectives } = plan();

    expect(
      recoveryObjectives.failures.map((failure) => [
        failure.failure,
        failure.dataPlaneRtoSeconds,
        failure.controlPlaneRtoSeconds,
        failure.rpoSeconds,
      ]),
    ).toEqual([
      ['replica', 18, 18, 0],
      ['zone', 18, 120, 0],
      ['database', 0, 120, 0],
      ['cache', 0, 0, 0],
      ['region', null, null, null],
    ]);
    expect(recoveryObjectives.uptimePercent).toBe(99.98);
    expect(recoveryObjectives.failures[0]?.arithmetic).toBe(
      '3 probes × 5 s + 3 s timeout = 18 s; streams open on the replica break',
    );
  });

  it('rejects a recovery time that its probes cannot keep', () => {
    expect(() => plan({ objectives: { rtoSeconds: 10 } })).toThrow(
      'objectives.rtoSeconds must be 18 or more for the loss of a replica (3 probes × 5 s + 3 s timeout = 18 s; streams open on the replica break), got 10; raise it, or lower probe.intervalSeconds or probe.unhealthyThreshold',
    );
  });

  it('rejects an uptime beyond that of its parts', () => {
    expect(() => plan({ objectives: { uptimePercent: 99.999 } })).toThrow(
      'objectives.uptimePercent must be 99.98 or less (Application Load Balancer 99.99 % × EC2 over several zones 99.99 % = 99.98 %), got 99.999; lower it, or choose a pattern with more than one region',
    );
  });

  it('promises no uptime where nobody publishes one', () => {
    expect(
      plan({ objectives: { uptimePercent: 99.999 } }, K8S_TRAITS).recoveryObjectives,
    ).toMatchObject({
      uptimePercent: null,
    });
  });

  it('accepts the objectives of the guide', () => {
    expect(() =>
      plan({ objectives: { rtoSeconds: 300, rpoSeconds: 60, uptimePercent: 99.9 } }),
    ).not.toThrow();
  });
});
