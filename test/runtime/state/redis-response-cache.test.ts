import { BoundedRedis } from '../../../runtime/state/bounded-redis';
import { QuietLog } from '../../../runtime/state/quiet-log';
import { RedisKeys } from '../../../runtime/state/redis-keys';
import { RedisResponseCache } from '../../../runtime/state/redis-response-cache';
import { ManualClock } from '../../support/manual-clock';
import { FakeLink, redisError, settle, SILENCE } from './fake-link';

// The contract of all such caches is shown with a real Redis, in test/lab/state.

function aWorld(answer: ConstructorParameters<typeof FakeLink>[0]): {
  readonly clock: ManualClock;
  readonly link: FakeLink;
  readonly cache: RedisResponseCache;
} {
  const clock = new ManualClock();
  const link = new FakeLink(answer);
  const keys = new RedisKeys('test');
  const ports = { clock, random: { next: () => 0 } };
  const log = new QuietLog(clock, () => undefined);
  const redis = new BoundedRedis({ link, keys, ports, log });
  return { clock, link, cache: new RedisResponseCache(redis, keys) };
}

describe('RedisResponseCache', () => {
  it('finds nothing in a Redis that does not answer, after twenty milliseconds', async () => {
    const { clock, cache } = aWorld(() => SILENCE);
    const read = cache.read('a');
    clock.advance(20);
    expect(await read).toBeNull();
    expect(cache.counts).toMatchObject({ misses: 0, failures: 1 });
  });

  it('writes nothing towards a Redis that is away', async () => {
    const { clock, link, cache } = aWorld(() => SILENCE);
    const read = cache.read('a');
    clock.advance(20);
    await read;
    cache.write('a', Buffer.from('x'), 1000);
    expect(link.sent.map(({ command }) => command)).toEqual(['EVALSHA']);
    expect(cache.counts).toMatchObject({ writes: 0, failures: 2 });
  });

  it('counts a write that Redis does not take', async () => {
    const { cache } = aWorld(() => {
      throw redisError('OOM command not allowed');
    });
    cache.write('a', Buffer.from('x'), 1000);
    await settle();
    expect(cache.counts).toMatchObject({ writes: 0, failures: 1 });
  });
});
