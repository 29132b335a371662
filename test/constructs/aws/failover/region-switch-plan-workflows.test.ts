import {
  checkBlockCount,
  listWorkflows,
  LOOKING_SECONDS,
  planBlocks,
  selectApproved,
} from '../../../../constructs/aws/failover/region-switch-plan-workflows';
import { namePhysically } from '../../../../constructs/aws/foundation/physical-names';
import {
  AWS_TRAITS,
  planActiveActive,
  planActivePassive,
  planFailback,
  planFailover,
  type Procedure,
  resolveActiveActive,
  resolveActivePassive,
  type Step,
} from '../../../../lib';
import { LOOKING_MS } from '../../../../operations/failover/aws/plan-block';
import { aConfig } from '../../../support/a-config';

const LOST = 'us-east-1';
const HEIR = 'us-west-2';

const { spec } = resolveActivePassive(
  {
    config: aConfig(),
    secrets: { OPENAI_API_KEY: 'given' },
    domain: { name: 'api.example.com' },
    primary: { region: LOST },
    standby: { region: HEIR },
  },
  AWS_TRAITS,
);
const topology = planActivePassive(spec, AWS_TRAITS);
const failover = planFailover(topology, LOST);
const failback = planFailback(topology, LOST);

function blockOf(procedure: Procedure, id: string) {
  const block = planBlocks(procedure).find(({ step }) => step.id === id);
  if (block === undefined) throw new Error(id);
  return block;
}

const guardsOf = (procedure: Procedure, id: string): readonly string[] =>
  blockOf(procedure, id).guards.map((guard) => guard.id);

describe('listWorkflows', () => {
  it('leads away from a region by activating its heir, and back by activating it', () => {
    expect(
      listWorkflows(topology).map(({ action, targetRegion, runsIn, procedure }) => ({
        action,
        targetRegion,
        runsIn,
        kind: procedure.kind,
      })),
    ).toEqual([
      { action: 'activate', targetRegion: HEIR, runsIn: HEIR, kind: 'failover' },
      { action: 'activate', targetRegion: LOST, runsIn: LOST, kind: 'failback' },
    ]);
  });
});

describe.each([
  ['shared-writer', {}],
  ['global-database', {}],
  ['regional-primaries', {}],
  ['distributed-sql', { witnessRegion: 'ap-southeast-2' }],
] as const)('a plan of two regions that serve in data mode %s', (dataMode, more) => {
  const regions = ['ap-southeast-1', 'ap-northeast-3'];
  const resolved = resolveActiveActive(
    {
      config: aConfig(),
      secrets: { OPENAI_API_KEY: 'given' },
      domain: { name: 'api.example.com' },
      dataMode,
      ...more,
      database: { maxConnections: 700 },
      regions: regions.map((region) => ({ region })),
    },
    AWS_TRAITS,
  );
  const workflows = listWorkflows(planActiveActive(resolved.spec, AWS_TRAITS));

  it('deactivates and activates each region, in the other and in itself', () => {
    expect(
      workflows.map(({ action, targetRegion, runsIn }) => [action, targetRegion, runsIn]),
    ).toEqual(
      regions.flatMap((region, index) => [
        ['deactivate', region, regions[1 - index]],
        ['activate', region, region],
      ]),
    );
  });

  it('fits into what Region switch and Lambda take', () => {
    const names = namePhysically('twenty-characters-xx');
    checkBlockCount(workflows);
    for (const { procedure } of workflows) {
      for (const { step } of planBlocks(procedure)) {
        expect(names.planBlock(procedure.kind, step.id)).toMatch(/^[a-zA-Z0-9-]{1,64}$/);
      }
    }
    expect(names.regionSwitchPlan).toMatch(/^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/);
  });
});

