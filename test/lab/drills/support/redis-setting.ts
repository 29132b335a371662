import { findFreePort } from '../../render/program';
import { createMember, SERVER_LINES, waitForAnswer } from '../../state/redis-lab';

export interface RedisSetting {
  readonly port: number;
  stop(): Promise<void>;
}

/** One server that forgets everything when it ends. */
export async function startSingleRedis(redisServer: string): Promise<RedisSetting> {
  const port = await findFreePort();
  const member = createMember(redisServer, {
    host: '127.0.0.1',
    port,
    lines: [`port ${port}`, ...SERVER_LINES],
    cli: [],
    mode: 'server',
  });
  member.start();
  await waitForAnswer(member, ['PING'], (answer) => answer === 'PONG');
  return { port, stop: () => member.kill() };
}
