import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The user that programs run as when the tests run as root, which PostgreSQL and PgBouncer refuse to be. */
const NOBODY = { uid: 65534, gid: 65534 };

/** A program that a test started and stops. */
export interface Program {
  readonly output: () => string;
  readonly isRunning: () => boolean;
  /** Sends a signal that the program survives, such as SIGSTOP. */
  readonly send: (signal: NodeJS.Signals) => void;
  /** Sends a signal and waits for the end; after ten seconds the program is killed. */
  readonly stop: (signal: NodeJS.Signals) => Promise<void>;
}

/** Starts a program in a process group of its own, as an ordinary user. */
export function startProgram(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Program {
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...ordinaryUser(),
  });
  const chunks: string[] = [];
  child.stdout.on('data', (chunk) => chunks.push(String(chunk)));
  child.stderr.on('data', (chunk) => chunks.push(String(chunk)));
  const ended = new Promise<void>((resolve) => {
    child.on('exit', () => resolve());
    child.on('error', (error) => {
      chunks.push(String(error));
      resolve();
    });
  });
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    output: () => chunks.join(''),
    isRunning,
    send: (signal) => {
      if (child.pid !== undefined && isRunning()) process.kill(-child.pid, signal);
    },
    stop: async (signal) => {
      const { pid } = child;
      if (pid === undefined || !isRunning()) return;
      process.kill(-pid, signal);
      const kill = setTimeout(() => process.kill(-pid, 'SIGKILL'), 10_000);
      try {
        await ended;
      } finally {
        clearTimeout(kill);
      }
    },
  };
}

/** A folder that the programs may write to. */
export function createFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  chmodSync(folder, 0o777);
  return folder;
}

/** A folder with files in it, which programs may read and run; files may need to know their folder. */
export function createConfigFolder(
  render: (folder: string) => Readonly<Record<string, string>>,
): string {
  const folder = createFolder('config');
  for (const [name, text] of Object.entries(render(folder))) {
    writeFileSync(join(folder, name), text, { mode: 0o755 });
  }
  return folder;
}

/** A port that nobody listens on. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

/** Asks again until the answer is not null, and fails with `describe()` when that takes too long. */
export async function waitFor<T>(
  ask: () => Promise<T | null>,
  describe: () => string,
  timeoutMs = 45_000,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() > end) throw new Error(describe());
    await sleep(200);
  }
}

function ordinaryUser(): { readonly uid?: number; readonly gid?: number } {
  return process.getuid?.() === 0 ? NOBODY : {};
}
