import { BoundedRedis, LONGEST_WAIT_MS } from '../../../runtime/state/bounded-redis';
import { QuietLog } from '../../../runtime/state/quiet-log';
import { RedisKeys } from '../../../runtime/state/redis-keys';
import { RedisAwayError } from '../../../runtime/state/redis-link';
import { ManualClock } from '../../support/manual-clock';
import { FakeLink, redisError, settle, SILENCE } from './fake-link';

interface World {
  readonly clock: ManualClock;
  readonly link: FakeLink;
  readonly redis: BoundedRedis;
  readonly lines: readonly string[];
  readonly ask: (key?: string) => Promise<unknown>;
}

function aWorld(answer: ConstructorParameters<typeof FakeLink>[0] = null): World {
  const clock = new ManualClock();
  const link = new FakeLink(answer);
  const lines: string[] = [];
  const log = new QuietLog(clock, (line) => lines.push(line));
  const ports = { clock, random: { next: () => 0 } };
  const redis = new BoundedRedis({ link, keys: new RedisKeys('test'), ports, log });
  const ask = (key = 'k'): Promise<unknown> =>
    redis.run({ key, send: (to) => to.send('GET', [key]), onLate: null });
  return { clock, link, redis, lines, ask };
}

const outcomeOf = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'answered',
    (error: unknown) => (error instanceof RedisAwayError ? error.outcome : error),
  );

describe('BoundedRedis', () => {
  it('passes on an answer that comes in time, and leaves no timer behind', async () => {
    const { clock, redis, ask } = aWorld(() => 'value');
    await expect(ask()).resolves.toBe('value');
    expect(redis.counts).toEqual({ calls: 1, timeouts: 0, failures: 0, refused: 0, trips: 0 });
    expect(clock.waiting).toBe(0);
  });

  it('waits twenty milliseconds, once, and asks nothing more until a probe has passed', async () => {
    const { clock, link, redis, ask } = aWorld(() => SILENCE);
    const first = outcomeOf(ask());
    clock.advance(LONGEST_WAIT_MS - 1);
    expect(redis.state).toBe('closed');
    clock.advance(1);
    expect(await first).toBe('unanswered');
    expect(redis.state).toBe('open');
    expect(await outcomeOf(ask())).toBe('refused');
    expect(link.sent).toHaveLength(1);

    link.answer = null;
    clock.advance(50);
    await settle();
    expect(redis.state).toBe('closed');
    expect(await outcomeOf(ask())).toBe('answered');
    expect(redis.counts).toEqual({ calls: 3, timeouts: 1, failures: 0, refused: 1, trips: 1 });
  });

  it('lets nobody wait on when one call has found out', async () => {
    const { clock, ask, redis } = aWorld(() => SILENCE);
    const first = outcomeOf(ask());
    clock.advance(15);
    const second = outcomeOf(ask());
    clock.advance(5);
    expect(await Promise.all([first, second])).toEqual(['unanswered', 'unanswered']);
    expect(redis.counts.timeouts).toBe(1);
  });

  it('hands a late answer to whoever can undo it, and to nobody else', async () => {
    let answer: (value: string) => void = () => undefined;
    const { clock, redis } = aWorld(() => new Promise((resolve) => (answer = resolve)));
    const late: unknown[] = [];
    const send = (to: { send: FakeLink['send'] }): Promise<unknown> => to.send('INCR', ['k']);
    const call = outcomeOf(redis.run({ key: 'k', send, onLate: (value) => late.push(value) }));
    clock.advance(LONGEST_WAIT_MS);
    expect(await call).toBe('unanswered');
    answer('granted');
    await settle();
    expect(late).toEqual(['granted']);
  });

  it('asks the very server that failed before it trusts it again', async () => {
    const { clock, link, redis, ask } = aWorld(() => SILENCE);
    const call = outcomeOf(ask('root:{key:one}:rpm'));
    clock.advance(LONGEST_WAIT_MS);
    await call;
    link.answer = null;
    clock.advance(50);
    await settle();
    expect(redis.state).toBe('closed');
    expect(link.sent.at(-1)).toEqual({
      command: 'SET',
      args: ['litellm-ha:test:probe:{key:one}', '1', 'PX', 1000],
    });
  });

  it('probes ever less often while the answers are late, and with a write', async () => {
    const { clock, link, redis, ask } = aWorld(() => SILENCE);
    const call = outcomeOf(ask());
    clock.advance(LONGEST_WAIT_MS);
    await call;
    for (let second = 0; second < 60; second += 1) {
      clock.advance(1000);
      await settle();
    }
    const probes = link.sent.filter(({ command }) => command === 'SET').length;
    expect(probes).toBeGreaterThan(20);
    expect(probes).toBeLessThan(70);
    expect(redis.state).not.toBe('closed');
    link.answer = () => Promise.reject(redisError('READONLY You cannot write'));
    clock.advance(3000);
    await settle();
    expect(redis.state).not.toBe('closed');
  });

  it.each(['READONLY a replica', 'LOADING dataset', 'CLUSTERDOWN', 'Connection is closed.'])(
    'takes %s for Redis being away',
    async (message) => {
      const { redis, ask } = aWorld(() => Promise.reject(redisError(message)));
      expect(await outcomeOf(ask())).toBe('failed');
      expect(redis.state).toBe('open');
      expect(redis.counts.failures).toBe(1);
    },
  );

  it('passes on an error about one key, and does not part the replicas for it', async () => {
    const wrong = redisError('WRONGTYPE Operation against a key');
    const { redis, ask } = aWorld(() => Promise.reject(wrong));
    expect(await outcomeOf(ask())).toBe(wrong);
    expect(redis.state).toBe('closed');
  });

  it('refuses at once while there is no connection, and asks as soon as there is one', async () => {
    const { link, clock, redis, ask } = aWorld();
    link.status = 'away';
    expect(await outcomeOf(ask())).toBe('refused');
    expect(link.sent).toEqual([]);
    link.becomeReady();
    clock.advance(0);
    await settle();
    expect(redis.state).toBe('closed');
    expect(await outcomeOf(ask())).toBe('answered');
  });

  it('tells once that Redis is away, and once that it is back', async () => {
    const { clock, link, ask, lines } = aWorld(() => SILENCE);
    const calls = [outcomeOf(ask()), outcomeOf(ask())];
    clock.advance(LONGEST_WAIT_MS);
    await Promise.all(calls);
    for (let second = 0; second < 12; second += 1) {
      clock.advance(1000);
      await settle();
    }
    link.answer = null;
    for (let step = 0; step < 50; step += 1) {
      clock.advance(50);
      await settle();
    }
    expect(lines).toEqual([
      '{"redis":"away: each replica goes on by what it knows itself"}\n',
      '{"redis":"back: the replicas share again"}\n',
    ]);
  });

  it('lets go of everything when it stops', async () => {
    const { clock, link, redis, ask } = aWorld(() => SILENCE);
    const call = outcomeOf(ask());
    redis.stop();
    expect(await call).toBe('unanswered');
    expect(clock.waiting).toBe(0);
    expect(link.listenerCount).toBe(0);
  });
});