describe('planBlocks', () => {
  it('makes a block of each step, in the order of the procedure', () => {
    for (const procedure of [failover, failback]) {
      expect(planBlocks(procedure).map(({ step }) => step)).toEqual(procedure.steps);
    }
  });

  it('takes the fence again before it promotes, and waits again for the last write', () => {
    expect(guardsOf(failover, `promote.${HEIR}`)).toEqual([`fence.${LOST}`]);
    expect(guardsOf(failback, `promote.${LOST}`)).toEqual([`fence.${HEIR}`, `promote.lag.${LOST}`]);
  });

  it('verifies again before it moves clients', () => {
    expect(guardsOf(failover, `shift.close.${LOST}`)).toEqual([
      `verify.writes.${HEIR}`,
      `verify.requests.${HEIR}`,
    ]);
    expect(guardsOf(failback, `shift.open.${LOST}`)).toEqual([
      `verify.writes.${LOST}`,
      `verify.requests.${LOST}`,
    ]);
  });

  it('guards no other step', () => {
    for (const procedure of [failover, failback]) {
      for (const { step, guards } of planBlocks(procedure)) {
        const moves = ['promote-database', 'set-region-switch'].includes(step.action.kind);
        expect({ id: step.id, guarded: guards.length > 0 }).toEqual({
          id: step.id,
          guarded: moves,
        });
      }
    }
  });

  it('takes back what the machines take back', () => {
    expect(blockOf(failback, `promote.lag.${LOST}`).undone?.id).toBe(`fence.${HEIR}`);
    expect(blockOf(failover, `shift.close.${LOST}`).undone?.id).toBe(`shift.close.${LOST}`);
    expect(blockOf(failover, `promote.${HEIR}`).undone).toBeNull();
  });

  it('gives each block the time of its step and its guards, and a call more', () => {
    for (const procedure of [failover, failback]) {
      for (const { step, guards, timeoutMinutes } of planBlocks(procedure)) {
        const seconds = [...guards, step].reduce((sum, each) => sum + each.timeoutSeconds, 0);
        expect(timeoutMinutes * 60).toBeGreaterThanOrEqual(seconds);
      }
    }
    expect(blockOf(failback, `rebuild.replica.${LOST}`)).toMatchObject({
      timeoutMinutes: 375,
      retryIntervalMinutes: 1,
    });
  });

  it('calls once what is taken back when it fails', () => {
    for (const procedure of [failover, failback]) {
      for (const { step, timeoutMinutes, retryIntervalMinutes } of planBlocks(procedure)) {
        const calledOnce = retryIntervalMinutes >= timeoutMinutes;
        expect({ id: step.id, calledOnce }).toEqual({
          id: step.id,
          calledOnce: step.onFailure.kind === 'roll-back',
        });
      }
    }
  });

  it('looks in one call as long as the function does', () => {
    expect(LOOKING_SECONDS * 1000).toBe(LOOKING_MS);
  });

  it('rejects a procedure that somebody made unsafe', () => {
    const [, ...unfenced] = failover.steps;
    const steps = unfenced.map((step) => ({
      ...step,
      requires: step.requires.filter((id) => !id.startsWith('fence.')),
    }));
    expect(() => planBlocks({ ...failover, steps })).toThrow(
      new Error(`promote.${HEIR} promotes a database before the old writer is fenced`),
    );
  });

  it('rejects a step that is taken back and lasts longer than a call', () => {
    const steps = failback.steps.map((step): Step =>
      step.id === `promote.lag.${LOST}` ? { ...step, timeoutSeconds: 601 } : step,
    );
    expect(() => planBlocks({ ...failback, steps })).toThrow(
      new Error(
        `promote.lag.${LOST} is taken back when it fails, so it must be done within one call: 600 s, got 601 s`,
      ),
    );
  });
});

describe('checkBlockCount', () => {
  it('lets the plan of a gateway pass', () => {
    expect(() => {
      checkBlockCount(listWorkflows(topology));
    }).not.toThrow();
  });

  it('rejects more blocks than a plan may have', () => {
    const workflows = Array.from({ length: 12 }, () => listWorkflows(topology)).flat();
    const steps = failover.steps.length + failback.steps.length + 2;
    expect(() => {
      checkBlockCount(workflows);
    }).toThrow(
      new Error(`a plan of Region switch has 100 blocks at most, got ${String(12 * steps)}`),
    );
  });
});

describe('selectApproved', () => {
  it('asks before the writer is stopped', () => {
    expect(selectApproved(failover)?.id).toBe(`fence.${LOST}`);
    expect(selectApproved(failback)?.id).toBe(`fence.${HEIR}`);
  });

  it('asks before clients move where no writer is', () => {
    const steps = failover.steps.filter(({ phase }) =>
      ['scale', 'verify', 'shift'].includes(phase),
    );
    expect(selectApproved({ ...failover, steps })?.id).toBe(`shift.close.${LOST}`);
  });

  it('asks nowhere where nothing moves', () => {
    const steps = failover.steps.filter(({ phase }) => phase === 'scale');
    expect(selectApproved({ ...failover, steps })).toBeNull();
  });
});
