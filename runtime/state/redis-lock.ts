import type { RedisLink } from './redis-link';
import { createRedisScript, sendScript } from './redis-script';

const RELEASE = createRedisScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`);

/**
 * Gives one owner at a time the turn, for as long as its lease lasts. A fail-over may give it to two for a moment, so it
 * saves work and must not guard what may happen but once.
 */
export class RedisLock {
  constructor(
    private readonly link: RedisLink,
    private readonly key: string,
  ) {}

  async take(owner: string, leaseMs: number): Promise<'taken' | 'busy'> {
    const answer = await this.link.send('SET', [this.key, owner, 'NX', 'PX', Math.ceil(leaseMs)]);
    return answer === 'OK' ? 'taken' : 'busy';
  }

  /** Does nothing when the turn has passed to somebody else. */
  async release(owner: string): Promise<void> {
    await sendScript(this.link, RELEASE, { keys: [this.key], args: [owner] });
  }
}
