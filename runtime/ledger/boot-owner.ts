import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { hasCode, writeWhole } from './disk';
import type { Disk } from './disk';

/** Which process a folder belongs to, so that nobody ships the entries of one that is still writing them. */
export interface BootOwner {
  /** The boot that writes to the folder, or that took it over. */
  readonly boot: string;
  readonly host: string;
  readonly pid: number;
  /** When the process began, in the kernel's count: numbers of processes are used again. Null: not told here. */
  readonly processStart: string | null;
  /** Where its number counts: every container has its own 1. Null: not told here. */
  readonly processNamespace: string | null;
  /** When the owner was last seen. Unit: milliseconds since 1970. */
  readonly seenMs: number;
}

const OWNER_FILE = 'owner.json';
/** An owner whose process cannot be looked at is taken for gone after so long. */
export const OWNER_SILENCE_MS = 60_000;

/** This process. */
export function describeOwner(boot: string, seenMs: number): BootOwner {
  return {
    boot,
    host: hostname(),
    pid: process.pid,
    processStart: readProcessStart(process.pid),
    processNamespace: readNamespace(),
    seenMs,
  };
}

export async function writeOwner(disk: Disk, folder: string, owner: BootOwner): Promise<void> {
  await writeWhole(disk, join(folder, OWNER_FILE), Buffer.from(JSON.stringify(owner)));
}

/** Null: nobody ever said so, or nobody can read it. */
export async function readOwner(disk: Disk, folder: string): Promise<BootOwner | null> {
  try {
    return JSON.parse((await disk.read(join(folder, OWNER_FILE))).toString('utf8')) as BootOwner;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || error instanceof SyntaxError) return null;
    throw error;
  }
}

export async function removeOwner(disk: Disk, folder: string): Promise<void> {
  await disk.remove(join(folder, OWNER_FILE));
}

/**
 * Whether a process may still write to the folder. A process that can be looked at is known to live or not, even when it
 * is frozen; any other is believed to live as long as it says so.
 */
export function isOwnerAlive(owner: BootOwner, nowMs: number): boolean {
  const here = describeOwner(owner.boot, nowMs);
  if (
    owner.processNamespace !== null &&
    owner.host === here.host &&
    owner.processNamespace === here.processNamespace
  ) {
    return readProcessStart(owner.pid) === owner.processStart;
  }
  return nowMs - owner.seenMs < OWNER_SILENCE_MS;
}

/**
 * Says that the owner of a folder is still there, unless the folder is another's by now: a process that was frozen, on a
 * machine that the others cannot look at, was taken for gone. Whoever comes second leaves it alone. `orphaned`: it belongs
 * to one that is gone.
 */
export async function renewOwner(
  disk: Disk,
  folder: string,
  { boot, nowMs }: { readonly boot: string; readonly nowMs: number },
): Promise<'renewed' | 'lost' | 'orphaned'> {
  const owner = await readOwner(disk, folder);
  if (owner === null) return 'lost';
  if (owner.boot !== boot) return isOwnerAlive(owner, nowMs) ? 'lost' : 'orphaned';
  await writeOwner(disk, folder, describeOwner(boot, nowMs));
  return 'renewed';
}

/** Field 22 of `stat`; the name of the program before it may hold blanks and parentheses. */
function readProcessStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A process that has ended and that its parent has not noticed yet writes nothing more.
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    // No such process, or no such file on this kind of machine.
    return null;
  }
}

/** With the boot of the machine: after a restart the same numbers begin anew. */
function readNamespace(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}
