import { Cancellation } from '../../../runtime/dispatch/cancellation';
import { Slots } from '../../../runtime/dispatch/slots';
import { describeRefusal } from '../../../runtime/routing/describe-refusal';
import { reduceSpending } from '../../../runtime/routing/budget';
import { selectSlots } from '../../../runtime/routing/filters/free-slots';
import { PLAIN_TRAITS } from '../../../runtime/routing/request-traits';
import { ManualClock } from '../../support/manual-clock';
import type { ConformanceRule } from './conformance-rule';
import { choose, equal, group, loads } from './selections';

const section = 'limits';
const USAGE = { strategy: 'usage-based-routing-v2' } as const;

/** Rates, budgets, windows and places. */
export const LIMIT_RULES: readonly ConformanceRule[] = [
  {
    id: 'limits.rpm.off-by-one',
    section,
    liteLlm:
      'usage-based-routing leaves a deployment out once requests + 1 reach `rpm`: N allows N - 1',
    ours: '`rpm: N` allows N requests a minute',
    why: 'a paid quota goes unused, and `rpm: 1` allows nothing at all',
    prove: () => {
      const one = group({ a: { rpm: 2 } });
      equal(choose(one, { router: USAGE, loads: loads({ a: { minute: 0, requests: 1 } }) }), 'a');
      equal(
        choose(one, { router: USAGE, loads: loads({ a: { minute: 0, requests: 2 } }) }),
        'rate-limits',
      );
    },
  },
  {
    id: 'limits.tpm',
    section,
    liteLlm:
      'a deployment is left out when its tokens of the minute and those of the prompt exceed `tpm`',
    ours: 'the same',
    why: null,
    prove: () => {
      const one = group({ a: { tpm: 100 } });
      const used = loads({ a: { minute: 0, tokens: 60 } });
      equal(choose(one, { router: USAGE, loads: used, traits: { promptTokens: 40 } }), 'a');
      equal(
        choose(one, { router: USAGE, loads: used, traits: { promptTokens: 41 } }),
        'rate-limits',
      );
    },
  },
  {
    id: 'limits.who-counts',
    section,
    liteLlm:
      'rpm and tpm are limits to the usage, latency and cost strategies, with `enable_pre_call_checks` and with `enforce_model_rate_limits`; to the others they are weights',
    ours: 'the same',
    why: null,
    prove: () => {
      const one = group({ a: { rpm: 1 } });
      const used = loads({ a: { minute: 0, requests: 1 } });
      equal(choose(one, { loads: used }), 'a');
      equal(choose(one, { loads: used, router: { preCallChecks: 'on' } }), 'rate-limits');
      equal(choose(one, { loads: used, router: { rateLimits: 'enforced' } }), 'rate-limits');
      equal(
        choose(one, { loads: used, router: { strategy: 'cost-based-routing' } }),
        'rate-limits',
      );
    },
  },
  {
    id: 'limits.retry-after',
    section,
    liteLlm: 'when all are used up the answer is 429 with `retry-after: 60`',
    ours: 'the answer is 429 with the seconds that are left of the minute',
    why: 'on average the client waits half as long',
    prove: () => {
      const context = { traits: PLAIN_TRAITS, cooldownSeconds: 5 };
      const failure = describeRefusal({ reason: 'rate-limits', waitMs: 12_000 }, context);
      equal([failure.status, failure.retryAfterMs], [429, 12_000]);
    },
  },
  {
    id: 'limits.context-window',
    section,
    liteLlm:
      'with `enable_pre_call_checks` a deployment whose window is shorter than the prompt is left out; 400 when none is left',
    ours: 'the same, with an estimate of four bytes to a token in place of a tokenizer',
    why: null,
    prove: () => {
      const windows = group({ a: { maxInputTokens: 100 }, b: { maxInputTokens: 200 } });
      const router = { preCallChecks: 'on' } as const;
      equal(choose(windows, { router, traits: { promptTokens: 150 } }), 'b');
      equal(choose(windows, { router, traits: { promptTokens: 250 } }), 'context-window');
      const context = { traits: PLAIN_TRAITS, cooldownSeconds: 5 };
      equal(describeRefusal({ reason: 'context-window', waitMs: 0 }, context).status, 400);
    },
  },
  {
    id: 'limits.response-format',
    section,
    liteLlm: 'with `enable_pre_call_checks` a model known not to answer by a schema is left out',
    ours: 'the same, by `model_info.supports_response_schema`',
    why: null,
    prove: () => {
      const models = group({ a: { responseSchemas: 'unsupported' }, b: {} });
      const traits = { answerFormat: 'schema' } as const;
      equal(choose(models, { router: { preCallChecks: 'on' }, traits }), 'b');
    },
  },
  {
    id: 'limits.provider-budget',
    section,
    liteLlm:
      'provider_budget_config and `max_budget` leave out whoever has spent its own; 429 when nobody is left; a window begins with its first spending',
    ours: 'the same',
    why: null,
    prove: () => {
      const router = { providerBudgets: { openai: { limitDollars: 1, windowSeconds: 60 } } };
      const budget = { key: 'provider:openai', limitDollars: 1, windowMs: 60_000 };
      const window = reduceSpending(null, budget, { nowMs: 500, dollars: 1 });
      const budgets = new Map([[budget.key, window]]);
      const two = group({ a: {}, b: { provider: 'azure' } });
      equal(choose(two, { router, budgets }), 'b');
      equal(choose(two.slice(0, 1), { router, budgets }), 'budgets');
      equal(choose(two, { router, budgets, nowMs: 60_500 }), 'a b');
    },
  },
  {
    id: 'limits.parallel.size',
    section,
    liteLlm:
      'at once go `max_parallel_requests`, else `rpm`, else a six-thousandth of `tpm` and at least 1, else `default_max_parallel_requests`, else any number',
    ours: 'the same',
    why: null,
    prove: () => {
      const router = { defaultMaxParallelRequests: 3 };
      const slots = (parts: Parameters<typeof group>[0][string]): number | null | undefined => {
        const [one] = group({ a: parts });
        return one === undefined ? undefined : selectSlots(one, router);
      };
      equal(slots({ maxParallelRequests: 2, rpm: 5, tpm: 60_000 }), 2);
      equal(slots({ rpm: 5, tpm: 60_000 }), 5);
      equal(slots({ tpm: 60_000 }), 10);
      equal(slots({ tpm: 5 }), 1);
      equal(slots({}), 3);
    },
  },
  {
    id: 'limits.parallel.neighbour',
    section,
    liteLlm:
      'a deployment is chosen first, and its place is waited for, while its neighbour stands idle',
    ours: 'deployments with a free place are preferred; the wait begins when none has one',
    why: 'waiting in front of one door beside an open one is lost time',
    prove: () => {
      const two = group({ a: { maxParallelRequests: 1 }, b: { maxParallelRequests: 1 } });
      equal(choose(two, { loads: loads({ a: { inFlight: 1 } }) }), 'b');
      equal(choose(two, { loads: loads({ a: { inFlight: 1 }, b: { inFlight: 1 } }) }), 'a b');
    },
  },
  {
    id: 'limits.parallel.wait',
    section,
    liteLlm: 'a request waits for its place without a bound',
    ours: 'a request waits until its deadline, then the answer is 429',
    why: 'a client that has stopped waiting must not be served after those who have not',
    prove: async () => {
      const clock = new ManualClock();
      const slots = new Slots(clock);
      slots.take('a', 1);
      const cancellation = new Cancellation();
      const waits = slots.wait('a', { priority: 0, deadlineMs: 100, cancellation });
      clock.advance(100);
      equal(await waits, 'too-late');
    },
  },
  {
    id: 'limits.priority',
    section,
    liteLlm:
      '`priority` (0 first) orders requests that wait, asking every few milliseconds whether it is their turn',
    ours: 'the same order, told at once when a place comes free',
    why: 'asking costs time at every place and a processor when many wait',
    prove: async () => {
      const slots = new Slots(new ManualClock());
      const held = slots.take('a', 1);
      const order: string[] = [];
      const wait = (name: string, priority: number): Promise<void> =>
        slots
          .wait('a', { priority, deadlineMs: 1000, cancellation: new Cancellation() })
          .then((slot) => {
            order.push(name);
            if (typeof slot === 'object') slot.release();
          });
      const all = [wait('later', 1), wait('sooner', 0)];
      held?.release();
      await Promise.all(all);
      equal(order, ['sooner', 'later']);
    },
  },
];
