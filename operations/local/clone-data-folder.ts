import { constants, type Dirent } from 'node:fs';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withPostgres, type PostgresAddress } from './postgres-query';

const BACKUP_TIMEOUT_MS = 60_000;

/** Files that speak of the running server, and settings that each member writes for itself. */
const LEFT_OUT = new Set(['postmaster.pid', 'postmaster.opts', 'standby.signal']);

/** Folders that the copy needs empty: slots belong to the primary, and the log is streamed from the slot of the copy. */
const EMPTIED = new Set([
  'pg_dynshmem',
  'pg_notify',
  'pg_replslot',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
  'pg_wal',
]);

/** Written last, so that it is never older than what it describes. */
const CONTROL_FILE = join('global', 'pg_control');

/**
 * Copies the data folder of a running primary, as `pg_basebackup` would; the packaged PostgreSQL comes without that
 * program. The copy starts as a replica. A slot must already hold the primary's log for it.
 */
export async function cloneDataFolder(props: {
  readonly primary: PostgresAddress;
  readonly from: string;
  readonly to: string;
}): Promise<void> {
  const { primary, from, to } = props;
  await withPostgres(primary, BACKUP_TIMEOUT_MS, async (client) => {
    await client.query("SELECT pg_backup_start('clone', true)");
    await copyTree(from, to, '');
    await copyFile(join(from, CONTROL_FILE), join(to, CONTROL_FILE));
    const stopped = await client.query<{ labelfile: string }>(
      'SELECT labelfile FROM pg_backup_stop(false)',
    );
    await writeFile(join(to, 'backup_label'), stopped.rows[0]?.labelfile ?? '', { mode: 0o600 });
  });
  await mkdir(join(to, 'pg_wal', 'archive_status'), { recursive: true, mode: 0o700 });
  await writeFile(join(to, 'standby.signal'), '', { mode: 0o600 });
}

async function copyTree(from: string, to: string, path: string): Promise<void> {
  await mkdir(join(to, path), { recursive: true, mode: 0o700 });
  if (EMPTIED.has(path)) return;
  for (const entry of await readEntries(join(from, path))) {
    const name = path === '' ? entry.name : join(path, entry.name);
    if (entry.isDirectory()) await copyTree(from, to, name);
    else if (!isLeftOut(name)) await copyLiveFile(join(from, name), join(to, name));
  }
}

function isLeftOut(name: string): boolean {
  return LEFT_OUT.has(name) || name === CONTROL_FILE || name.includes('pgsql_tmp');
}

async function readEntries(folder: string): Promise<readonly Dirent[]> {
  return (await skipVanished(() => readdir(folder, { withFileTypes: true }))) ?? [];
}

async function copyLiveFile(from: string, to: string): Promise<void> {
  await skipVanished(() => copyFile(from, to, constants.COPYFILE_FICLONE));
}

/** A table may be dropped while it is copied; the log says so to the replica. */
async function skipVanished<T>(effect: () => Promise<T>): Promise<T | null> {
  try {
    return await effect();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
