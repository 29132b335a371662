import { describeWithTool } from '../../support/lab-tool';
import {
  createCertificates,
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
  createSharedState,
  measureOutage,
  waitUntilShared,
  type SharedState,
} from './shared-state';

const DOWN_AFTER_MS = IS_FULL_DRILL ? 5_000 : 1_000;
const ROUNDS = IS_FULL_DRILL ? 10 : 1;
const USER = 'gateway';
const PASSWORD = 'pass-of-the-master';
const SENTINEL_PASSWORD = 'pass-of-the-sentinels';
const PORT = 6379;
const SENTINEL_PORT = 26379;
/** What a busy machine may add to the twenty milliseconds. */
const NOISE_MS = 400;

describeWithTool('redis-server', (program) => {
  describe('createRedis behind Sentinels, with TLS, an ACL user and a password for the Sentinels', () => {
    const hosts = drawHosts(6);
    const certificates = createCertificates(hosts);
    const [first] = hosts;
    const servers: readonly Member[] = hosts.slice(0, 3).map((host) =>
      createMember(program, {
        host,
        port: PORT,
        mode: 'server',
        cli: [...certificates.cli, '--user', USER, '--pass', PASSWORD],
        lines: [
          ...SERVER_LINES,
          ...certificates.lines,
          'port 0',
          `tls-port ${PORT}`,
          `bind-source-addr ${host}`,
          `replica-announce-ip ${host}`,
          'user default off',
          `user ${USER} on >${PASSWORD} ~* &* +@all`,
          `masteruser ${USER}`,
          `masterauth ${PASSWORD}`,
          ...(host === first ? [] : [`replicaof ${first} ${PORT}`]),
        ],
      }),
    );
    const sentinels: readonly Member[] = hosts.slice(3).map((host) =>
      createMember(program, {
        host,
        port: SENTINEL_PORT,
        mode: 'sentinel',
        cli: [...certificates.cli, '-a', SENTINEL_PASSWORD],
        lines: [
          ...certificates.lines,
          'port 0',
          `tls-port ${SENTINEL_PORT}`,
          `sentinel announce-ip ${host}`,
          `requirepass ${SENTINEL_PASSWORD}`,
          `sentinel sentinel-pass ${SENTINEL_PASSWORD}`,
          `sentinel monitor mymaster ${first} ${PORT} 2`,
          `sentinel auth-user mymaster ${USER}`,
          `sentinel auth-pass mymaster ${PASSWORD}`,
          `sentinel down-after-milliseconds mymaster ${DOWN_AFTER_MS}`,
          'sentinel failover-timeout mymaster 10000',
        ],
      }),
    );
    let state: SharedState;

    beforeAll(async () => {
      for (const member of [...servers, ...sentinels]) member.start();
      await waitForPeace();
      state = createSharedState(
        {
          ...NO_CACHE_CONFIG,
          kind: 'sentinel',
          nodes: sentinels.map(({ host, port }) => ({ host, port })),
          sentinelServiceName: 'mymaster',
          sentinelPassword: SENTINEL_PASSWORD,
          username: USER,
          password: PASSWORD,
          tls: true,
        },
        { ...AS_IN_PRODUCTION, certificateAuthorities: certificates.authority },
      );
      await waitUntilShared(state);
    }, 120_000);

    afterAll(async () => {
      state?.stop();
      for (const member of servers) member.thaw();
      await Promise.all([...servers, ...sentinels].map((member) => member.kill()));
    });

    it.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
      'finds the new master after the old one was killed, and no call waits for it (%i)',
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
      'finds the new master while the old one hangs, and no call waits for it (%i)',
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

    it('says what was wrong, and never a password', () => {
      expect(state.logLines.length).toBeGreaterThan(0);
      expect(state.logLines.join('')).not.toContain('pass-of');
    });

    async function findMaster(): Promise<Member> {
      const [host] = await askSentinels('get-master-addr-by-name');
      const master = servers.find((server) => server.host === host);
      if (master === undefined) throw new Error(`no server has the address ${host}`);
      return master;
    }

    async function askSentinels(command: string): Promise<readonly string[]> {
      for (const sentinel of sentinels) {
        const answer = await sentinel.ask('sentinel', command, 'mymaster');
        if (answer !== '') return answer.split('\n');
      }
      return [];
    }

    /** All Sentinels know each other and both replicas, and the replicas follow. */
    async function waitForPeace(): Promise<void> {
      for (const sentinel of sentinels) {
        await waitForAnswer(sentinel, ['sentinel', 'ckquorum', 'mymaster'], (answer) =>
          answer.startsWith('OK 3 '),
        );
      }
      const master = await findMaster();
      await waitForAnswer(master, ['info', 'replication'], (answer) =>
        /role:master[^]*connected_slaves:2[^]*state=online[^]*state=online/.test(answer),
      );
    }
  });
});

function report(what: string, outage: object): void {
  if (IS_FULL_DRILL) process.stdout.write(`${JSON.stringify({ sentinel: what, ...outage })}\n`);
}
