import type { Caller } from '../../../runtime/auth/caller';
import { GatewayError } from '../../../runtime/errors';
import { createLimits } from '../../../runtime/limits/create-limits';
import type { LimitsSystem } from '../../../runtime/limits/create-limits';
import { LocalQuotaStore } from '../../../runtime/limits/local-quota-store';
import type { CallUse, Reservation } from '../../../runtime/limits/limits';
import type { BudgetEnforcement } from '../../../runtime/limits/plan-demand';
import type { QuotaStore } from '../../../runtime/limits/quota';
import { ManualClock } from '../../support/manual-clock';
import { aCaller, anOutline } from './a-caller';
import { FakeLedger } from './fake-ledger';
import { NO_GUARDS } from '../../support/no-guards';

interface Replica extends LimitsSystem {
  /** One call from beginning to end. */
  readonly call: (caller: Caller, use: CallUse) => Promise<Reservation>;
  readonly record: (microDollars: number) => void;
}

function createWorld({
  replicas = 1,
  enforcement = 'estimated' as BudgetEnforcement,
  shared = null as QuotaStore | null,
  standing = NO_GUARDS.budgets,
} = {}): {
  readonly clock: ManualClock;
  readonly ledger: FakeLedger;
  readonly lines: string[];
  readonly all: readonly Replica[];
  readonly first: Replica;
} {
  const clock = new ManualClock();
  const ledger = new FakeLedger();
  const lines: string[] = [];
  const all = Array.from({ length: replicas }, (_, at): Replica => {
    const own = ledger.spendAs({ region: 'here', boot: `boot-${at}` });
    const system = createLimits({
      ports: { clock, random: { next: () => 0.5 }, writeLog: (text) => lines.push(text) },
      enforcement,
      standing,
      unpriced: 'estimate',
      shared,
      replicas: () => replicas,
      own,
      ledger,
      regions: null,
    });
    const record = (microDollars: number): void => own.record({ microDollars });
    const call = async (caller: Caller, use: CallUse): Promise<Reservation> => {
      const reservation = await system.limits.begin(caller, anOutline());
      record(use.microDollars);
      reservation.settle(use);
      return reservation;
    };
    return { ...system, call, record };
  });
  const [first] = all;
  if (first === undefined) throw new Error('a world needs a replica');
  return { clock, ledger, lines, all, first };
}

async function refusalOf(work: Promise<unknown> | unknown): Promise<GatewayError> {
  const outcome = await Promise.resolve(work).then(
    () => null,
    (error: unknown) => error,
  );
  if (outcome instanceof GatewayError) return outcome;
  throw new Error('the call was not refused');
}

const USE: CallUse = { promptTokens: 100, completionTokens: 50, microDollars: 150 };

