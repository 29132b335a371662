import fc from 'fast-check';
import type { DeploymentConfig } from '../../../../lib/config/gateway-config';
import { reduceEnd, reduceFirstToken, reduceStart, UNUSED } from '../../../../runtime/routing/load';
import type { Load } from '../../../../runtime/routing/load';
import { planNextTurn } from '../../../../runtime/routing/strategies/round-robin';
import type { Strategy, StrategyContext } from '../../../../runtime/routing/strategies/strategy';
import { createSeededRandom } from '../../../../runtime/simulation/seeded-random';
import { deployment, routerConfig } from '../../../support/gateway-config-builder';

/** Where a strategy stands when nothing is known. */
export function strategyContext(parts: Partial<StrategyContext> = {}): StrategyContext {
  return {
    nowMs: 0,
    wallMs: 0,
    random: 0,
    loads: new Map(),
    delivery: 'stream',
    latency: routerConfig().latency,
    ...parts,
  };
}

const maybe = (most: number): fc.Arbitrary<number | null> =>
  fc.option(fc.integer({ min: 0, max: most }));

const groups = fc
  .array(fc.record({ weight: maybe(5), rpm: maybe(100), inputCostPerToken: maybe(3) }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((list) => list.map((parts, index) => deployment({ id: `d${index}`, ...parts })));

const average = fc.option(
  fc.record({
    valueMs: fc.integer({ min: 1, max: 9000 }),
    atMs: fc.integer({ max: 50_000, min: 0 }),
  }),
);

const loads = fc
  .array(
    fc.record({
      inFlight: fc.integer({ min: 0, max: 20 }),
      minute: fc.constantFrom(-1, 0, 1),
      requests: fc.integer({ min: 0, max: 100 }),
      tokens: fc.integer({ min: 0, max: 10_000 }),
      samples: fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 10 }),
      stream: average,
      json: average,
    }),
    { maxLength: 6 },
  )
  .map(
    (list): ReadonlyMap<string, Load> =>
      new Map(
        list.map(({ samples, stream, json, ...parts }, index) => {
          const measured = samples.map(
            (value) => ({ value, atMs: 50_000, kind: 'measured' }) as const,
          );
          const measurements = { latencies: measured, firstTokens: measured };
          return [`d${index}`, { ...UNUSED, ...parts, ...measurements, answers: { stream, json } }];
        }),
      ),
  );

const contexts = fc
  .record({
    loads,
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    delivery: fc.constantFrom('json' as const, 'stream' as const),
  })
  .map((parts) => strategyContext({ nowMs: 60_000, ...parts }));

/** What every strategy keeps to. */
export function describeStrategy(name: string, strategy: Strategy): void {
  describe(`the strategy ${name}`, () => {
    it('chooses one of the candidates, whatever it remembers', () => {
      fc.assert(
        fc.property(groups, contexts, (group, context) => {
          expect(group).toContain(strategy(group, context));
        }),
      );
    });

    it('chooses the only candidate there is', () => {
      fc.assert(
        fc.property(contexts, (context) => {
          const only = deployment({ id: 'd0', weight: 0, rpm: 0 });
          expect(strategy([only], context)).toBe(only);
        }),
      );
    });

    it('chooses nobody when there is nobody', () => {
      expect(strategy([], strategyContext())).toBeNull();
    });

    it('chooses the same for the same memory and the same chance', () => {
      fc.assert(
        fc.property(groups, contexts, (group, context) => {
          expect(strategy(group, context)).toBe(strategy(group, context));
        }),
      );
    });

    it('lets none of several equal deployments starve', () => {
      fc.assert(
        fc.property(fc.integer({ min: 2, max: 5 }), fc.nat(), (size, seed) => {
          const group = Array.from({ length: size }, (_, index) => deployment({ id: `d${index}` }));
          const picks = playRequests(strategy, group, { seed, requests: 300 });
          for (const { id } of group) expect(picks.get(id) ?? 0).toBeGreaterThan(300 / size / 4);
        }),
        { numRuns: 20 },
      );
    });
  });
}

export interface Play {
  readonly seed: number;
  readonly requests: number;
  /** How soon each begins to answer; 200 ms where it is not said. */
  readonly firstTokenMs?: Readonly<Record<string, number>>;
}

const GAP_MS = 100;
/** Tokens of an answer, and the time for them. */
const TOKENS = { prompt: 10, completion: 20 };
const REST_OF_ANSWER_MS = 300;

/** Sends a request every tenth of a second, remembers what comes of it, and counts who was chosen. */
export function playRequests(
  strategy: Strategy,
  group: readonly DeploymentConfig[],
  { seed, requests, firstTokenMs = {} }: Play,
): ReadonlyMap<string, number> {
  const random = createSeededRandom(seed);
  const memory = new Map<string, Load>();
  const picks = new Map<string, number>();
  const update = (id: string, reduce: (load: Load) => Load): void => {
    memory.set(id, reduce(memory.get(id) ?? UNUSED));
  };
  let events: readonly { readonly atMs: number; readonly run: () => void }[] = [];
  const listSize = routerConfig().latency.listSize;
  for (let request = 0; request < requests; request += 1) {
    const nowMs = request * GAP_MS;
    const due = events.filter(({ atMs }) => atMs <= nowMs).sort((a, b) => a.atMs - b.atMs);
    events = events.filter(({ atMs }) => atMs > nowMs);
    for (const { run } of due) run();
    const context = strategyContext({ nowMs, wallMs: nowMs, random: random.next(), loads: memory });
    const chosen = strategy(group, context);
    if (chosen === null) throw new Error('nobody was chosen');
    const { id } = chosen;
    picks.set(id, (picks.get(id) ?? 0) + 1);
    const turn = planNextTurn(chosen, group, memory);
    update(id, (load) => reduceStart(load, { wallMs: nowMs, promptTokens: TOKENS.prompt, turn }));
    const afterMs = firstTokenMs[id] ?? 200;
    const begunMs = nowMs + afterMs;
    const endMs = begunMs + REST_OF_ANSWER_MS;
    const begin = (): void =>
      update(id, (load) =>
        reduceFirstToken(load, { nowMs: begunMs, delivery: 'stream', afterMs, listSize }),
      );
    const end = (): void =>
      update(id, (load) =>
        reduceEnd(load, {
          wallMs: endMs,
          startedWallMs: nowMs,
          promptTokens: TOKENS.prompt,
          tokens: TOKENS,
          dollars: 0,
        }),
      );
    events = [...events, { atMs: begunMs, run: begin }, { atMs: endMs, run: end }];
  }
  return picks;
}
