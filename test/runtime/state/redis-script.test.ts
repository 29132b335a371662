import {
  createRedisScript,
  sendScript,
  sendScriptForBytes,
} from '../../../runtime/state/redis-script';
import { FakeLink, redisError } from './fake-link';

const script = createRedisScript('return 1');
const call = { keys: ['a', 'b'], args: ['x', 1] };

describe('createRedisScript', () => {
  it('knows the hash that Redis gives the script', () => {
    expect(script.sha1).toBe('e0e1f9fabfc9d4800c877a703b823ac0578ff8db');
  });
});

describe.each([
  ['sendScript', sendScript],
  ['sendScriptForBytes', sendScriptForBytes],
])('%s', (_, send) => {
  it('names the script by its hash', async () => {
    const link = new FakeLink();
    await expect(send(link, script, call)).resolves.toBe('OK');
    expect(link.sent).toEqual([{ command: 'EVALSHA', args: [script.sha1, 2, 'a', 'b', 'x', 1] }]);
  });

  it('sends the script itself to a server that does not know it', async () => {
    const link = new FakeLink(({ command }) => {
      if (command === 'EVALSHA') throw redisError('NOSCRIPT No matching script.');
      return 7;
    });
    await expect(send(link, script, call)).resolves.toBe(7);
    expect(link.sent.at(-1)).toEqual({ command: 'EVAL', args: ['return 1', 2, 'a', 'b', 'x', 1] });
  });

  it('rejects with any other error, without asking twice', async () => {
    const link = new FakeLink(() => {
      throw redisError('READONLY');
    });
    await expect(send(link, script, call)).rejects.toThrow('READONLY');
    expect(link.sent).toHaveLength(1);
  });
});
