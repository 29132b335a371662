import { RedisHealthResultStore } from '../../../runtime/state/redis-health-result-store';
import { RedisKeys } from '../../../runtime/state/redis-keys';
import { failure } from '../../support/failure-builder';
import { FakeLink, redisError } from './fake-link';

// The contract of all such stores is shown with a real Redis, in test/lab/state.

const keys = new RedisKeys('test');
const REPORT = {
  checkedAtMs: 1_700_000_000_000,
  checkedBy: 'one',
  results: [{ modelId: 'a', failure: failure() }],
};

describe('RedisHealthResultStore', () => {
  it('keeps the report for five minutes', async () => {
    const link = new FakeLink();
    await new RedisHealthResultStore(link, keys).write(REPORT);
    expect(link.sent).toEqual([
      {
        command: 'SET',
        args: ['{litellm-ha:test}:health:report', JSON.stringify(REPORT), 'PX', 300_000],
      },
    ]);
  });

  it.each([
    ['nothing', null],
    ['no JSON', '{'],
    ['a kind of failure that is none', JSON.stringify(REPORT).replace(failure().kind, 'mood')],
    ['more than fits', ' '.repeat(5 * 1024 * 1024)],
  ])('reads %s as no report', async (_, text) => {
    expect(await new RedisHealthResultStore(new FakeLink(() => text), keys).read()).toBeNull();
  });

  it('rejects where Redis does, so that whoever asked checks by itself', async () => {
    const link = new FakeLink(() => {
      throw redisError('Command timed out');
    });
    await expect(new RedisHealthResultStore(link, keys).read()).rejects.toThrow('timed out');
  });
});
