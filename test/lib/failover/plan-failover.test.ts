import { findUnsafeSteps, planFailover, type DataMode } from '../../../lib';
import { anActiveActive, anActivePassive } from '../multi-region';

const ENOUGH = { database: { maxConnections: 2000 } };
const idsOf = (topology: ReturnType<typeof anActivePassive>, region: string) =>
  planFailover(topology, region).steps.map(({ id }) => id);

describe('planFailover', () => {
  it('fences, scales, promotes, verifies and shifts, in this order', () => {
    expect(idsOf(anActivePassive(), 'us-east-1')).toEqual([
      'fence.us-east-1',
      'scale.us-west-2',
      'promote.lag.us-west-2',
      'promote.us-west-2',
      'verify.writes.us-west-2',
      'verify.requests.us-west-2',
      'shift.close.us-east-1',
      'shift.observe',
    ]);
  });

  it('is led by the region that is left, and runs nothing in the lost one', () => {
    const { ledBy, steps } = planFailover(anActivePassive(), 'us-east-1');

    expect(ledBy).toBe('us-west-2');
    expect(steps.map(({ runsIn }) => runsIn)).not.toContain('us-east-1');
  });

  it('scales the standby to what the primary carried', () => {
    const [, scale] = planFailover(
      anActivePassive({ autoscaling: { minReplicas: 7 } }),
      'us-east-1',
    ).steps;

    expect(scale?.action).toEqual({
      kind: 'scale-compute',
      target: 'us-west-2',
      minReplicas: 7,
    });
  });

  it('gives a promotion twice the time that is documented for it', () => {
    const promote = planFailover(anActivePassive(), 'us-east-1').steps.find(
      ({ action }) => action.kind === 'promote-database',
    );

    expect(promote?.timeoutSeconds).toBe(1800);
  });

  it('moves no writes when the standby is lost', () => {
    expect(idsOf(anActivePassive(), 'us-west-2')).toEqual([
      'scale.us-east-1',
      'verify.writes.us-east-1',
      'verify.requests.us-east-1',
      'shift.close.us-west-2',
      'shift.observe',
    ]);
  });

  it('redirects every region to the new writer, and lets the others follow it', () => {
    const topology = anActiveActive({ ...ENOUGH, dataMode: 'shared-writer' });

    expect(idsOf(topology, 'us-east-1')).toEqual([
      'fence.us-east-1',
      'scale.eu-west-1',
      'scale.ap-southeast-1',
      'promote.lag.eu-west-1',
      'promote.eu-west-1',
      'promote.redirect.eu-west-1',
      'promote.redirect.ap-southeast-1',
      'verify.writes.eu-west-1',
      'verify.requests.eu-west-1',
      'verify.writes.ap-southeast-1',
      'verify.requests.ap-southeast-1',
      'shift.close.us-east-1',
      'shift.observe',
      'restore.replica.ap-southeast-1',
    ]);
  });

  it('promotes nothing where every region writes', () => {
    const { steps } = planFailover(anActiveActive(), 'us-east-1');

    expect([...new Set(steps.map(({ phase }) => phase))]).toEqual(['scale', 'verify', 'shift']);
  });

  it.each<DataMode>(['shared-writer', 'global-database', 'regional-primaries'])(
    'has no unsafe step with %s, whichever region is lost',
    (dataMode) => {
      const topology = anActiveActive({ ...ENOUGH, dataMode });

      for (const { region } of topology.regions) {
        expect(findUnsafeSteps(planFailover(topology, region))).toEqual([]);
      }
    },
  );

  describe('where clients are led by an accelerator', () => {
    const regions = [{ region: 'us-east-1' }, { region: 'eu-west-1' }, { region: 'us-west-2' }];
    const topology = anActiveActive({ regions, steering: { policy: 'anycast' } });
    const closing = (lost: string) =>
      planFailover(topology, lost).steps.filter(
        ({ action: { kind } }) => kind === 'set-region-switch',
      );

    it('closes the lost region by a dial that is kept at the home of its control plane', () => {
      expect(closing('us-east-1')).toMatchObject([
        {
          id: 'shift.close.us-east-1',
          action: { heldIn: 'us-west-2' },
          runsIn: 'eu-west-1',
          doneWhen: 'the dial of us-east-1, kept in us-west-2, reads closed',
          calls: [
            {
              service: 'AWS Global Accelerator UpdateEndpointGroup',
              plane: 'control',
              scope: 'global',
              home: 'us-west-2',
            },
          ],
        },
      ]);
    });

    it('closes nothing when that home itself is lost, and still watches who answers', () => {
      expect(closing('us-west-2')).toEqual([]);
      const { steps } = planFailover(topology, 'us-west-2');
      expect(steps.at(-1)).toMatchObject({
        id: 'shift.observe',
        requires: steps.filter(({ phase }) => phase === 'verify').map(({ id }) => id),
      });
    });

    it('has no unsafe step, whichever region is lost', () => {
      for (const { region } of topology.regions) {
        expect(findUnsafeSteps(planFailover(topology, region))).toEqual([]);
      }
    });
  });

  it('rejects a region that the topology does not have', () => {
    expect(() => planFailover(anActivePassive(), 'mars')).toThrow(
      new Error(
        'region must be one of us-east-1, us-west-2, got mars; name a region of the topology',
      ),
    );
  });
});
