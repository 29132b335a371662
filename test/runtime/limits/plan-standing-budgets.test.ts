import { createLimits } from '../../../runtime/limits/create-limits';
import {
  hasStandingBudget,
  planStandingBudgets,
} from '../../../runtime/limits/plan-standing-budgets';
import { ManualClock } from '../../support/manual-clock';
import { aCaller, anOutline } from './a-caller';
import { FakeLedger } from './fake-ledger';

const DAY_MS = 86_400_000;
const NONE = { gateway: null, endUser: null, newUser: null };
const BOTH = {
  gateway: { dollars: 2, seconds: 86_400 },
  endUser: { dollars: 1, seconds: null },
  newUser: null,
};

describe('planStandingBudgets', () => {
  const plan = (endUser: string | null, wallMs = DAY_MS + 1) =>
    planStandingBudgets(BOTH, { endUser, wallMs, region: 'eu' });

  it('plans the budget of the gateway, in windows that are the same everywhere', () => {
    expect(plan(null)).toEqual([
      {
        owner: { kind: 'gateway', name: 'all' },
        group: null,
        quotaId: 'gateway:all:budget',
        window: 1,
        windowEndsMs: 2 * DAY_MS,
        scope: { kind: 'gateway', id: 'all', group: null, sinceMs: DAY_MS, region: 'eu' },
        limitMicroDollars: 2_000_000,
        softMicroDollars: null,
      },
    ]);
  });

  it('plans one for the end user that the call names, which never starts anew', () => {
    expect(plan('ann')[1]).toMatchObject({
      owner: { kind: 'end_user', name: 'ann' },
      quotaId: 'end_user:ann:budget',
      window: 0,
      windowEndsMs: null,
      scope: { kind: 'end_user', id: 'ann', sinceMs: 0 },
      limitMicroDollars: 1_000_000,
    });
  });

  it('is asked for only where there is one that applies', () => {
    expect(hasStandingBudget(NONE, 'ann')).toBe(false);
    expect(hasStandingBudget({ ...BOTH, gateway: null }, null)).toBe(false);
    expect(hasStandingBudget({ ...BOTH, gateway: null }, 'ann')).toBe(true);
    expect(hasStandingBudget(BOTH, null)).toBe(true);
  });
});

describe('Limits with standing budgets', () => {
  function create(ledger: FakeLedger, dollars: number) {
    return createLimits({
      ports: {
        clock: new ManualClock(),
        random: { next: () => 0.5 },
        writeLog: () => undefined,
      },
      enforcement: 'estimated',
      unpriced: 'estimate',
      standing: { ...NONE, gateway: { dollars, seconds: null } },
      shared: null,
      replicas: () => 1,
      own: ledger.spendAs({ region: 'eu', boot: 'b' }),
      ledger,
      regions: {
        region: 'eu',
        all: [
          { region: 'eu', weight: 1 },
          { region: 'us', weight: 3 },
        ],
        transfers: { read: () => Promise.resolve([]), write: () => Promise.resolve() },
        createStamp: () => '1',
      },
    });
  }

  it('hold a region to its part of the budget of the gateway, with any key and with none', async () => {
    // A quarter is this region's: 1300 micro-dollars, two calls of 612.
    const { limits, metrics } = create(new FakeLedger(), 0.0052);
    await limits.begin({ kind: 'master' }, anOutline());
    await limits.begin(aCaller({}), anOutline());
    for (const caller of [{ kind: 'master' }, { kind: 'open' }, aCaller({})] as const) {
      await expect(limits.begin(caller, anOutline())).rejects.toThrow(
        'Budget has been exceeded! Current cost: 0, Max budget: 0.0052; ' +
          'this call may cost up to 0.000612, and 0.000076 is free now',
      );
    }
    expect(metrics.renderRefusals()).toBe(
      'litellm_ha_limit_refusals_total{owner="gateway",limit="budget"} 3\n',
    );
  });

  it('give back what a call did not use', async () => {
    const { limits } = create(new FakeLedger(), 0.0032);
    for (let call = 0; call < 3; call += 1) {
      const reservation = await limits.begin({ kind: 'master' }, anOutline());
      reservation.release();
    }
  });

  it('read what the others spent as soon as they start', async () => {
    const ledger = new FakeLedger();
    ledger.spendAs({ region: 'us', boot: 'other' }).record({ microDollars: 9_000 });
    ledger.spendAs({ region: 'eu', boot: 'former' }).record({ microDollars: 9_000 });
    ledger.ship();
    const clock = new ManualClock();
    const { limits, start, stop } = createLimits({
      ports: { clock, random: { next: () => 0.5 }, writeLog: () => undefined },
      enforcement: 'estimated',
      unpriced: 'estimate',
      standing: { ...NONE, gateway: { dollars: 0.01, seconds: null } },
      shared: null,
      replicas: () => 1,
      own: ledger.spendAs({ region: 'eu', boot: 'b' }),
      ledger,
      regions: null,
    });
    start();
    clock.advance(20);
    await Promise.resolve();
    await Promise.resolve();
    expect(ledger.reads).toBe(1);
    await expect(async () => limits.begin({ kind: 'master' }, anOutline())).rejects.toThrow(
      'Budget has been exceeded! Current cost: 0.01, Max budget: 0.01',
    );
    stop();
  });
});
