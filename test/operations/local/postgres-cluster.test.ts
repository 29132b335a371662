import { chmodSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { loadEmbeddedPostgres } from '../../../operations/local/embedded-postgres';
import { detectMachine, type Machine } from '../../../operations/local/machine';
import type { PartEvent } from '../../../operations/local/part';
import { reserveFreePorts } from '../../../operations/local/ports';
import { PostgresCluster } from '../../../operations/local/postgres-cluster';
import { queryPostgres, type PostgresAddress } from '../../../operations/local/postgres-query';

const HOST = '127.0.0.1';
const PASSWORDS = { admin: "ad'min\\1", user: "us'er2" };

/** A cluster on free ports and what it said. */
async function startCluster(machine: Machine, folder = mkdtempSync(join(tmpdir(), 'pg-'))) {
  const [writer, reader, ...members] = (await reserveFreePorts(HOST, 5)) as [number, number];
  const events: PartEvent[] = [];
  const cluster = new PostgresCluster({
    plan: {
      databaseName: 'litellm',
      userName: 'litellm',
      members: (members as number[]).map((port, index) => ({
        name: `postgres-${index + 1}`,
        host: HOST,
        port,
      })),
      writer: { name: 'postgres-writer', host: HOST, port: writer },
      reader: { name: 'postgres-reader', host: HOST, port: reader },
      synchronousStandbyNames: 'ANY 1 (*)',
      settings: {
        max_connections: '40',
        shared_buffers: '8MB',
        wal_retrieve_retry_interval: '200ms',
      },
    },
    postgres: loadEmbeddedPostgres({ machine, libraryFolder: join(folder, 'lib') }),
    folder: join(folder, 'postgres'),
    logFolder: folder,
    passwords: PASSWORDS,
    report: (event) => events.push(event),
  });
  const address = (port: number): PostgresAddress => ({
    host: HOST,
    port,
    user: 'litellm',
    password: PASSWORDS.user,
    database: 'litellm',
  });
  try {
    await cluster.start();
  } catch (error) {
    await cluster.kill();
    throw error;
  }
  return { cluster, events, folder, writer: address(writer), reader: address(reader) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function waitFor(
  condition: () => boolean | Promise<boolean>,
  seconds: number,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`did not happen within ${seconds} s: ${condition}`);
    await wait(50);
  }
}

describe('PostgresCluster', () => {
  it('promotes a replica when the primary is killed, loses no acknowledged row and takes the old primary back', async () => {
    const { cluster, events, folder, writer, reader } = await startCluster(detectMachine());
    const pids = (): readonly number[] => cluster.status().flatMap(({ pid }) => pid ?? []);
    const seen = new Set(pids());
    try {
      await queryPostgres(writer, { text: 'CREATE TABLE rows (id int PRIMARY KEY)' }, 5000);
      const acknowledged: number[] = [];
      let writing = true;
      const writers = [0, 1, 2, 3].map(async (lane) => {
        for (let id = lane; writing; id += 4) {
          try {
            await queryPostgres(
              writer,
              { text: 'INSERT INTO rows VALUES ($1)', values: [id] },
              2000,
            );
            acknowledged.push(id);
          } catch {
            // Cut off in the failover: not acknowledged, so not counted.
          }
        }
      });
      await waitFor(() => acknowledged.length > 50, 5);

      const primary = cluster.status().find(({ role }) => role === 'primary');
      expect(primary?.name).toBe('postgres-1');
      process.kill(primary?.pid ?? 0, 'SIGKILL');
      await waitFor(() => events.some(({ text }) => text.includes('promoted')), 5);
      const acknowledgedBefore = acknowledged.length;
      await waitFor(() => acknowledged.length > acknowledgedBefore + 50, 10);
      await waitFor(
        () => events.some(({ part, text }) => part === 'postgres-1' && text.includes('replica of')),
        10,
      );
      writing = false;
      await Promise.all(writers);
      for (const pid of pids()) seen.add(pid);

      const rows = await queryPostgres<{ id: number }>(
        writer,
        { text: 'SELECT id FROM rows' },
        5000,
      );
      const stored = new Set(rows.map(({ id }) => id));
      expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);

      expect(events[0]?.part).toBe('postgres-1');
      expect(events[0]?.text).toMatch(
        /^primary lost \(process ended\) → postgres-[23] promoted in \d+\.\d s$/,
      );
      const now = cluster.status();
      expect(now.map(({ pid }) => pid !== null)).toEqual([true, true, true]);
      expect(now.find(({ role }) => role === 'primary')?.name).not.toBe('postgres-1');
      const role = await queryPostgres<{ replica: boolean }>(
        reader,
        { text: 'SELECT pg_is_in_recovery() AS replica' },
        2000,
      );
      expect(role).toEqual([{ replica: true }]);
    } finally {
      await cluster.stop();
    }
    expect([...seen].filter(isAlive)).toEqual([]);
    expect(readFileSync(join(folder, 'postgres', 'primary'), 'utf8')).toMatch(/^postgres-[23]\n$/);
  }, 40_000);

  // Only root can become somebody else.
  (process.getuid?.() === 0 ? it : it.skip)(
    'runs as nobody where root has no user namespaces',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'pg-'));
      chmodSync(folder, 0o711);
      const machine: Machine = {
        diesWithParent: detectMachine().diesWithParent,
        databaseUser: { kind: 'nobody', userId: 65534 },
      };
      const { cluster, writer } = await startCluster(machine, folder);
      try {
        await queryPostgres(writer, { text: 'CREATE TABLE one (id int)' }, 5000);
        const status = cluster.status();
        const owners = status.map(({ pid }) => statSync(`/proc/${pid ?? 0}`).uid);
        expect(owners).toEqual([65534, 65534, 65534]);
      } finally {
        await cluster.stop();
      }
    },
    40_000,
  );
});
