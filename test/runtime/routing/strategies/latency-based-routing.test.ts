import type { LatencyArgs } from '../../../../lib/config/gateway-config';
import { reduceMishap } from '../../../../runtime/routing/load';
import type { Load } from '../../../../runtime/routing/load';
import { selectByLatency } from '../../../../runtime/routing/strategies/latency-based-routing';
import { aLoad } from '../../../support/a-load';
import { failure } from '../../../support/failure-builder';
import { deployment, routerConfig } from '../../../support/gateway-config-builder';
import { strategyContext } from './strategy.contract';

const A = deployment({ id: 'a' });
const B = deployment({ id: 'b' });
const NOW_MS = 100_000;

const samples = (...values: readonly number[]): Load['latencies'] =>
  values.map((value) => ({ value, atMs: NOW_MS, kind: 'measured' }));

interface Situation {
  readonly a: Partial<Load>;
  readonly b: Partial<Load>;
  readonly delivery?: 'json' | 'stream';
  readonly latency?: Partial<LatencyArgs>;
  readonly random?: number;
  readonly nowMs?: number;
}

function choose({ a, b, latency, ...parts }: Situation): string | undefined {
  const loads = new Map([
    ['a', aLoad(a)],
    ['b', aLoad(b)],
  ]);
  const args = { ...routerConfig().latency, ...latency };
  const context = strategyContext({ nowMs: NOW_MS, loads, delivery: 'json', ...parts });
  return selectByLatency([A, B], { ...context, latency: args })?.id;
}

describe('selectByLatency', () => {
  it('takes the least seconds per token for documents', () => {
    expect(choose({ a: { latencies: samples(0.04, 0.02) }, b: { latencies: samples(0.02) } })).toBe(
      'b',
    );
  });

  it('takes the soonest first token for streams, averaged over its own number of samples', () => {
    const a = { latencies: samples(0.01), firstTokens: samples(0.9, 0.9, 0.9) };
    const b = { latencies: samples(9), firstTokens: samples(1) };
    expect(choose({ a, b, delivery: 'stream' })).toBe('a');
    expect(
      choose({ a: { ...a, firstTokens: samples(1.1, 1.1, 1.1) }, b, delivery: 'stream' }),
    ).toBe('b');
  });

  it('shares among those within the buffer', () => {
    const a = { latencies: samples(0.02) };
    const b = { latencies: samples(0.029) };
    expect(choose({ a, b, random: 0.9 })).toBe('a');
    expect(choose({ a, b, random: 0.9, latency: { buffer: 0.5 } })).toBe('b');
    expect(choose({ a, b, random: 0.9, latency: { buffer: 0.4 } })).toBe('a');
  });

  it('asks one nobody measured first, one request at a time', () => {
    const a = { latencies: samples(0.001) };
    expect(choose({ a, b: {} })).toBe('b');
    expect(choose({ a, b: { inFlight: 1 } })).toBe('a');
  });

  it('forgets samples older than their time', () => {
    const a = { latencies: samples(0.001) };
    const b = { latencies: samples(0.5) };
    expect(choose({ a, b })).toBe('a');
    const later = { a, b: { latencies: [{ value: 9, atMs: 160_000, kind: 'measured' } as const] } };
    expect(choose({ ...later, nowMs: 160_001, latency: { ttlSeconds: 60 } })).toBe('a');
    expect(
      choose({ a: { ...a, inFlight: 1 }, b: later.b, nowMs: 160_001, latency: { ttlSeconds: 60 } }),
    ).toBe('b');
  });

  it('leaves one that timed out, and comes back to it', () => {
    const good = aLoad({ latencies: samples(0.02) });
    const mishap = { nowMs: NOW_MS, delivery: 'json', listSize: 10 } as const;
    const a = reduceMishap(
      aLoad({ latencies: samples(0.001) }),
      failure({ kind: 'provider_timeout' }),
      mishap,
    );
    expect(choose({ a, b: good })).toBe('b');
    expect(choose({ a, b: good, nowMs: NOW_MS + 100_000 })).toBe('b');
    expect(choose({ a, b: good, nowMs: NOW_MS + 200_000 })).toBe('a');
  });

  it('does not take one that only ever failed for unknown', () => {
    const mishap = { nowMs: NOW_MS, delivery: 'json', listSize: 10 } as const;
    const a = reduceMishap(aLoad(), failure(), mishap);
    const b = { latencies: samples(0.02) };
    expect(choose({ a, b })).toBe('b');
    expect(choose({ a, b, nowMs: NOW_MS + 60_000 })).toBe('a');
  });
});
