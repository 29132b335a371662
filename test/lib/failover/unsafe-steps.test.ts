import { findUnsafeSteps, planFailover, type Procedure, type Step } from '../../../lib';
import { anActivePassive } from '../multi-region';

const FAILOVER = planFailover(anActivePassive(), 'us-east-1');

/** The procedure with one of its steps altered. */
function withStep(id: string, change: Partial<Step>): Procedure {
  return {
    ...FAILOVER,
    steps: FAILOVER.steps.map((step) => (step.id === id ? { ...step, ...change } : step)),
  };
}

const unsafeWith = (id: string, change: Partial<Step>) =>
  findUnsafeSteps(withStep(id, change)).map(({ stepId, reason }) => `${stepId} ${reason}`);

describe('findUnsafeSteps', () => {
  it('finds nothing in what is planned', () => {
    expect(findUnsafeSteps(FAILOVER)).toEqual([]);
  });

  it("names the guide's first step, which edits a record of Route 53", () => {
    const calls = [
      {
        service: 'Amazon Route 53 ChangeResourceRecordSets',
        plane: 'control',
        scope: 'global',
        home: 'us-east-1',
      } as const,
    ];
    const lostElsewhere = planFailover(
      anActivePassive({
        primary: { region: 'eu-west-1' },
        standby: { region: 'us-east-1' },
      }),
      'eu-west-1',
    );

    expect(unsafeWith('shift.close.us-east-1', { calls })).toEqual([
      'shift.close.us-east-1 calls the control plane of Amazon Route 53 ChangeResourceRecordSets in us-east-1, which is lost',
    ]);
    expect(
      findUnsafeSteps({
        ...lostElsewhere,
        steps: lostElsewhere.steps.map((step) =>
          step.phase === 'shift' ? { ...step, calls } : step,
        ),
      }).map(({ reason }) => reason),
    ).toEqual([
      'calls the control plane of Amazon Route 53 ChangeResourceRecordSets, which lives in us-east-1 alone',
      'calls the control plane of Amazon Route 53 ChangeResourceRecordSets, which lives in us-east-1 alone',
    ]);
  });

  it('has nothing against services of us-east-1 that every region has, while it is not the lost one', () => {
    const primary = { region: 'us-west-2' };
    const standby = { region: 'us-east-1' };

    expect(
      findUnsafeSteps(planFailover(anActivePassive({ primary, standby }), 'us-west-2')),
    ).toEqual([]);
  });

  it('names a step that runs in the lost region, or asks its control plane', () => {
    expect(
      unsafeWith('scale.us-west-2', {
        runsIn: 'us-east-1',
        calls: [
          { service: 'Amazon EKS', plane: 'control', scope: 'regional', home: 'us-east-1' },
          { service: 'PostgreSQL', plane: 'data', scope: 'regional', home: 'us-east-1' },
        ],
      }),
    ).toEqual([
      'scale.us-west-2 runs in us-east-1, which is lost',
      'scale.us-west-2 calls the control plane of Amazon EKS in us-east-1, which is lost',
    ]);
  });

  it('names a promotion that waits for no fence', () => {
    const bare = withStep('scale.us-west-2', { requires: [] });
    const steps = bare.steps.map((step) => ({
      ...step,
      requires: step.requires.filter((id) => id !== 'fence.us-east-1'),
    }));

    expect(findUnsafeSteps({ ...bare, steps })).toEqual([
      {
        stepId: 'promote.us-west-2',
        reason: 'promotes a database before the old writer is fenced',
      },
    ]);
  });

  it('names a shift that waits for no verification, also when steps wait in a circle', () => {
    expect(unsafeWith('shift.close.us-east-1', { requires: ['shift.observe'] })).toEqual([
      'shift.close.us-east-1 requires shift.observe, which does not come before it',
      'shift.close.us-east-1 moves clients before the region they go to is verified',
    ]);
  });
});
