import { AWS_TRAITS, GCP_TRAITS, K8S_TRAITS, planSingleRegion, resolveSpec } from '../../../lib';
import { aConfig } from '../../support/a-config';
import { anActiveActive, anActivePassive } from '../multi-region';

const DISTRIBUTED = {
  regions: [{ region: 'us-east-1' }, { region: 'us-west-2' }],
  dataMode: 'distributed-sql',
  witnessRegion: 'us-east-2',
} as const;

describe('planMultiRegionObjectives', () => {
  it('promises within a region what one region promises', () => {
    const { spec } = resolveSpec(
      { config: aConfig(), secrets: { OPENAI_API_KEY: 'handle' } },
      AWS_TRAITS,
    );
    const alone = planSingleRegion(spec, AWS_TRAITS).recoveryObjectives.failures;

    expect(anActivePassive().recoveryObjectives.failures.slice(0, 4)).toEqual(alone.slice(0, 4));
  });

  it('writes the formula with its inputs and their sources', () => {
    expect(anActivePassive().recoveryObjectives.failures.at(-1)?.arithmetic).toBe(
      'calls: 3 probes × 10 s + 10 s to agree + 60 s in the memory of clients = 100 s; writes: max(100 s, 40 s to notice + 900 s to promote) — Amazon RDS User Guide, "Promoting a read replica": several minutes or longer; 900 s is ours; loss: the lag at that moment, usually 5 s, alarm from 30 s on — Amazon RDS User Guide, "Read replicas": asynchronous, no bound; 5 s is ours',
    );
    expect(anActiveActive(DISTRIBUTED).recoveryObjectives.failures.at(-1)?.arithmetic).toBe(
      'calls of the clients of that region: 3 probes × 10 s + 10 s to agree + 60 s in the memory of clients = 100 s; writes: as calls, since every region takes them; loss: none: a second region has each write — Aurora DSQL User Guide, "Multi-Region clusters": strongly consistent',
    );
  });

  it('waits for no standby where the database spans zones and regions', () => {
    const { failures } = anActiveActive(DISTRIBUTED).recoveryObjectives;

    expect(
      failures.map(({ failure, controlPlaneRtoSeconds }) => [failure, controlPlaneRtoSeconds]),
    ).toEqual([
      ['replica', 18],
      ['zone', 18],
      ['database', 10],
      ['cache', 0],
      ['region', 100],
    ]);
  });

  it('counts the time to steer and the level of who steers against the uptime', () => {
    expect(anActivePassive().recoveryObjectives).toMatchObject({
      uptimePercent: 99.99936,
      uptimeArithmetic:
        'not all 2 regions of 99.98 % at once × 1 loss a year of each, 100 s to steer × Route 53 failover records 100 % = 99.99936 %',
    });
    expect(anActiveActive({}, GCP_TRAITS).recoveryObjectives.uptimePercent).toBe(99.98961);
    expect(anActivePassive({}, K8S_TRAITS).recoveryObjectives.uptimePercent).toBeNull();
  });
});
