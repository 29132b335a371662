import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  createMember,
  drawHosts,
  SERVER_LINES,
  waitForAnswer,
  type Member,
} from '../../state/redis-lab';

const run = promisify(execFile);

const PORT = 6379;
const SENTINEL_PORT = 26379;

export type Failure = 'killed' | 'frozen';

/** Redis with masters that a drill can fail, and bring back as replicas. */
export interface RedisFailoverSetting {
  /** How a gateway finds it. */
  readonly environment: Readonly<Record<string, string>>;
  failMaster(how: Failure): Promise<void>;
  /** Brings the failed one back, and resolves once another failure can be borne. */
  recover(): Promise<void>;
  stop(): Promise<void>;
}

/** A master, two replicas and three Sentinels. */
export async function startSentinels(
  redisServer: string,
  downAfterMs: number,
): Promise<RedisFailoverSetting> {
  const hosts = drawHosts(6);
  const [first = ''] = hosts;
  const servers = hosts.slice(0, 3).map((host) =>
    createMember(redisServer, {
      host,
      port: PORT,
      mode: 'server',
      cli: [],
      lines: [
        ...SERVER_LINES,
        `port ${PORT}`,
        `bind-source-addr ${host}`,
        `replica-announce-ip ${host}`,
        ...(host === first ? [] : [`replicaof ${first} ${PORT}`]),
      ],
    }),
  );
  const sentinels = hosts.slice(3).map((host) =>
    createMember(redisServer, {
      host,
      port: SENTINEL_PORT,
      mode: 'sentinel',
      cli: [],
      lines: [
        `port ${SENTINEL_PORT}`,
        `sentinel announce-ip ${host}`,
        `sentinel monitor mymaster ${first} ${PORT} 2`,
        `sentinel down-after-milliseconds mymaster ${downAfterMs}`,
        'sentinel failover-timeout mymaster 10000',
      ],
    }),
  );
  const [sentinel] = sentinels;
  const findMaster = async (): Promise<Member> => {
    const answer = await sentinel?.ask('sentinel', 'get-master-addr-by-name', 'mymaster');
    const host = answer?.split('\n')[0];
    const master = servers.find((server) => server.host === host);
    if (master === undefined) throw new Error(`no server has the address ${host}`);
    return master;
  };
  const waitForPeace = async (): Promise<void> => {
    for (const each of sentinels) {
      await waitForAnswer(each, ['sentinel', 'ckquorum', 'mymaster'], (answer) =>
        answer.startsWith('OK 3 '),
      );
    }
    await waitForAnswer(await findMaster(), ['info', 'replication'], (answer) =>
      /role:master[^]*connected_slaves:2[^]*state=online[^]*state=online/.test(answer),
    );
  };
  for (const member of [...servers, ...sentinels]) member.start();
  await orStop([...servers, ...sentinels], waitForPeace);
  return {
    environment: {
      REDIS_SENTINEL_NODES: JSON.stringify(sentinels.map(({ host, port }) => [host, port])),
      REDIS_SERVICE_NAME: 'mymaster',
    },
    ...failing(findMaster, waitForPeace),
    stop: () => stopAll([...servers, ...sentinels]),
  };
}

/** Three masters with a replica each. */
export async function startCluster(
  redisServer: string,
  nodeTimeoutMs: number,
): Promise<RedisFailoverSetting> {
  const hosts = drawHosts(6);
  const servers = hosts.map((host) =>
    createMember(redisServer, {
      host,
      port: PORT,
      mode: 'server',
      cli: [],
      lines: [
        ...SERVER_LINES,
        `port ${PORT}`,
        `bind-source-addr ${host}`,
        'cluster-enabled yes',
        `cluster-node-timeout ${nodeTimeoutMs}`,
        `cluster-announce-ip ${host}`,
        // A replica that was cut off for long is still better than none: nothing here cannot be rebuilt.
        'cluster-replica-validity-factor 0',
      ],
    }),
  );
  for (const server of servers) server.start();
  const [starter] = servers;
  const addresses = hosts.map((host) => `${host}:${PORT}`);
  const create = ['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes'];
  const nodes = async (): Promise<readonly string[]> => {
    for (const server of servers) {
      const answer = await server.ask('cluster', 'nodes');
      if (answer !== '') return answer.split('\n');
    }
    return [];
  };
  /** The master of the slots that replicas tell each other about, which is the one that matters. */
  const findMaster = async (): Promise<Member> => {
    const slot = Number(await starter?.ask('cluster', 'keyslot', '{litellm-ha:}'));
    const line = (await nodes()).find((node) => holds(node, slot));
    const master = servers.find(({ host }) => line?.includes(` ${host}:`));
    if (master === undefined) throw new Error(`nobody holds slot ${slot}: ${line}`);
    return master;
  };
  const waitForPeace = async (): Promise<void> => {
    for (const server of servers) {
      await waitForAnswer(server, ['cluster', 'info'], (answer) =>
        /cluster_state:ok[^]*cluster_known_nodes:6/.test(answer),
      );
      await waitForAnswer(server, ['cluster', 'nodes'], (answer) => !answer.includes('fail'));
      await waitForAnswer(
        server,
        ['info', 'replication'],
        (answer) => answer.includes('state=online') || answer.includes('master_link_status:up'),
      );
    }
  };
  await orStop(servers, async () => {
    for (const server of servers) {
      await waitForAnswer(server, ['PING'], (answer) => answer === 'PONG');
    }
    // Longer than a question may take: all six have to meet.
    await run('redis-cli', create, { timeout: 60_000 });
    await waitForPeace();
  });
  return {
    environment: {
      REDIS_CLUSTER_NODES: JSON.stringify(servers.map(({ host, port }) => ({ host, port }))),
    },
    ...failing(findMaster, waitForPeace),
    stop: () => stopAll(servers),
  };
}

function failing(
  findMaster: () => Promise<Member>,
  waitForPeace: () => Promise<void>,
): Pick<RedisFailoverSetting, 'failMaster' | 'recover'> {
  let failed: { readonly member: Member; readonly how: Failure } | null = null;
  return {
    failMaster: async (how) => {
      const member = await findMaster();
      failed = { member, how };
      if (how === 'killed') await member.kill();
      else member.freeze();
    },
    recover: async () => {
      if (failed?.how === 'killed') failed.member.start();
      else failed?.member.thaw();
      failed = null;
      await waitForPeace();
    },
  };
}

/** What cannot be made ready must not be left running. */
async function orStop(members: readonly Member[], prepare: () => Promise<void>): Promise<void> {
  try {
    await prepare();
  } catch (error) {
    await stopAll(members);
    throw error;
  }
}

async function stopAll(members: readonly Member[]): Promise<void> {
  for (const member of members) member.thaw();
  await Promise.all(members.map((member) => member.kill()));
}

/** Whether a line of `CLUSTER NODES` is of the living master of a slot. */
function holds(node: string, slot: number): boolean {
  const [, , flags = '', , , , , , ...ranges] = node.split(' ');
  if (!flags.includes('master') || flags.includes('fail')) return false;
  return ranges.some((range) => {
    const [from = NaN, to = from] = range.split('-').map(Number);
    return from <= slot && slot <= to;
  });
}
