import { reduceEnd, reduceMishap, reduceStart, UNUSED } from '../../../runtime/routing/load';
import type { Load } from '../../../runtime/routing/load';
import { selectPeakEwma } from '../../../runtime/routing/strategies/peak-ewma';
import { reduceSamples } from '../../../runtime/routing/samples';
import type { Sample } from '../../../runtime/routing/samples';
import { failure } from '../../support/failure-builder';
import { playRequests } from '../../runtime/routing/strategies/strategy.contract';
import type { ConformanceRule } from './conformance-rule';
import { choose, equal, group, loads, shareOf } from './selections';

const section = 'routing strategies';
const AB = group({ a: {}, b: {} });

const samples = (...values: readonly number[]): readonly Sample[] =>
  values.map((value) => ({ value, atMs: 1000, kind: 'measured' }));

/** LiteLLM's strategies, what they take into account, and who may be chosen at all. */
export const STRATEGY_RULES: readonly ConformanceRule[] = [
  {
    id: 'strategy.simple-shuffle.weights',
    section,
    liteLlm: 'simple-shuffle draws by `weight`, else by `rpm`, else by `tpm`, else evenly',
    ours: 'the same',
    why: null,
    prove: () => {
      equal(shareOf('a', group({ a: { weight: 1, rpm: 9 }, b: { weight: 3, rpm: 1 } })), 0.25);
      equal(shareOf('a', group({ a: { rpm: 3, tpm: 1 }, b: { rpm: 1, tpm: 9 } })), 0.75);
      equal(shareOf('a', group({ a: { tpm: 3 }, b: { tpm: 1 } })), 0.75);
      equal(shareOf('a', AB), 0.5);
    },
  },
  {
    id: 'strategy.simple-shuffle.first-candidate',
    section,
    liteLlm: 'only the first candidate is asked whether there are weights',
    ours: 'weights count when any candidate has one, wherever it stands in the list',
    why: 'the share of traffic must not depend on which deployment happens to be available and first',
    prove: () => equal(choose(group({ a: {}, b: { weight: 2 } })), 'b'),
  },
  {
    id: 'strategy.simple-shuffle.all-zero',
    section,
    liteLlm: 'weights that are all zero divide by zero',
    ours: 'candidates whose weights are all zero share evenly',
    why: 'an error helps nobody; a deployment of weight 0 gets traffic only when nothing else is left',
    prove: () => {
      equal(choose(group({ a: { weight: 0 }, b: { weight: 0 } })), 'a b');
      equal(choose(group({ a: { weight: 0 }, b: { weight: 1 } })), 'b');
    },
  },
  {
    id: 'strategy.least-busy',
    section,
    liteLlm: 'least-busy takes the fewest requests in flight; one it has not seen has none',
    ours: 'the same, chance among equals',
    why: null,
    prove: () => {
      const router = { strategy: 'least-busy' } as const;
      equal(choose(AB, { router, loads: loads({ a: { inFlight: 1 } }) }), 'b');
      equal(choose(AB, { router }), 'a b');
    },
  },
  {
    id: 'strategy.least-busy.outside-candidates',
    section,
    liteLlm: 'when the least busy deployment of the group may not be used, the choice is random',
    ours: 'the least busy of those that may be used',
    why: 'a deployment in cooldown has no requests in flight, so LiteLLM stops balancing just when one fails',
    prove: () => {
      const router = { strategy: 'least-busy', tagFiltering: 'any' } as const;
      const abc = group({ idle: {}, a: { tags: ['x'] }, b: { tags: ['x'] } });
      const busy = loads({ a: { inFlight: 5 }, b: { inFlight: 1 } });
      equal(choose(abc, { router, loads: busy, traits: { tags: ['x'] } }), 'b');
    },
  },
  {
    id: 'strategy.usage-based.lowest-tokens',
    section,
    liteLlm: 'usage-based-routing and -v2 take the fewest tokens of the present minute',
    ours: 'the same; both names are one strategy',
    why: null,
    prove: () => {
      const used = loads({ a: { minute: 0, tokens: 5 }, b: { minute: 0, tokens: 4 } });
      for (const strategy of ['usage-based-routing', 'usage-based-routing-v2'] as const) {
        equal(choose(AB, { router: { strategy }, loads: used }), 'b');
      }
    },
  },
  {
    id: 'strategy.usage-based.counted-at-start',
    section,
    liteLlm:
      'tokens count when the answer has come; requests that come together all see the same room',
    ours: 'an estimate of the prompt counts at the start, and what was used replaces it at the end',
    why: 'a burst would otherwise go to one deployment and break its limit before the first answer',
    prove: () => {
      const started = reduceStart(UNUSED, { wallMs: 0, promptTokens: 50, turn: UNUSED.turn });
      equal(started.tokens, 50);
      const used = { prompt: 40, completion: 20 };
      const end = { wallMs: 1, startedWallMs: 0, promptTokens: 50, tokens: used, dollars: 0 };
      equal(reduceEnd(started, end).tokens, 60);
    },
  },
  {
    id: 'strategy.latency.buffer',
    section,
    liteLlm:
      'latency-based-routing draws among those within `lowest_latency_buffer` of the fastest',
    ours: 'the same',
    why: null,
    prove: () => {
      const measured = loads({ a: { latencies: samples(0.02) }, b: { latencies: samples(0.03) } });
      const strategy = 'latency-based-routing';
      equal(choose(AB, { router: { strategy }, loads: measured }), 'a');
      const latency = { ttlSeconds: 3600, buffer: 0.6, listSize: 10 };
      equal(choose(AB, { router: { strategy, latency }, loads: measured }), 'a b');
    },
  },
  {
    id: 'strategy.latency.window',
    section,
    liteLlm:
      'a full list of samples keeps its first nine and overwrites the last one, until its ttl ends',
    ours: 'the list slides: the oldest sample leaves',
    why: 'an hour-old morning would decide where the traffic of now goes',
    prove: () => {
      const slid = Array.from({ length: 15 }, (_, value) => value).reduce<readonly Sample[]>(
        (list, value) => reduceSamples(list, { value, atMs: 0, kind: 'measured' }, 10),
        [],
      );
      equal(
        slid.map(({ value }) => value),
        [5, 6, 7, 8, 9, 10, 11, 12, 13, 14],
      );
    },
  },
  {
    id: 'strategy.latency.divisor',
    section,
    liteLlm:
      'the mean time to the first token is divided by the length of the other list, and each sample by the tokens of the answer',
    ours: 'the mean time to the first token, as it is',
    why: 'dividing by something else makes whoever answers at length, or has few samples, look quick',
    prove: () => {
      const measured = loads({
        a: { latencies: samples(0.01), firstTokens: samples(0.9, 0.9, 0.9) },
        b: { latencies: samples(9, 9, 9), firstTokens: samples(1) },
      });
      const router = { strategy: 'latency-based-routing' } as const;
      equal(choose(AB, { router, loads: measured, traits: { delivery: 'stream' } }), 'a');
    },
  },
  {
    id: 'strategy.latency.unseen',
    section,
    liteLlm: 'a deployment without a sample counts as the fastest of all',
    ours: 'the same, one request at a time until its first answer',
    why: 'all traffic would follow the first request to a deployment of which nothing is known',
    prove: () => {
      const router = { strategy: 'latency-based-routing' } as const;
      const a = { latencies: samples(0.01) };
      equal(choose(AB, { router, loads: loads({ a }) }), 'b');
      equal(choose(AB, { router, loads: loads({ a, b: { inFlight: 1 } }) }), 'a');
    },
  },
  {
    id: 'strategy.latency.timeout',
    section,
    liteLlm: 'a timeout adds a sample of 1000 s, which stays for up to an hour',
    ours: 'a timeout adds the same sample, and half of it is forgotten every ten seconds',
    why: 'one timeout would take a deployment out of the traffic for as long as its samples live',
    prove: () => {
      const mishap = { nowMs: 1000, delivery: 'json', listSize: 10 } as const;
      const timeout = failure({ kind: 'provider_timeout' });
      const a: Load = reduceMishap({ ...UNUSED, latencies: samples(0.001) }, timeout, mishap);
      const router = { strategy: 'latency-based-routing' } as const;
      const memory = loads({ a, b: { latencies: samples(0.02) } });
      equal(choose(AB, { router, loads: memory }), 'b');
      equal(choose(AB, { router, loads: memory, nowMs: 300_000 }), 'a');
    },
  },
  {
    id: 'strategy.cost',
    section,
    liteLlm:
      'cost-based-routing takes the lowest sum of both prices of a token; an unknown price is 5 dollars each',
    ours: 'the same, with the prices of docs/decisions/0015 where LiteLLM has its own table',
    why: null,
    prove: () => {
      const router = { strategy: 'cost-based-routing' } as const;
      const priced = group({
        a: { inputCostPerToken: 1, outputCostPerToken: 3 },
        b: { inputCostPerToken: 2, outputCostPerToken: 1 },
        c: { providerModel: 'my-own' },
      });
      equal(choose(priced, { router }), 'b');
      const listed = group({
        a: { providerModel: 'gpt-4o' },
        b: { providerModel: 'gpt-4o-mini' },
        c: { providerModel: 'my-own' },
      });
      equal(choose(listed, { router }), 'b');
    },
  },
  {
    id: 'strategy.peak-ewma',
    section,
    liteLlm: 'has no such strategy',
    ours: 'peak-ewma: of two drawn at random the one that begins to answer sooner for what it has in flight',
    why: 'the recommended one: a deployment ten times slower than two others gets less than a tenth within 20 s',
    prove: () => {
      const abc = group({ a: {}, b: {}, c: {} });
      const play = { seed: 7, requests: 200, firstTokenMs: { c: 2000 } };
      equal((playRequests(selectPeakEwma, abc, play).get('c') ?? 0) < 20, true);
    },
  },
  {
    id: 'strategy.order',
    section,
    liteLlm:
      'the lowest `order` is asked first; the next one when it fails, with its own retries, before fallbacks',
    ours: 'the same (1.81.9 itself looks at orders only with `enable_pre_call_checks`, and leaves one only when all of it is cooling down); a deployment of the next order that was not asked comes before a second attempt at one that has failed',
    why: 'one that has not failed is both the likelier and the faster way to an answer',
    prove: () => {
      const ordered = group({ a: { order: 1 }, b: { order: 1 }, c: { order: 2 } });
      equal(choose(ordered), 'a b');
      equal(choose(ordered, { tried: ['a'] }), 'b');
      equal(choose(ordered, { tried: ['a'], spentOrders: [1] }), 'c');
      equal(choose(ordered, { tried: ['a', 'b'] }), 'c');
    },
  },
  {
    id: 'strategy.tags',
    section,
    liteLlm:
      'with `enable_tag_filtering` who has one (or all) of the tags, else who is tagged default, else 401',
    ours: 'the same; 401 only when no deployment at all has the tags',
    why: 'a tag whose deployments cool down for a moment is not forbidden, and a 401 would not be tried again',
    prove: () => {
      const tagged = group({
        a: { tags: ['x', 'y'] },
        b: { tags: ['x'] },
        c: { tags: ['default'] },
      });
      const any = { tagFiltering: 'any' } as const;
      equal(choose(tagged, { router: any, traits: { tags: ['x'] } }), 'a b');
      const all = { tagFiltering: 'all' } as const;
      equal(choose(tagged, { router: all, traits: { tags: ['x', 'y'] } }), 'a');
      equal(choose(tagged, { router: any, traits: { tags: ['z'] } }), 'c');
      equal(choose(tagged, { router: any }), 'c');
      equal(choose(tagged.slice(0, 2), { router: any, traits: { tags: ['z'] } }), 'tags');
    },
  },
  {
    id: 'strategy.region',
    section,
    liteLlm: 'with `allowed_model_region` a deployment that names no region passes',
    ours: 'only deployments known to be in the region pass',
    why: 'whoever asks for a region does so by law; unknown is not it',
    prove: () => {
      const router = { preCallChecks: 'on' } as const;
      const placed = group({ a: { region: 'eu-west-1' }, b: {}, c: { region: 'us-east-1' } });
      equal(choose(placed, { router, traits: { allowedRegion: 'eu' } }), 'a');
      equal(choose(placed.slice(1), { router, traits: { allowedRegion: 'eu' } }), 'region');
    },
  },
  {
    id: 'strategy.affinity',
    section,
    liteLlm:
      'deployment_affinity and session_affinity remember for an hour which deployment served a key or a session',
    ours: 'the deployment follows from the key or session itself, in every replica, and comes back after a cooldown',
    why: 'nothing to store, share or lose; when a deployment leaves only its own keys move',
    prove: () => {
      const traits = { stickyKey: 'key:one' };
      const abc = group({ a: {}, b: {}, c: {} });
      const home = choose(abc, { traits });
      equal(home.length, 1);
      const rest = abc.filter(({ id }) => id !== home);
      const other = rest[0]?.id ?? '';
      equal(
        choose(
          abc.filter(({ id }) => id !== other),
          { traits },
        ),
        home,
      );
    },
  },
];
