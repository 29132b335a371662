import {
  checkInvariants,
  findTraceDifference,
  INVARIANTS,
  type InvariantName,
} from '../../../runtime/simulation/invariants';
import { runSimulation, type SimulationResult } from '../../../runtime/simulation/run-simulation';
import type { Trace, TraceEvent } from '../../../runtime/simulation/trace';
import { aConfig, aDeployment } from '../../support/a-config';
import { aGroup, aWorld } from './a-world';

type Of<K extends TraceEvent['kind']> = Extract<TraceEvent, { readonly kind: K }>;

const MODELS = [...aGroup('a', 'b'), aDeployment({ id: 'c', modelName: 'other' })];

/** A world where all went well; a bad trace is planted into it. */
async function aResult(): Promise<SimulationResult> {
  return runSimulation(
    aWorld(
      'load: { requests_per_second: 1, duration_seconds: 10 }\ndeployments: [{ match: "*", faults: [{ kind: down, from_seconds: 1, to_seconds: 2 }] }]',
      { deployments: MODELS },
    ),
  );
}

async function findingsOf(
  trace: Trace,
  overrides: Partial<SimulationResult> = {},
): Promise<readonly string[]> {
  const result = await aResult();
  const summary = { ...result.summary, requests: 0, successes: 0, failed: 0, cut: 0, abandoned: 0 };
  const planted = { ...result, trace, summary, metrics: new Map(), ...overrides };
  return (
    checkInvariants(planted)
      // A planted failure leaves the rest of its world healthy; who was left is a test of its own.
      .filter(({ invariant }) => invariant !== REACHED)
      .map(({ invariant, finding }) => `${invariant}: ${finding}`)
  );
}

const REACHED = 'I14 whoever can answer is reached';

const arrive = (overrides: Partial<Of<'arrive'>> = {}): TraceEvent => ({
  atMs: 5000,
  call: 1,
  kind: 'arrive',
  model: 'gpt-4o',
  delivery: 'stream',
  deadlineMs: 10_000,
  ...overrides,
});
const attempt = (overrides: Partial<Of<'attempt'>> = {}): TraceEvent => ({
  atMs: 5000,
  call: 1,
  kind: 'attempt',
  attempt: 1,
  deployment: 'a',
  group: 'gpt-4o',
  cause: 'first',
  rests: 'no',
  awakeInGroup: 2,
  untriedAwake: 2,
  untriedPeers: 2,
  ...overrides,
});
const outcome = (overrides: Partial<Of<'outcome'>> = {}): TraceEvent => ({
  atMs: 6000,
  call: 1,
  kind: 'outcome',
  attempt: 1,
  deployment: 'a',
  fault: null,
  status: 200,
  end: 'complete',
  promptTokens: 10,
  completionTokens: 5,
  ...overrides,
});
const commit = (overrides: Partial<Of<'commit'>> = {}): TraceEvent => ({
  atMs: 5500,
  call: 1,
  kind: 'commit',
  attempt: 1,
  deployment: 'a',
  ...overrides,
});
const end = (overrides: Partial<Of<'end'>> = {}): TraceEvent => ({
  atMs: 6000,
  call: 1,
  kind: 'end',
  outcome: 'success',
  error: null,
  retries: 0,
  fallbacks: 0,
  deployment: 'a',
  promptTokens: 10,
  completionTokens: 5,
  ...overrides,
});
const rest = (overrides: Partial<Of<'rest'>> = {}): TraceEvent => ({
  atMs: 4000,
  call: 1,
  kind: 'rest',
  deployment: 'a',
  untilMs: 9000,
  reason: 'failures',
  ...overrides,
});
const failed = (overrides: Partial<Of<'end'>> = {}): TraceEvent =>
  end({
    outcome: 'failed',
    error: 'provider_internal',
    promptTokens: 0,
    completionTokens: 0,
    ...overrides,
  });

const again = (number: number, overrides: Partial<Of<'attempt'>> = {}) => [
  attempt({
    attempt: number,
    cause: number === 1 ? 'first' : 'retry',
    untriedAwake: 0,
    untriedPeers: 0,
    ...overrides,
  }),
  outcome({
    attempt: number,
    status: 500,
    promptTokens: 0,
    completionTokens: 0,
    deployment: overrides.deployment ?? 'a',
  }),
];

