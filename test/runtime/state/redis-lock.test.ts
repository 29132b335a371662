import { RedisLock } from '../../../runtime/state/redis-lock';
import { FakeLink } from './fake-link';

describe('RedisLock', () => {
  it('takes the turn only where nobody has it, for as long as the lease', async () => {
    const link = new FakeLink(() => 'OK');
    const lock = new RedisLock(link, 'turn');
    expect(await lock.take('one', 1500.2)).toBe('taken');
    expect(link.sent).toEqual([{ command: 'SET', args: ['turn', 'one', 'NX', 'PX', 1501] }]);
    link.answer = () => null;
    expect(await lock.take('two', 1000)).toBe('busy');
  });

  it('gives the turn back in its own name', async () => {
    const link = new FakeLink(() => 0);
    await new RedisLock(link, 'turn').release('one');
    expect(link.sent[0]?.args.slice(1)).toEqual([1, 'turn', 'one']);
  });

  it('rejects where Redis does', async () => {
    const link = new FakeLink(() => {
      throw new Error('LOADING');
    });
    await expect(new RedisLock(link, 'turn').take('one', 1)).rejects.toThrow('LOADING');
  });
});