describe('Limits', () => {
  it('answers at once where nothing is bounded', () => {
    const { first } = createWorld();
    for (const caller of [{ kind: 'master' }, { kind: 'open' }, aCaller({})] as const) {
      const reservation = first.limits.begin(caller, anOutline());
      expect(reservation).not.toBeInstanceOf(Promise);
      expect(reservation).toMatchObject({ completionCapTokens: null, headers: [] });
    }
  });

  it('tells a client what is left of its limits', async () => {
    const { first } = createWorld();
    const caller = aCaller({ rpmLimit: 10, tpmLimit: 2000, maxBudgetDollars: 1 });
    await first.call(caller, USE);
    const { headers } = await first.call(caller, USE);
    const pairs = Object.fromEntries(
      headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1]]] : [])),
    );
    expect(pairs).toEqual({
      'x-ratelimit-limit-requests': '10',
      'x-ratelimit-remaining-requests': '8',
      'x-ratelimit-reset-requests': '40s',
      'x-ratelimit-limit-tokens': '2000',
      // What the first used, and what is set aside for the second: 100 + 512.
      'x-ratelimit-remaining-tokens': String(2000 - 150 - 612),
      'x-ratelimit-reset-tokens': '40s',
      'x-litellm-key-rpm-limit': '10',
      'x-litellm-key-tpm-limit': '2000',
      'x-litellm-key-max-budget': '1',
      'x-litellm-key-spend': '0.00015',
    });
  });

  it('rejects a request beyond the limit until the minute is over', async () => {
    const { clock, first } = createWorld();
    const caller = aCaller({ rpmLimit: 1, alias: 'web' });
    await first.call(caller, USE);
    const error = await refusalOf(first.limits.begin(caller, anOutline()));
    expect(error.code).toBe('rate_limit_exceeded');
    expect(error.status).toBe(429);
    expect(error.retryAfterSeconds).toBe(40);
    expect(error.message).toBe(
      'Rate limit exceeded for api_key: web. Limit type: requests. Current limit: 1, ' +
        'Remaining: 0. Limit resets at: 2023-11-14 22:14:00 UTC',
    );
    expect(error.headers).toEqual([
      'rate_limit_type',
      'requests',
      'reset_at',
      '2023-11-14 22:14:00 UTC',
    ]);
    expect(first.metrics.renderRefusals()).toBe(
      'litellm_ha_limit_refusals_total{owner="key",limit="requests"} 1\n',
    );
    clock.advance(40_000);
    await first.call(caller, USE);
  });

  it('rejects a request that no minute has room for, and says so', async () => {
    const { first } = createWorld();
    const caller = aCaller({ modelTpmLimit: { 'gpt-4o': 500 } });
    const error = await refusalOf(first.limits.begin(caller, anOutline()));
    expect(error.message).toBe(
      'Rate limit exceeded for model_per_key: sk-...Y3mA:gpt-4o. Limit type: tokens. ' +
        'Current limit: 500, Remaining: 500. Limit resets at: 2023-11-14 22:14:00 UTC. ' +
        'This request needs 612 tokens and is refused at any time: shorten it, or raise the limit',
    );
  });

  it('frees a place when a call is over, however it ended, and once', async () => {
    const { first } = createWorld();
    const caller = aCaller({ maxParallelRequests: 2 });
    const one = await first.limits.begin(caller, anOutline());
    const two = await first.limits.begin(caller, anOutline());
    const error = await refusalOf(first.limits.begin(caller, anOutline()));
    expect(error.message).toBe(
      'Rate limit exceeded for api_key: sk-...Y3mA. Limit type: max_parallel_requests. ' +
        'Current limit: 2, Remaining: 0. Limit resets at: 2023-11-14 22:13:21 UTC',
    );
    one.release();
    one.release();
    one.settle(USE);
    const three = await first.limits.begin(caller, anOutline());
    await refusalOf(first.limits.begin(caller, anOutline()));
    two.settle(USE);
    three.settle(USE);
    await first.limits.begin(caller, anOutline());
    await first.limits.begin(caller, anOutline());
  });

  it('takes nothing from any limit for a call that asked no provider', async () => {
    const { first } = createWorld();
    const caller = aCaller({ rpmLimit: 1, tpmLimit: 1000, maxBudgetDollars: 0.001 });
    for (let call = 0; call < 5; call += 1) {
      (await first.limits.begin(caller, anOutline())).release();
    }
  });

  it('rejects a call that the budget has no room for', async () => {
    const { first } = createWorld();
    const caller = aCaller({ maxBudgetDollars: 0.0008, alias: 'web' });
    await first.call(caller, USE);
    const short = await refusalOf(
      Promise.all([
        first.limits.begin(caller, anOutline()),
        first.limits.begin(caller, anOutline()),
      ]),
    );
    expect(short.message).toBe(
      'Budget has been exceeded! Key=web Current cost: 0.00015, Max budget: 0.0008; ' +
        'this call may cost up to 0.000612, and 0.000038 is free now',
    );
    expect([short.code, short.status, short.type]).toEqual([
      'budget_exceeded',
      400,
      'budget_exceeded',
    ]);
  });

  it('rejects every call once the ledger says that the budget is spent', async () => {
    const { clock, ledger, all, first } = createWorld({ replicas: 2 });
    for (const replica of all) replica.start();
    const caller = aCaller({ maxBudgetDollars: 0.01, budgetSeconds: 3600 });
    await first.call(caller, USE);
    all[1]?.record(20_000);
    ledger.ship();
    clock.advance(10_000);
    await new Promise((resolve) => setImmediate(resolve));
    const error = await refusalOf(first.limits.begin(caller, anOutline()));
    expect(error.message).toBe(
      'Budget has been exceeded! Key=sk-...Y3mA Current cost: 0.01, Max budget: 0.01',
    );
    for (const replica of all) replica.stop();
  });

  it('learns how long answers are, so that small budgets are of use', async () => {
    const { first } = createWorld();
    const caller = aCaller({ maxBudgetDollars: 0.01 });
    for (let call = 0; call < 10; call += 1) {
      await first.call(caller, { promptTokens: 10, completionTokens: 10, microDollars: 20 });
    }
    const held = await Promise.all(
      Array.from({ length: 89 }, async () => first.limits.begin(caller, anOutline())),
    );
    expect(held).toHaveLength(89);
    // 10 000 − 10 · 20 spent − 89 · (100 + 10) set aside leaves 10.
    await refusalOf(first.limits.begin(caller, anOutline()));
  });

  it('tells a soft budget that was crossed once in each window and refuses nothing', async () => {
    const { lines, first } = createWorld();
    const caller = aCaller({ softBudgetDollars: 0.0002, alias: 'web' });
    for (let call = 0; call < 4; call += 1) await first.call(caller, USE);
    expect(lines).toEqual([
      '{"softBudgetCrossed":{"owner":"key","name":"web","softBudgetDollars":0.0002,"spentDollars":0.0003}}\n',
    ]);
    expect(first.metrics.renderCrossed()).toBe(
      'litellm_ha_soft_budgets_crossed_total{owner="key"} 1\n',
    );
  });

  it('bounds the answer where budgets are hard, by what is left', async () => {
    const { first } = createWorld({ enforcement: 'hard' });
    const roomy = await first.limits.begin(aCaller({ maxBudgetDollars: 1 }), anOutline());
    expect(roomy.completionCapTokens).toBe(4096);
    const tight = aCaller({ maxBudgetDollars: 0.001, accountId: 'k2' });
    const cut = await first.limits.begin(tight, anOutline());
    // 1000 micro-dollars, of which 400 for as many bytes of prompt.
    expect(cut.completionCapTokens).toBe(600);
    const bounded = aCaller({ maxBudgetDollars: 1, accountId: 'k3' });
    const own = await first.limits.begin(bounded, anOutline({ maxCompletionTokens: 9 }));
    expect(own.completionCapTokens).toBeNull();
  });
});

