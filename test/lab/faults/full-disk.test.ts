import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { queryPostgres } from '../../../operations/local/postgres-query';
import { completion, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider } from '../../support/fake-provider';
import { describeWithTool } from '../../support/lab-tool';
import { startPostgresServer } from '../../support/postgres-server';
import type { PostgresServer } from '../../support/postgres-server';
import { BreakableLink } from '../drills/support/breakable-link';
import { createKey, MASTER_KEY } from '../drills/support/replicas';
import { DRILL } from '../drills/support/drill-scale';
import { renderConfig } from '../drills/support/setting';
import { findFreePort, waitFor } from '../render/program';

const CALLS = DRILL.scale({ short: 200, full: 700 });
const DISK_KIB = 4096;

/** A process that keeps a small disk of its own mounted, in a namespace that others are sent into. */
async function mountSmallDisk(unshare: string, folder: string): Promise<ChildProcess> {
  mkdirSync(folder, { recursive: true });
  const script = `mount -t tmpfs -o size=${DISK_KIB}k tmpfs ${folder} && echo mounted && exec sleep 3600`;
  const holder = spawn(unshare, ['--user', '--map-root-user', '--mount', 'sh', '-c', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once('data', () => resolve());
    holder.once('exit', (code) => reject(new Error(`no small disk: unshare ended with ${code}`)));
  });
  return holder;
}

describeWithTool('unshare', (unshare) => {
  describe('a gateway that was killed on a full disk while its database was away', () => {
    const folder = mkdtempSync(join(tmpdir(), 'full-disk-'));
    const data = join(folder, 'data');
    const bundle = join(folder, 'gateway.js');
    const configFile = join(folder, 'config.yaml');
    let holder: ChildProcess;
    let provider: FakeProvider;
    let postgres: PostgresServer;
    let databaseUrl: string;
    let link: BreakableLink;
    let port: number;
    let child: ChildProcess | null = null;
    let output = '';

    /** Runs a command where the small disk is. */
    const inside = (...command: readonly string[]): readonly [string, string[]] => [
      'nsenter',
      ['--preserve-credentials', '--user', '--mount', `--target=${holder.pid}`, ...command],
    ];

    async function startGateway(): Promise<string> {
      const [command, args] = inside(process.execPath, bundle);
      const running = spawn(command, args, {
        env: {
          PATH: process.env.PATH ?? '',
          CONFIG_FILE_PATH: configFile,
          HOST: '127.0.0.1',
          PORT: String(port),
          LITELLM_MASTER_KEY: MASTER_KEY,
          LITELLM_HA_DATA_DIR: data,
          LITELLM_SALT_KEY: 'lab-salt-key-0123456789',
          DATABASE_URL: databaseUrl,
        },
      });
      child = running;
      for (const stream of [running.stdout, running.stderr]) {
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      }
      const url = `http://127.0.0.1:${port}`;
      await waitFor(
        async () => {
          const response = await fetch(`${url}/health/readiness`).catch(() => null);
          await response?.arrayBuffer();
          return response?.status === 200 ? true : null;
        },
        () => `the gateway did not get ready: ${output}`,
      );
      return url;
    }

    async function killGateway(): Promise<void> {
      const ended = new Promise((resolve) => child?.once('exit', resolve));
      child?.kill('SIGKILL');
      await ended;
    }

    beforeAll(async () => {
      buildSync({
        entryPoints: [join(__dirname, '../../../runtime/entry.ts')],
        bundle: true,
        platform: 'node',
        target: 'node20',
        external: ['pg-native', '@electric-sql/pglite'],
        outfile: bundle,
      });
      holder = await mountSmallDisk(unshare, data);
      provider = await startFakeProvider(() => ({ kind: 'json', body: completion('Hi') }));
      writeFileSync(configFile, renderConfig(provider.url));
      postgres = await startPostgresServer(16);
      const url = new URL(await postgres.createDatabase('litellm'));
      link = new BreakableLink({ host: '127.0.0.1', port: Number(url.port) });
      url.port = String(await link.start());
      databaseUrl = url.href;
      port = await findFreePort();
    }, 120_000);

    afterAll(async () => {
      child?.kill('SIGKILL');
      holder?.kill('SIGKILL');
      await link?.stop();
      await postgres?.stop();
      await provider?.stop();
    });

    it(
      'stores every call once the database is back, and needs no room for it',
      async () => {
        const url = await startGateway();
        const key = await createKey(url);
        // The snapshot that the next start knows its keys by.
        await waitFor(
          () => Promise.resolve(listOf(data).includes('directory.snapshot') ? true : null),
          () => 'there is no snapshot',
        );
        link.break('cut');
        for (let call = 0; call < CALLS; call += 1) {
          const response = await fetch(`${url}/v1/chat/completions`, {
            method: 'POST',
            headers: { authorization: `Bearer ${key}` },
            body: JSON.stringify({ model: 'gpt-4o', messages: [] }),
          });
          expect(response.status).toBe(200);
          await response.arrayBuffer();
        }
        // Written, though not yet stored: what is in the hands of the operating system survives the process.
        await waitFor(
          async () => ((await metric(url, 'litellm_ha_spool_durable')) === 1 ? true : null),
          () => 'the spool is not on the disk',
        );
        fillDisk();
        await killGateway();
        output = '';

        const again = await startGateway();
        expect(await metric(again, 'litellm_ha_spool_pending_entries')).toBe(CALLS);
        expect(await metric(again, 'litellm_ha_spool_durable')).toBe(0);
        const healedMs = performance.now();
        link.heal();
        let calls = 0;
        await waitFor(
          async () => {
            calls = await countStored();
            return calls >= CALLS ? true : null;
          },
          () => `of ${CALLS} calls ${calls} arrived: ${output}`,
          60_000,
        );
        const seconds = (performance.now() - healedMs) / 1000;
        DRILL.tell('full disk, killed', { calls, seconds: Math.round(seconds * 10) / 10 });
        expect(calls).toBe(CALLS);
        await waitFor(
          async () =>
            (await metric(again, 'litellm_ha_spool_pending_entries')) === 0 ? true : null,
          () => 'something is left in the spool',
        );
      },
      DRILL.timeoutMs,
    );

    function listOf(where: string): string {
      const [command, args] = inside('ls', '-R', where);
      return execFileSync(command, args, { encoding: 'utf8' });
    }

    function fillDisk(): void {
      const [command, args] = inside(
        'sh',
        '-c',
        `cat /dev/zero > ${data}/filler 2>/dev/null; true`,
      );
      execFileSync(command, args);
    }

    async function countStored(): Promise<number> {
      const { hostname, port: linkPort, username, password, pathname } = new URL(databaseUrl);
      const [row] = await queryPostgres<{ readonly calls: number }>(
        {
          host: hostname,
          port: Number(linkPort),
          user: username,
          password,
          database: pathname.slice(1),
        },
        { text: 'SELECT count(*)::int AS calls FROM gateway_ledger' },
        5_000,
      );
      return row?.calls ?? 0;
    }
  });
});

async function metric(url: string, name: string): Promise<number | null> {
  const response = await fetch(`${url}/metrics`);
  const line = (await response.text()).split('\n').find((text) => text.startsWith(`${name} `));
  return line === undefined ? null : Number(line.slice(name.length + 1));
}
