import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AWS_TRAITS, GCP_TRAITS, LOCAL_TRAITS, resolveActivePassive } from '../../../lib';
import { activePassive } from '../multi-region';

const resolve = (overrides = {}, traits = AWS_TRAITS) =>
  resolveActivePassive(activePassive(overrides), traits);

describe('resolveActivePassive', () => {
  it('keeps the standby warm and its network apart from that of the primary', () => {
    const { spec, warnings } = resolve();

    expect(warnings).toEqual([]);
    expect(spec).toMatchObject({
      pattern: 'active-passive',
      dataMode: 'shared-writer',
      primary: { region: 'us-east-1', path: 'primary', spec: { cidr: '10.40.0.0/16', zones: 3 } },
      standby: {
        region: 'us-west-2',
        path: 'standby',
        minReplicas: 2,
        allowColdStandby: null,
        spec: { cidr: '10.41.0.0/16', zones: 3 },
      },
    });
  });

  it('steers as fast as the target lets it', () => {
    const steeringOn = (traits = AWS_TRAITS) => resolve({}, traits).spec.steering;

    expect(steeringOn()).toEqual({
      policy: 'failover',
      intervalSeconds: 10,
      failureThreshold: 3,
      ttlSeconds: 60,
    });
    expect(steeringOn(GCP_TRAITS)).toMatchObject({ intervalSeconds: 30, ttlSeconds: 60 });
    expect(steeringOn(LOCAL_TRAITS)).toMatchObject({ intervalSeconds: 10, ttlSeconds: 0 });
  });

  it('keeps what a region says for itself', () => {
    const { spec } = resolve({
      zones: 2,
      standby: { region: 'us-west-2', zones: 3, cidr: '10.99.0.0/16', minReplicas: 4 },
    });

    expect(spec.primary.spec.zones).toBe(2);
    expect(spec.standby).toMatchObject({
      minReplicas: 4,
      spec: { zones: 3, cidr: '10.99.0.0/16' },
    });
  });

  it('warns of a cold standby with its reason, and of a permit that nobody needs', () => {
    const allowColdStandby = 'a test environment';
    const warningsFor = (minReplicas: number) =>
      resolve({ standby: { region: 'us-west-2', minReplicas, allowColdStandby } }).warnings;

    expect(warningsFor(0)).toEqual([
      {
        rule: 'standby.cold',
        path: 'standby.allowColdStandby',
        message: 'the standby does not serve at once: a test environment',
      },
    ]);
    expect(warningsFor(2)).toEqual([
      {
        rule: 'standby.permit-unused',
        path: 'standby.allowColdStandby',
        message: '2 replicas keep the standby warm; remove the permit',
      },
    ]);
  });

  it('notices once what deserves a look in all regions', () => {
    const { warnings } = resolve({ autoscaling: { memoryPercent: 80 } });

    expect(warnings.map(({ rule }) => rule)).toEqual(['autoscaling.memory']);
  });

  it('has the literal defaults that the documentation of the props states', () => {
    const text = readFileSync(join(__dirname, '../../../lib/spec/multi-region-props.ts'), 'utf8');
    const documented = Object.fromEntries(
      [...text.matchAll(/@default (?!-)(\S+)[\s\S]*?readonly (\w+)\?: /g)].map(
        ([, value, prop]) => [prop, value],
      ),
    );
    const { spec } = resolve();

    expect(documented).toEqual({
      minReplicas: String(spec.standby.minReplicas),
      failureThreshold: String(spec.steering.failureThreshold),
      dataMode: `'${spec.dataMode}'`,
    });
  });
});
