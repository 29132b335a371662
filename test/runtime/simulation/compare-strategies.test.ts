import type { RoutingStrategy } from '../../../lib/config/gateway-config';
import { runSimulation } from '../../../runtime/simulation/run-simulation';
import type { Trace } from '../../../runtime/simulation/trace';
import { aConfig } from '../../support/a-config';
import { aWorld } from './a-world';

/** One of three begins to answer ten times later than the others. */
const WORLD = [
  'load: { requests_per_second: 20, duration_seconds: 40, stream_share: 1 }',
  'deployments:',
  '  - { match: "*", first_token_ms: { median: 300, p99: 900 }, tokens: 20, token_interval_ms: 20 }',
  '  - { match: c, faults: [{ kind: slow, factor: 10 }] }',
].join('\n');

async function play(strategy: RoutingStrategy): Promise<Trace> {
  const router = { ...aConfig().router, strategy };
  return (await runSimulation(aWorld(WORLD, { router }))).trace;
}

function shareOfSlow(trace: Trace, fromMs: number): number {
  const attempts = trace.flatMap((event) =>
    event.kind === 'attempt' && event.atMs >= fromMs ? [event.deployment] : [],
  );
  return attempts.filter((id) => id === 'c').length / attempts.length;
}

function p95FirstTokenMs(trace: Trace): number {
  const arrived = new Map(
    trace.flatMap((event) => (event.kind === 'arrive' ? [[event.call, event.atMs] as const] : [])),
  );
  const waits = trace
    .flatMap((event) =>
      event.kind === 'commit' ? [event.atMs - (arrived.get(event.call) ?? NaN)] : [],
    )
    .sort((a, b) => a - b);
  return waits[Math.floor(waits.length * 0.95)] ?? NaN;
}

describe('peak-ewma with one of three deployments ten times slower', () => {
  let ours: Trace = [];
  let theirs: Trace = [];

  beforeAll(async () => {
    ours = await play('peak-ewma');
    theirs = await play('round-robin');
  }, 60_000);

  it('gives it less than a tenth from the twentieth second on, and less than a tenth of the whole', () => {
    expect(shareOfSlow(ours, 0)).toBeLessThan(0.1);
    expect(shareOfSlow(ours, 20_000)).toBeLessThan(0.1);
    expect(shareOfSlow(theirs, 20_000)).toBeCloseTo(1 / 3, 2);
  });

  it('shortens the 95th percentile of the time to the first token by 40 percent and more against round robin', () => {
    expect(p95FirstTokenMs(ours)).toBeLessThan(0.6 * p95FirstTokenMs(theirs));
  });
});
