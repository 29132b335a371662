import type { BoundedRedis } from './bounded-redis';
import type { RedisKeys } from './redis-keys';
import { createRedisScript, sendScriptForBytes } from './redis-script';
import { MOST_ANSWER_BYTES } from './response-cache';
import type { ResponseCache, ResponseCacheCounts } from './response-cache';

/** Whoever else writes to this Redis cannot make a replica swallow more than an answer may be. */
const READ = createRedisScript(`
if redis.call('STRLEN', KEYS[1]) > tonumber(ARGV[1]) then return false end
return redis.call('GET', KEYS[1])
`);

/** Among all replicas of a Redis. */
export class RedisResponseCache implements ResponseCache {
  private totals = { hits: 0, misses: 0, writes: 0, tooLarge: 0, failures: 0 };

  constructor(
    private readonly redis: BoundedRedis,
    private readonly keys: RedisKeys,
  ) {}

  get counts(): ResponseCacheCounts {
    return this.totals;
  }

  async read(key: string): Promise<Buffer | null> {
    const name = this.nameOf(key);
    try {
      const answer = await this.redis.run({
        key: name,
        send: (link) => sendScriptForBytes(link, READ, { keys: [name], args: [MOST_ANSWER_BYTES] }),
        onLate: null,
      });
      if (Buffer.isBuffer(answer)) {
        this.totals.hits += 1;
        return answer;
      }
      this.totals.misses += 1;
    } catch {
      // Asking the provider is always right; how often it came to this is in the metrics.
      this.totals.failures += 1;
    }
    return null;
  }

  write(key: string, answer: Buffer, ttlMs: number): void {
    if (ttlMs <= 0) return;
    if (answer.length > MOST_ANSWER_BYTES) {
      this.totals.tooLarge += 1;
      return;
    }
    // Behind the breaker, or answers would pile up in front of a Redis that hangs.
    if (this.redis.state !== 'closed') {
      this.totals.failures += 1;
      return;
    }
    const args = [this.nameOf(key), answer, 'PX', Math.ceil(ttlMs)];
    this.redis.link.send('SET', args).then(
      () => (this.totals.writes += 1),
      () => (this.totals.failures += 1),
    );
  }

  private nameOf(key: string): string {
    return this.keys.single('answer', key);
  }
}
