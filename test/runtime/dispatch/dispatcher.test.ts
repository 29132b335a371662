import type { RouterConfig } from '../../../lib/config/gateway-config';
import { runSimulation } from '../../../runtime/simulation/run-simulation';
import type { Trace, TraceEvent } from '../../../runtime/simulation/trace';
import { aConfig } from '../../support/a-config';
import { aWorld } from '../simulation/a-world';

/** So many requests a second to three deployments, which all do the same. */
async function playWorld(
  fault: string,
  {
    seed,
    perSecond = 10,
    router = {},
  }: {
    readonly seed: number;
    readonly perSecond?: number;
    readonly router?: Partial<RouterConfig>;
  },
): Promise<Trace> {
  const scenario = [
    `load: { requests_per_second: ${perSecond}, duration_seconds: 30, models: { gpt-4o: 1 } }`,
    `deployments: [{ match: '*', faults: [${fault}] }]`,
  ].join('\n');
  const config = { router: { ...aConfig().router, timeoutSeconds: 5, ...router } };
  const { trace } = await runSimulation({ ...aWorld(scenario, config), seed });
  return trace;
}

function count(trace: Trace, kind: TraceEvent['kind']): number {
  return trace.filter((event) => event.kind === kind).length;
}

const SEEDS = [1, 2, 3];
/** Virtual time passes quickly, unless the machine is busy with other tests. */
const PATIENCE_MS = 60_000;

jest.setTimeout(PATIENCE_MS);

describe('Dispatcher', () => {
  it.each([
    ['refuses connections', '{ kind: down }'],
    ['answers 500', '{ kind: status, status: 500 }'],
    ['answers 503', '{ kind: status, status: 503 }'],
    ['begins its stream with an error', '{ kind: error-event, status: 500 }'],
  ])(
    'asks at most 1.2 times per request, once it is known that everybody %s',
    async (_name, fault) => {
      for (const seed of SEEDS) {
        const trace = await playWorld(fault, {
          seed,
          perSecond: 20,
          router: { retries: 4, cooldownsDisabled: true },
        });
        const late = trace.filter(({ atMs }) => atMs > 10_000 && atMs < 30_000);
        const requests = count(late, 'arrive');
        expect(requests).toBeGreaterThan(300);
        expect(count(late, 'attempt')).toBeLessThanOrEqual(1.2 * requests + 3);
        // Before that: what was saved up, and calls on their way that find out for themselves.
        expect(count(trace, 'attempt')).toBeLessThanOrEqual(1.2 * count(trace, 'arrive') + 3 * 25);
      }
    },
  );

  it('makes every retry that is due while one of three deployments fails', async () => {
    for (const seed of SEEDS) {
      const config = { router: { ...aConfig().router, cooldownsDisabled: true } };
      const scenario = [
        'load: { requests_per_second: 10, duration_seconds: 30, models: { gpt-4o: 1 } }',
        'deployments: [{ match: b, faults: [{ kind: down }] }]',
      ].join('\n');
      const { summary } = await runSimulation({ ...aWorld(scenario, config), seed });
      expect(summary.successRate).toBe(1);
    }
  });

  it('ends no call later than its deadline, whatever the retries', async () => {
    for (const seed of SEEDS) {
      const trace = await playWorld('{ kind: stall }', { seed, router: { callTimeoutSeconds: 7 } });
      const deadlines = new Map(
        trace.flatMap((event) =>
          event.kind === 'arrive' ? [[event.call, event.deadlineMs] as const] : [],
        ),
      );
      const ends = trace.flatMap((event) => (event.kind === 'end' ? [event] : []));
      expect(ends).toHaveLength(deadlines.size);
      for (const { call, atMs } of ends) {
        expect(atMs).toBeLessThanOrEqual((deadlines.get(call) ?? 0) + 50);
      }
    }
  });
});