/** What Redis is to the replicas; `away` cuts all of them off. */
class SwitchedStore implements QuotaStore {
  state: 'up' | 'away' = 'up';
  private readonly counts = new LocalQuotaStore({ clock: new ManualClock(), replicas: () => 1 });

  reserve(...args: Parameters<QuotaStore['reserve']>): ReturnType<QuotaStore['reserve']> {
    return this.state === 'up' ? this.counts.reserve(...args) : Promise.reject(new Error('away'));
  }

  settle(...args: Parameters<QuotaStore['settle']>): Promise<void> {
    return this.state === 'up' ? this.counts.settle(...args) : Promise.reject(new Error('away'));
  }
}

describe('500 calls at once on a key whose budget pays for 10, on three replicas', () => {
  const CALLS = 500;
  const PRICE = 700;
  const RESERVED = 612;
  const BUDGET = 10 * PRICE;

  /** How much was spent beyond the budget, and how many calls were in flight at most. */
  async function run(
    shared: SwitchedStore | null,
    act: (call: number) => void,
    enforcement: BudgetEnforcement = 'estimated',
  ): Promise<{ readonly spent: number; readonly granted: number }> {
    const { ledger, all } = createWorld({ replicas: 3, shared, enforcement });
    const caller = aCaller({ maxBudgetDollars: BUDGET / 1_000_000 });
    const outline = anOutline({ bodyBytes: 100 });
    let granted = 0;
    const calls = Array.from({ length: CALLS }, async (_, call) => {
      act(call);
      const replica = all[call % 3] as Replica;
      const reservation = await replica.limits.begin(caller, outline);
      granted += 1;
      await new Promise((resolve) => setImmediate(resolve));
      const longest = (reservation.completionCapTokens ?? Infinity) + 100;
      const cost = Math.min(PRICE, longest);
      replica.record(cost);
      reservation.settle({ promptTokens: 100, completionTokens: cost - 100, microDollars: cost });
    });
    const outcomes = await Promise.allSettled(calls);
    const failures = outcomes.filter(({ status }) => status === 'rejected');
    for (const failure of failures) {
      expect((failure as PromiseRejectedResult).reason).toMatchObject({ code: 'budget_exceeded' });
    }
    return { spent: ledger.total, granted };
  }

  it('spends no more than each call in flight costs beyond what was set aside', async () => {
    const { spent, granted } = await run(new SwitchedStore(), () => undefined);
    expect(granted).toBe(Math.floor(BUDGET / RESERVED));
    expect(spent).toBeLessThanOrEqual(BUDGET + granted * (PRICE - RESERVED));
  });

  it('holds the same bound by shares without a shared store', async () => {
    const { spent, granted } = await run(null, () => undefined);
    expect(granted).toBe(3 * Math.floor(BUDGET / 3 / RESERVED));
    expect(spent).toBeLessThanOrEqual(BUDGET + granted * (PRICE - RESERVED));
  });

  it.each([1, 4, 8, 20, 250])(
    'adds the shares of two replicas at most when the shared store is lost at call %i',
    async (lostAt) => {
      const shared = new SwitchedStore();
      const { spent, granted } = await run(shared, (call) => {
        if (call === lostAt) shared.state = 'away';
      });
      expect(granted).toBeGreaterThan(0);
      expect(spent).toBeLessThanOrEqual(BUDGET + (2 / 3) * BUDGET + granted * (PRICE - RESERVED));
    },
  );

  it('spends not a micro-dollar too much where budgets are hard', async () => {
    const { spent, granted } = await run(new SwitchedStore(), () => undefined, 'hard');
    expect(granted).toBeGreaterThan(0);
    expect(spent).toBeLessThanOrEqual(BUDGET);
  });
});
