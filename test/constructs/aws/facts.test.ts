import { AWS_TRAITS, planSingleRegion, resolveSpec } from '../../../lib';
import { readAwsFacts } from '../../contract/facts/aws';
import { planFacts } from '../../contract/facts/facts';
import { build, leastProps, testStack, type Change } from './support';

function planned(change: Change) {
  const stack = testStack();
  return planFacts(
    planSingleRegion(resolveSpec(change(leastProps(stack), stack), AWS_TRAITS).spec, AWS_TRAITS),
  );
}

const defaults: Change = (props) => props;

/** Every fact that a user can change, changed. */
const everything: Change = (props) => ({
  ...props,
  zones: 2,
  autoscaling: { minReplicas: 4, maxReplicas: 12, cpuPercent: 55 },
  streaming: { maxStreamSeconds: 900, idleSeconds: 120 },
  probe: { intervalSeconds: 10, timeoutSeconds: 4, healthyThreshold: 3, unhealthyThreshold: 5 },
  database: { kind: 'rds', readReplicas: 3, storageGib: 250, maxConnections: 700 },
  cache: { kind: 'replication-group', replicas: 4 },
  backup: { retentionDays: 14, window: '22:30-23:30' },
});

describe('readAwsFacts', () => {
  it.each([
    ['the defaults', defaults],
    ['every changed property', everything],
  ])('reads back from the template what was planned for %s', (_, change) => {
    expect(readAwsFacts(build(change).template.toJSON() as never)).toEqual(planned(change));
  });

  it('sees a value that only the template has', () => {
    const { template } = build();
    const json = template.toJSON() as {
      Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
    };
    const group = Object.values(json.Resources).find(
      (each) => each.Type === 'AWS::ElasticLoadBalancingV2::TargetGroup',
    );
    if (group !== undefined) group.Properties['HealthCheckPath'] = '/elsewhere';
    expect(readAwsFacts(json as never)).not.toEqual(planned(defaults));
  });
});
