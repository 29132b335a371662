import { AWS_TRAITS, findUnsafeSteps, GCP_TRAITS, K8S_TRAITS, planFailback } from '../../../lib';
import { anActiveActive, anActivePassive } from '../multi-region';

const ENOUGH = { database: { maxConnections: 2000 } };
const idsOf = (topology: ReturnType<typeof anActivePassive>, region: string) =>
  planFailback(topology, region).steps.map(({ id }) => id);

describe('planFailback', () => {
  it('saves what was stranded, follows, and takes over only when nothing is missing', () => {
    expect(idsOf(anActivePassive(), 'us-east-1')).toEqual([
      'rebuild.merge.us-east-1',
      'rebuild.replica.us-east-1',
      'rebuild.lag.us-east-1',
      'scale.us-east-1',
      'fence.us-west-2',
      'promote.lag.us-east-1',
      'promote.us-east-1',
      'verify.writes.us-east-1',
      'verify.requests.us-east-1',
      'shift.open.us-east-1',
      'shift.observe',
      'restore.replica.us-west-2',
      'restore.scale.us-west-2',
    ]);
  });

  it('waits for the last write before it promotes, and lets the writer go on if that fails', () => {
    const { steps } = planFailback(anActivePassive(), 'us-east-1');
    const drain = steps.find(({ id }) => id === 'promote.lag.us-east-1');
    const promote = steps.find(({ id }) => id === 'promote.us-east-1');

    expect(drain).toMatchObject({
      action: { kind: 'await-lag', replica: 'us-east-1', maxLagSeconds: 0 },
      requires: ['scale.us-east-1', 'fence.us-west-2'],
      onFailure: { kind: 'roll-back', how: 'let the database of us-west-2 take writes again' },
    });
    expect(promote).toMatchObject({ action: { mode: 'planned' } });
    expect(promote?.requires).toContain('promote.lag.us-east-1');
  });

  it('brings the standby back down to its floor', () => {
    expect(planFailback(anActivePassive(), 'us-east-1').steps.at(-1)?.action).toEqual({
      kind: 'scale-compute',
      target: 'us-west-2',
      minReplicas: 2,
    });
  });

  it('calls a planned promotion by the name of the target', () => {
    const callsOn = (traits = AWS_TRAITS) =>
      planFailback(anActivePassive({ dataMode: 'global-database' }, traits), 'us-east-1')
        .steps.filter(({ action }) => action.kind === 'promote-database')
        .flatMap(({ calls }) => calls);

    expect(callsOn()).toEqual([
      {
        service: 'Amazon RDS SwitchoverGlobalCluster',
        plane: 'control',
        scope: 'regional',
        home: 'us-east-1',
      },
    ]);
    expect(callsOn(GCP_TRAITS).map(({ service }) => service)).toEqual(['Cloud SQL switchover']);
  });

  it('lets a follower catch up without moving any writes', () => {
    const topology = anActiveActive({ ...ENOUGH, dataMode: 'shared-writer' });

    expect(idsOf(topology, 'eu-west-1')).toEqual([
      'rebuild.replica.eu-west-1',
      'rebuild.lag.eu-west-1',
      'scale.eu-west-1',
      'verify.writes.eu-west-1',
      'verify.requests.eu-west-1',
      'shift.open.eu-west-1',
      'shift.observe',
      'restore.scale.us-east-1',
      'restore.scale.ap-southeast-1',
    ]);
  });

  it('lets a member of a distributed database open as soon as it answers', () => {
    const topology = anActiveActive({
      regions: [{ region: 'us-east-1' }, { region: 'us-west-2' }],
      dataMode: 'distributed-sql',
      witnessRegion: 'us-east-2',
    });

    expect(idsOf(topology, 'us-east-1')[0]).toBe('scale.us-east-1');
  });

  it('has no unsafe step', () => {
    for (const traits of [AWS_TRAITS, GCP_TRAITS, K8S_TRAITS]) {
      const topology = anActiveActive({ ...ENOUGH, dataMode: 'shared-writer' }, traits);
      for (const { region } of topology.regions) {
        expect(findUnsafeSteps(planFailback(topology, region))).toEqual([]);
      }
    }
  });
});