describe('checkInvariants', () => {
  it('finds nothing in a real run with faults', async () => {
    const result = await aResult();

    expect(result.summary.retries).toBeGreaterThan(0);
    expect(checkInvariants(result)).toEqual([]);
  });

  it('finds nothing in a request that went well', async () => {
    expect(await findingsOf([arrive(), attempt(), commit(), outcome(), end()])).toEqual([]);
  });

  it.each<[InvariantName, Trace, string]>([
    [
      'I1 attempts are bounded',
      [
        arrive(),
        ...again(1),
        ...again(2),
        ...again(3),
        ...again(4),
        failed({ retries: 3, error: 'provider_timeout' }),
      ],
      'call 1 tried gpt-4o 4 times of 3',
    ],
    [
      'I1 attempts are bounded',
      [arrive(), ...again(1), failed({ fallbacks: 6, error: 'provider_timeout' })],
      'call 1 took 6 fallbacks of 5',
    ],
    [
      'I2 an answer has one source',
      [arrive(), attempt(), commit(), commit(), outcome(), end()],
      'call 1 got 2 beginnings of an answer',
    ],
    [
      'I2 an answer has one source',
      [arrive(), attempt(), commit({ deployment: 'b' }), outcome(), end()],
      'call 1 was answered by b, asked a, credited a',
    ],
    [
      'I2 an answer has one source',
      [arrive(), attempt(), outcome(), end()],
      'call 1 succeeded without an answer',
    ],
    [
      'I2 an answer has one source',
      [
        arrive(),
        attempt(),
        commit(),
        outcome({ fault: 'error-event', end: 'aborted' }),
        failed({ outcome: 'cut', error: 'provider_stream_cut' }),
      ],
      'call 1 got an error in place of an answer',
    ],
    [
      'I8 the accounts agree',
      [arrive(), attempt(), commit(), outcome({ fault: 'truncate' }), end()],
      'call 1 succeeded by an answer that was complete with truncate',
    ],
    [
      'I6 nothing stays in flight',
      [arrive(), attempt(), failed({ error: 'provider_timeout' }), outcome({ end: 'aborted' })],
      'call 1 kept a provider busy after its end',
    ],
    [
      'I3 nothing is tried again after the first byte',
      [
        arrive(),
        attempt(),
        commit(),
        outcome({ end: 'connection-lost' }),
        attempt({ attempt: 2, cause: 'retry', untriedPeers: 0 }),
        outcome({ attempt: 2 }),
        end({ retries: 1 }),
      ],
      'call 1 asked a provider again after its client had seen part of an answer',
    ],
    ['I4 every request ends in time', [arrive(), attempt(), outcome()], 'call 1 never ended'],
    [
      'I4 every request ends in time',
      [arrive(), attempt(), commit(), outcome(), end(), end()],
      'call 1 ended 2 times',
    ],
    [
      'I4 every request ends in time',
      [
        arrive(),
        attempt(),
        outcome({ atMs: 10_051, status: 500, promptTokens: 0, completionTokens: 0 }),
        failed({ atMs: 10_051, error: 'provider_timeout' }),
      ],
      'call 1 was 51 ms later than its deadline',
    ],
    [
      'I4 every request ends in time',
      [
        arrive(),
        attempt(),
        { atMs: 5500, call: 1, kind: 'leave' },
        outcome({ end: 'aborted' }),
        end({ atMs: 6000, outcome: 'abandoned' }),
      ],
      'call 1 went on for 500 ms without its client',
    ],
    [
      'I5 service returns when the faults are gone',
      [arrive(), ...again(1), failed()],
      'call 1 failed (provider_internal) although all was well again',
    ],
    [
      'I6 nothing stays in flight',
      [arrive(), attempt(), commit(), outcome(), outcome(), end()],
      'a had -1 requests at 6000 ms',
    ],
    [
      'I6 nothing stays in flight',
      [arrive(), attempt(), failed({ error: 'provider_timeout' })],
      '1 requests to a never ended',
    ],
    [
      'I7 a resting deployment is left alone',
      [arrive(), rest(), attempt({ rests: 'yes', awakeInGroup: 1 }), commit(), outcome(), end()],
      'call 1 asked a during its rest while 1 others were awake',
    ],
    [
      'I7 a resting deployment is left alone',
      [
        arrive(),
        rest({ reason: 'rate-limit' }),
        rest({ reason: 'failures' }),
        attempt({ rests: 'yes', awakeInGroup: 0 }),
        commit(),
        outcome(),
        end(),
      ],
      'call 1 asked a during its rest, although a rate limit was the reason',
    ],
    [
      'I8 the accounts agree',
      [arrive(), attempt(), commit(), outcome(), end({ completionTokens: 4 })],
      'call 1 counts 10+4 tokens of 10+5',
    ],
    [
      'I8 the accounts agree',
      [arrive(), attempt(), commit(), outcome({ end: 'connection-lost' }), end()],
      'call 1 succeeded by an answer that was connection-lost with no fault',
    ],
    [
      'I8 the accounts agree',
      [arrive(), ...again(1), ...again(2), failed({ error: 'provider_timeout' })],
      'call 1 counts 0 of 1 retries',
    ],
    [
      'I8 the accounts agree',
      [
        arrive(),
        ...again(1),
        ...again(2, { cause: 'fallback', group: 'other', deployment: 'c' }),
        failed({ error: 'provider_timeout' }),
      ],
      'call 1 counts 0 of 1 fallbacks',
    ],
    [
      'I11 a retry goes elsewhere first',
      [
        arrive(),
        ...again(1),
        ...again(2, { untriedPeers: 1 }),
        failed({ retries: 1, error: 'provider_timeout' }),
      ],
      'call 1 asked a again with 1 untried',
    ],
    [
      'I12 a mistake of the caller rests nobody',
      [
        arrive({ atMs: 500 }),
        attempt({ atMs: 500 }),
        outcome({ atMs: 600, status: 400, promptTokens: 0, completionTokens: 0 }),
        rest({ atMs: 600 }),
        failed({ atMs: 600 }),
      ],
      'call 1 rested a by its own mistake',
    ],
    [
      'I13 failures never empty a group',
      [arrive({ atMs: 500 }), rest({ atMs: 400 }), failed({ atMs: 500, error: 'no_deployments' })],
      'call 1 was turned away although no group is rate-limited',
    ],
  ])('finds a breach of %s', async (invariant, trace, finding) => {
    expect(await findingsOf(trace)).toEqual([`${invariant}: ${finding}`]);
  });

  it('finds endings that were not counted', async () => {
    const { summary } = await aResult();

    expect(
      await findingsOf([], { summary: { ...summary, requests: summary.requests + 1 } }),
    ).toEqual([
      `I8 the accounts agree: ${summary.requests + 1} requests came and ${summary.requests} endings were counted`,
    ]);
  });

  it('finds a metric that says something else', async () => {
    const trace = [arrive(), attempt(), commit(), outcome(), end()];

    expect(await findingsOf(trace, { metrics: new Map([['a', { successes: 2 }]]) })).toEqual([
      'I8 the accounts agree: a answered 1 requests and its metric says 2',
    ]);
  });

  it('finds a healthy deployment that is never asked', async () => {
    const behaviours = (await runSimulation(aWorld('{}', { deployments: MODELS }))).behaviours;
    const trace = Array.from({ length: 50 }, (_, index): Trace => {
      const call = index + 1;
      return [
        arrive({ call }),
        attempt({ call }),
        commit({ call }),
        outcome({ call }),
        end({ call }),
      ];
    }).flat();

    expect(await findingsOf(trace, { behaviours })).toEqual([
      'I9 no healthy deployment starves: b was never asked in 50 requests to its group',
    ]);
  });

  it('finds rests where cooldowns are off', async () => {
    const config = aConfig({
      deployments: MODELS,
      router: { ...aConfig().router, cooldownsDisabled: true },
    });
    const trace = [
      arrive(),
      attempt(),
      outcome({ status: 500, promptTokens: 0, completionTokens: 0 }),
      rest(),
      failed({ error: 'provider_timeout' }),
    ];

    expect(await findingsOf(trace, { config })).toEqual([
      'I12 a mistake of the caller rests nobody: call 1 rested a deployment although cooldowns are off',
    ]);
  });

  it('finds an outage that is multiplied', async () => {
    const down = {
      kind: 'down',
      fromSeconds: 0,
      toSeconds: 100,
      periodSeconds: null,
      share: 1,
    } as const;
    const { behaviours } = await aResult();
    const failing = new Map([...behaviours].map(([id, each]) => [id, { ...each, faults: [down] }]));
    const storm = (attempts: number): Trace =>
      Array.from({ length: 100 }, (_, index): Trace => {
        const [call, atMs] = [index + 1, 20_000 + index * 100];
        const asked = Array.from({ length: attempts }, (__, number) =>
          attempt({ atMs, call, attempt: number + 1, deployment: number === 0 ? 'a' : 'b' }),
        );
        const ended = asked.map((each) =>
          each.kind === 'attempt'
            ? outcome({
                atMs,
                call,
                attempt: each.attempt,
                deployment: each.deployment,
                status: 500,
                promptTokens: 0,
                completionTokens: 0,
              })
            : each,
        );
        const arrived = arrive({ atMs, call, deadlineMs: 600_000 });
        return [
          arrived,
          ...asked,
          ...ended,
          failed({ atMs, call, retries: attempts - 1, error: 'provider_timeout' }),
        ];
      }).flat();

    expect(await findingsOf(storm(1), { behaviours: failing })).toEqual([]);
    expect(await findingsOf(storm(2), { behaviours: failing })).toEqual([
      'I16 an outage is not multiplied: 100 calls became 200 attempts of 142 while all was down',
    ]);
  });

  it('finds retries beyond their budget', async () => {
    const calls = Array.from({ length: 20 }, (_, index): Trace => {
      const [call, atMs] = [index + 1, index * 10];
      const at = { atMs, call };
      return [
        arrive({ ...at, deadlineMs: 600_000 }),
        ...again(1, at).map((event) => ({ ...event, ...at })),
        ...again(2, at).map((event) => ({ ...event, ...at })),
        failed({ ...at, retries: 1, error: 'provider_timeout' }),
      ];
    });

    expect(await findingsOf(calls.slice(0, 10).flat())).toEqual([]);
    expect(await findingsOf(calls.flat())).toEqual([
      'I15 retries keep to their budgets: a was asked again 20 times and had 15.0 places',
    ]);
  });

  it('numbers its invariants without a gap but for the comparison of two runs', () => {
    const numbers = Object.keys(INVARIANTS).map((name) => Number.parseInt(name.slice(1), 10));

    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16]);
  });
});

