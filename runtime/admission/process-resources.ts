import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';

/** What this process may use of its machine. */
export interface ProcessResources {
  readonly memoryBytes: number;
  /** Null: nobody says. */
  readonly openFiles: number | null;
}

/** Where Linux tells the limits of a process. Node.js has raised the soft limit to the hard one by the time it is read. */
const LIMITS_FILE = '/proc/self/limits';

/**
 * Memory is what the control group of a container allows, in either version: Node.js reads both. Without one it is the machine's,
 * or the bound of the heap where that is lower, as with --max-old-space-size.
 *
 * @see https://nodejs.org/api/process.html#processconstrainedmemory
 */
export function readProcessResources(): ProcessResources {
  const constrained = process.constrainedMemory() ?? 0;
  const machine = totalmem();
  // Version 1 says "no limit" by a number beyond every machine.
  const memoryBytes =
    constrained > 0 && constrained < machine
      ? constrained
      : Math.min(machine, getHeapStatistics().heap_size_limit);
  return { memoryBytes, openFiles: parseOpenFiles(readLimits()) };
}

/** The soft limit, in the words of Linux: `Max open files            1024                 4096                 files`. */
export function parseOpenFiles(limits: string): number | null {
  const soft = /^Max open files +(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? null : Number(soft);
}

function readLimits(): string {
  try {
    return readFileSync(LIMITS_FILE, 'utf8');
  } catch {
    // No Linux.
    return '';
  }
}
