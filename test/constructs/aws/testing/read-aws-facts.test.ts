import { AWS_TRAITS, planSingleRegion, resolveSpec } from '../../../../lib';
import { readAwsFacts } from '../../../../constructs/aws/testing';
import { planFacts } from '../../../../lib/testing/facts';
import { Cache, Compute, Database } from '../../../../constructs/aws';
import { build, gatewayFolder, leastProps, shortStreams, testStack, type Change } from '../support';

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

/** The other compute and the other database. */
const otherParts: Change = (props) => ({
  ...props,
  ...shortStreams(),
  compute: Compute.fargate({ gatewayFolder: gatewayFolder() }),
  database: Database.aurora({ readReplicas: 1, maxConnections: 500 }),
  cache: Cache.cluster({ replicas: 3 }),
});

describe('readAwsFacts', () => {
  it('reads Fargate and Aurora too, and says what those do not offer', () => {
    const { scaleDownReplicas, databaseStorageGib, ...facts } = readAwsFacts(
      build(otherParts).template.toJSON() as never,
    );
    expect(planned(otherParts)).toMatchObject(facts);
    expect(scaleDownReplicas).toHaveProperty('notOffered');
    expect(databaseStorageGib).toHaveProperty('notOffered');
  });

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
