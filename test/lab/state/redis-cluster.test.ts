import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { waitFor } from '../render/program';
import type { CacheConfig } from '../../../lib/config/gateway-config';
import { describeWithTool } from '../../support/lab-tool';
import {
  createMember,
  drawHosts,
  IS_FULL_DRILL,
  NO_CACHE_CONFIG,
  SERVER_LINES,
  waitForAnswer,
  type Member,
} from './redis-lab';
import {
  AS_IN_PRODUCTION,
  aQuota,
  createSharedState,
  measureOutage,
  waitUntilShared,
  type SharedState,
} from './shared-state';

const run = promisify(execFile);
const NODE_TIMEOUT_MS = IS_FULL_DRILL ? 5_000 : 1_000;
const ROUNDS = IS_FULL_DRILL ? 10 : 1;
const PASSWORD = 'pass-of-all';
const PORT = 6379;
/** What a busy machine may add to the twenty milliseconds. */
const NOISE_MS = 400;

describeWithTool('redis-server', (program) => {
  describe('createRedis of a Cluster', () => {
    const hosts = drawHosts(6);
    const servers: readonly Member[] = hosts.map((host) =>
      createMember(program, {
        host,
        port: PORT,
        mode: 'server',
        cli: ['-a', PASSWORD],
        lines: [
          ...SERVER_LINES,
          `port ${PORT}`,
          'cluster-enabled yes',
          `cluster-node-timeout ${NODE_TIMEOUT_MS}`,
          `cluster-announce-ip ${host}`,
          `bind-source-addr ${host}`,
          `requirepass ${PASSWORD}`,
          `masterauth ${PASSWORD}`,
        ],
      }),
    );
    const config: CacheConfig = {
      ...NO_CACHE_CONFIG,
      kind: 'cluster',
      nodes: hosts.slice(0, 3).map((host) => ({ host, port: PORT })),
      password: PASSWORD,
    };
    const patients: SharedState[] = [];
    let state: SharedState;

    beforeAll(async () => {
      for (const server of servers) server.start();
      for (const server of servers) {
        await waitForAnswer(server, ['ping'], (answer) => answer === 'PONG');
      }
      const addresses = hosts.map((host) => `${host}:${PORT}`);
      const create = ['--cluster', 'create', ...addresses, '--cluster-replicas', '1'];
      const cli = ['-a', PASSWORD, '--no-auth-warning', ...create, '--cluster-yes'];
      await run('redis-cli', cli, { timeout: 60_000 });
      await waitForPeace();
      state = createSharedState(config);
      await waitForAllMasters(state);
    }, 120_000);

    async function waitForAllMasters(shared: SharedState): Promise<void> {
      await waitUntilShared(shared);
      // Each of the three masters has its own connection, which may be ready a little later.
      for (let owner = 0; owner < 30; owner += 1) {
        await waitFor(
          async () =>
            shared.quotas.reserve([aQuota({ id: `key:warm-${owner}:rpm` })]).catch(() => null),
          () => `a master never answered:\n${shared.logLines.join('')}`,
        );
      }
    }

    afterAll(async () => {
      for (const each of [state, ...patients]) each?.stop();
      for (const server of servers) server.thaw();
      await Promise.all(servers.map((server) => server.kill()));
    });

    it('reserves the quotas of several owners, wherever the Cluster keeps them, or none', async () => {
      const patient = createSharedState(config, { ...AS_IN_PRODUCTION, patience: 'of-a-test' });
      patients.push(patient);
      await waitForAllMasters(patient);
      for (let user = 0; user < 20; user += 1) {
        const quotas = [
          aQuota({ id: `key:k${user}:rpm`, limit: 5 }),
          aQuota({ id: `team:t${user}:parallel`, kind: 'concurrent', limit: 5, window: 0 }),
          aQuota({ id: `user:u${user}:tpm`, limit: 3 }),
        ];
        const verdicts = await Promise.all(
          Array.from({ length: 10 }, () => patient.quotas.reserve(quotas)),
        );
        expect(verdicts.filter(({ kind }) => kind === 'granted').length).toBeLessThanOrEqual(3);
        expect(verdicts.some(({ kind }) => kind === 'granted')).toBe(true);
      }
    });

    it.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
      'goes on after a master was killed, and no call waits for it (%i)',
      async () => {
        const master = await findMaster();
        const outage = await measureOutage(state, () => master.kill());

        master.start();
        await waitForPeace();

        report('killed', outage);
        expect(outage.alone).toBeGreaterThan(0);
        expect(outage.degradedMs).toBeLessThanOrEqual(15_000);
        expect(outage.longestMs).toBeLessThanOrEqual(20 + NOISE_MS);
      },
      180_000,
    );

    it.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
      'goes on while a master hangs, and no call waits for it (%i)',
      async () => {
        const master = await findMaster();
        const outage = await measureOutage(state, () => master.freeze());

        master.thaw();
        await waitForPeace();

        report('frozen', outage);
        expect(outage.alone).toBeGreaterThan(0);
        expect(outage.degradedMs).toBeLessThanOrEqual(15_000);
        expect(outage.longestMs).toBeLessThanOrEqual(20 + NOISE_MS);
      },
      180_000,
    );

    async function findMaster(): Promise<Member> {
      for (const server of servers) {
        if ((await server.ask('role')).startsWith('master')) return server;
      }
      throw new Error('the Cluster has no master');
    }

    /**
     * All six see each other, and three replicas follow three masters. All are asked in one go: a master that comes back
     * takes itself for one until it hears of its successor.
     */
    async function waitForPeace(): Promise<void> {
      await waitFor(async () => ((await isAtPeace()) ? true : null), describeAll);
    }

    async function isAtPeace(): Promise<boolean> {
      const roles = await Promise.all(servers.map((server) => server.ask('role')));
      const masters = roles.filter((role) => role.startsWith('master'));
      const followers = roles.filter((role) => /^slave[^]*\nconnected\n/.test(role));
      const views = await Promise.all(servers.map((server) => server.ask('cluster', 'nodes')));
      const isWhole = (view: string): boolean =>
        view.split('\n').length === 6 && !/fail|handshake|noaddr/.test(view);
      return masters.length === 3 && followers.length === 3 && views.every(isWhole);
    }

    function describeAll(): string {
      return servers.map(({ host, output }) => `--- ${host}\n${output().slice(-2000)}`).join('\n');
    }
  });
});

function report(what: string, outage: object): void {
  if (IS_FULL_DRILL) process.stdout.write(`${JSON.stringify({ cluster: what, ...outage })}\n`);
}
