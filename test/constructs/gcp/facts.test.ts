import { GCP_TRAITS, planSingleRegion, resolveSpec } from '../../../lib';
import { aConfig } from '../../support/a-config';
import { planFacts } from '../../contract/facts/facts';
import { readGcpFacts, synthesizeGcp } from '../../contract/facts/gcp';
import { synthesize } from './synthesize';

const PROPS = { config: aConfig(), domain: { name: 'api.example.com' } };

describe('synthesizeGcp', () => {
  it('finds what the default plan promises', () => {
    const secrets = { OPENAI_API_KEY: 'given' };
    const { spec } = resolveSpec({ ...PROPS, secrets }, GCP_TRAITS);
    const { idleSeconds, ...planned } = planFacts(planSingleRegion(spec, GCP_TRAITS));

    const facts = synthesizeGcp(PROPS);

    expect(idleSeconds).toBe(300);
    expect(facts).toEqual({
      ...planned,
      idleSeconds: {
        notOffered:
          'the load balancer bounds the whole answer (timeout_sec), not a silence within it',
      },
    });
  });
});

describe('readGcpFacts', () => {
  it('reads the share of the replica whatever the machine', () => {
    const compute = {
      kind: 'instance-group',
      cpuMillicores: 1500,
      gatewayScript: 'run();',
    } as const;
    const small = synthesize({ compute: { ...compute, machineType: 'n2-custom-2-4096' } });
    const large = synthesize({ compute: { ...compute, machineType: 'n2-highmem-8' } });

    expect(readGcpFacts(JSON.stringify(small)).cpuPercent).toBe(70);
    expect(readGcpFacts(JSON.stringify(large)).cpuPercent).toBe(70);
  });

  it('sees a database that lost its protection', () => {
    const text = JSON.stringify(synthesize()).replace(
      '"deletion_protection_enabled":true',
      '"deletion_protection_enabled":false',
    );

    expect(readGcpFacts(text).databaseDeletionProtection).toBe(false);
  });

  it('sees a redirect that leads nowhere', () => {
    const text = JSON.stringify(synthesize()).replace(
      '"https_redirect":true',
      '"https_redirect":false',
    );

    expect(readGcpFacts(text).httpRedirected).toBe(false);
  });
});
