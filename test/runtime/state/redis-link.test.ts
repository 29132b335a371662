import { describeRedisError, isAway, RedisAwayError } from '../../../runtime/state/redis-link';

describe('isAway', () => {
  it.each([
    ['READONLY You cannot write against a read only replica.', true],
    ['LOADING Redis is loading the dataset in memory', true],
    ['CLUSTERDOWN The cluster is down', true],
    ['NOAUTH Authentication required.', true],
    ['Command timed out', true],
    ['ERR max number of clients reached', true],
    ["ERR unknown command 'EVALSHA'", true],
    ["NOPERM this user has no permissions to run the 'get' command", true],
    ["ERR The user executing the script can't run this command or subcommand script: 06023", true],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', false],
    ['ERR value is not an integer or out of range', false],
  ])('of %s is %s', (message, expected) => {
    expect(isAway(new Error(message))).toBe(expected);
  });
});

describe('describeRedisError', () => {
  it('reads the message of errors from anywhere', () => {
    expect(describeRedisError({ message: 'connect ECONNREFUSED' })).toBe('connect ECONNREFUSED');
    expect(describeRedisError(null)).toBe('an error without a message');
  });
});

describe('RedisAwayError', () => {
  it('tells how far the call came', () => {
    expect(new RedisAwayError('refused').message).toBe('Redis is away; the call was not sent');
    expect(new RedisAwayError('unanswered').message).toBe('Redis did not answer in time');
    expect(new RedisAwayError('failed').message).toBe('Redis could not serve the call');
  });
});
