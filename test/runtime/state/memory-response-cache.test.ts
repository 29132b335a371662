import { MemoryResponseCache } from '../../../runtime/state/memory-response-cache';
import { ManualClock } from '../../support/manual-clock';
import { itIsAResponseCache } from './response-cache.contract';

describe('MemoryResponseCache', () => {
  itIsAResponseCache(() => {
    const clock = new ManualClock();
    return Promise.resolve({
      cache: new MemoryResponseCache(clock, 10 * 1024 * 1024),
      advance: (byMs) => clock.advance(byMs),
      settle: () => Promise.resolve(),
    });
  });

  it('makes room by letting go of what was used longest ago', async () => {
    const cache = new MemoryResponseCache(new ManualClock(), 30);
    for (const key of ['a', 'b', 'c']) cache.write(key, Buffer.alloc(10), 1000);
    await cache.read('a');
    cache.write('d', Buffer.alloc(10), 1000);
    const kept = await Promise.all(['a', 'b', 'c', 'd'].map((key) => cache.read(key)));
    expect(kept.map((answer) => answer !== null)).toEqual([true, false, true, true]);
  });

  it('keeps nothing that is larger than all of its room', async () => {
    const cache = new MemoryResponseCache(new ManualClock(), 30);
    cache.write('a', Buffer.alloc(31), 1000);
    expect(await cache.read('a')).toBeNull();
    expect(cache.counts.tooLarge).toBe(1);
  });
});