describe('I14', () => {
  /** What a failed call of `gpt-4o` that asked `a` alone has left. */
  async function leftOf(
    trace: Trace,
    overrides: Partial<SimulationResult> = {},
  ): Promise<readonly string[]> {
    const planted = { ...(await aResult()), trace, ...overrides };
    return checkInvariants(planted)
      .filter(({ invariant }) => invariant === REACHED)
      .map(({ finding }) => finding);
  }
  const withRouter = (router: Partial<ReturnType<typeof aConfig>['router']>) => ({
    config: aConfig({ deployments: MODELS, router: { ...aConfig().router, ...router } }),
  });
  const asked = again(1, { untriedPeers: 1 });
  const history: Trace = [arrive(), ...asked, failed()];
  const b = 'call 1 failed (provider_internal) and b was not asked';
  const c = 'call 1 failed (provider_internal) and c was not asked';

  it('finds a sibling, and whatever fallbacks lead to', async () => {
    expect(await leftOf(history)).toEqual([b]);
    const chain = { fallbacks: { 'gpt-4o': ['middle'], middle: ['other'] } };
    expect(await leftOf(history, withRouter(chain))).toEqual([b, c]);
    expect(await leftOf(history, withRouter({ defaultFallbacks: ['other'] }))).toEqual([b, c]);
  });

  it('asks for no more than is allowed', async () => {
    expect(await leftOf(history, withRouter({ retries: 0 }))).toEqual([]);
    const fallbacks = { defaultFallbacks: ['other'], maxFallbacks: 0 };
    expect(await leftOf(history, withRouter(fallbacks))).toEqual([b]);
  });

  it('excuses what was late, the request itself, rests, faults and what had just failed', async () => {
    expect(await leftOf([arrive({ deadlineMs: 6010 }), ...asked, failed()])).toEqual([]);
    const mistaken = outcome({ status: 400, promptTokens: 0, completionTokens: 0 });
    expect(await leftOf([arrive(), attempt(), mistaken, failed()])).toEqual([]);
    expect(await leftOf([rest({ deployment: 'b' }), ...history])).toEqual([]);
    expect(await leftOf([rest({ deployment: 'b', untilMs: 4500 }), ...history])).toEqual([b]);
    const early = history.map((event) => ({ ...event, atMs: 1500 }));
    expect(await leftOf(early)).toEqual([]);
    const before = outcome({ call: 2, deployment: 'b', atMs: 4000, status: 500 });
    expect(await leftOf([before, ...history])).toEqual([]);
  });
});

describe('findTraceDifference', () => {
  it('is silent about equal traces and names the first line that differs', () => {
    expect(findTraceDifference('a\nb\n', 'a\nb\n')).toBeNull();
    expect(findTraceDifference('a\nb\n', 'a\nc\n')).toBe('line 2 is b once and c the other time');
    expect(findTraceDifference('a', 'a\nb')).toBe('line 2 is missing once and b the other time');
  });
});
