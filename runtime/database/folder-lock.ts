import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** The process that holds a folder. */
interface Holder {
  readonly pid: number;
  /** When the process began, as the kernel counts; tells it from a later one with the same number. Null: unknown. */
  readonly began: string | null;
  readonly lock: string;
}

/** Another process uses the folder. */
export class FolderLockedError extends Error {}

/** A folder that one process at a time may use. Nothing of it is left to clean up after a kill. */
export interface FolderLock {
  release(): void;
}

/** Takes the lock kept in the file, also from a process that is gone. */
export function takeFolderLock(file: string): FolderLock {
  const mine: Holder = { pid: process.pid, began: readBeginning(process.pid), lock: randomUUID() };
  const text = JSON.stringify(mine);
  const draft = `${file}.${mine.lock}`;
  writeFileSync(draft, text, { mode: 0o600 });
  try {
    // Links a complete file under the name, or fails: there is no moment at which the lock is there and empty.
    while (tryLink(draft, file) === 'taken') removeStale(file, mine.lock);
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    release: () => {
      if (readHolder(file)?.lock === mine.lock) rmSync(file, { force: true });
    },
  };
}

function tryLink(from: string, to: string): 'made' | 'taken' {
  try {
    linkSync(from, to);
    return 'made';
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return 'taken';
    throw error;
  }
}

function removeStale(file: string, mine: string): void {
  const holder = readHolder(file);
  if (holder !== null && isAlive(holder)) {
    throw new FolderLockedError(
      `${file} must not be held by another process, got process ${holder.pid}; ` +
        'stop that gateway, or give this one a data folder of its own',
    );
  }
  const aside = `${file}.${mine}.stale`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  // Between reading and renaming another process may have been faster; then the lock is its own and goes back.
  const moved = readHolder(aside);
  if (moved !== null && moved.lock !== holder?.lock) tryLink(aside, file);
  rmSync(aside, { force: true });
}

function readHolder(file: string): Holder | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || error instanceof SyntaxError) return null;
    throw error;
  }
}

function isAlive({ pid, began }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is alive, too.
    if (!hasCode(error, 'EPERM')) return false;
  }
  return began === null || began === readBeginning(pid);
}

/** Field 22 of Linux's `stat`; the name before it may hold anything, so fields are counted from its closing bracket. */
function readBeginning(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    // Not Linux, or not ours to see: the number of the process has to do.
    return null;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
