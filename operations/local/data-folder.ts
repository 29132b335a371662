import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const LOCK_FILE = 'supervisor.pid';
const SECRET_BYTES = 24;

/** Where the database, the generated secrets and the logs are kept; used by one supervisor at a time. */
export interface DataFolder {
  readonly path: string;
  readonly logs: string;
  readonly postgres: string;
  /** A file of the folder, absolute. */
  file(name: string): string;
  /** Made at the first call and kept, readable by its owner alone. */
  readSecret(name: string): Promise<string>;
  release(): Promise<void>;
}

/**
 * @throws when another supervisor uses the folder.
 */
export async function openDataFolder(
  folder: string,
  access: 'owner' | 'passable',
): Promise<DataFolder> {
  const path = resolve(folder);
  const logs = join(path, 'logs');
  await mkdir(logs, { recursive: true, mode: 0o700 });
  // The user nobody must reach the database inside, and see nothing else.
  await chmod(path, access === 'owner' ? 0o700 : 0o711);
  await lock(join(path, LOCK_FILE), path);
  const file = (name: string): string => join(path, name);
  return {
    path,
    logs,
    postgres: file('postgres'),
    file,
    readSecret: (name) => readSecret(file(name)),
    release: () => rm(file(LOCK_FILE), { force: true }),
  };
}

async function lock(file: string, folder: string): Promise<void> {
  const mine = `${process.pid}\n`;
  try {
    await writeFile(file, mine, { flag: 'wx' });
    return;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  const owner = Number(await readFile(file, 'utf8'));
  if (Number.isInteger(owner) && owner > 0 && owner !== process.pid && isAlive(owner)) {
    throw new Error(
      `${folder} is in use by process ${owner}; stop it, or choose another folder with --data`,
    );
  }
  // Left behind by a supervisor that was killed.
  await writeFile(file, mine);
}

async function readSecret(file: string): Promise<string> {
  try {
    await writeFile(file, `${randomBytes(SECRET_BYTES).toString('hex')}\n`, {
      flag: 'wx',
      mode: 0o600,
    });
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  return (await readFile(file, 'utf8')).trim();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive too.
    return hasCode(error, 'EPERM');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
