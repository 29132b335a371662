import { MOST_ANSWER_BYTES } from '../../../runtime/state/response-cache';
import type { ResponseCache } from '../../../runtime/state/response-cache';

export interface CacheUnderTest {
  readonly cache: ResponseCache;
  /** Lets time pass for the cache. */
  readonly advance: (byMs: number) => void | Promise<void>;
  /** Resolves once what was written can be read. */
  readonly settle: () => Promise<void>;
}

const ANSWER = Buffer.from([0x00, 0xff, 0x0a, 0xc3, 0x28, 0x0d]);

/** What every cache of answers does, wherever it keeps them. */
export function itIsAResponseCache(create: () => Promise<CacheUnderTest>): void {
  it('finds nothing at first', async () => {
    const { cache } = await create();
    expect(await cache.read('a')).toBeNull();
    expect(cache.counts).toMatchObject({ hits: 0, misses: 1 });
  });

  it('gives back what was kept, byte for byte, as often as it is asked', async () => {
    const { cache, settle } = await create();
    cache.write('a', ANSWER, 10_000);
    await settle();
    expect(await cache.read('a')).toEqual(ANSWER);
    expect(await cache.read('a')).toEqual(ANSWER);
    expect(await cache.read('b')).toBeNull();
    expect(cache.counts).toMatchObject({ hits: 2, misses: 1, writes: 1, failures: 0 });
  });

  it('keeps the later of two answers', async () => {
    const { cache, settle } = await create();
    cache.write('a', Buffer.from('earlier'), 10_000);
    cache.write('a', ANSWER, 10_000);
    await settle();
    expect(await cache.read('a')).toEqual(ANSWER);
  });

  it('forgets an answer when its time is over', async () => {
    const { cache, settle, advance } = await create();
    cache.write('a', ANSWER, 300);
    cache.write('never', ANSWER, 0);
    await settle();
    expect(await cache.read('never')).toBeNull();
    await advance(301);
    expect(await cache.read('a')).toBeNull();
  });

  it('keeps an answer of the largest size, and nothing larger', async () => {
    const { cache, settle } = await create();
    cache.write('most', Buffer.alloc(MOST_ANSWER_BYTES), 10_000);
    cache.write('more', Buffer.alloc(MOST_ANSWER_BYTES + 1), 10_000);
    await settle();
    expect((await cache.read('most'))?.length).toBe(MOST_ANSWER_BYTES);
    expect(await cache.read('more')).toBeNull();
    expect(cache.counts).toMatchObject({ writes: 1, tooLarge: 1 });
  });
}
