import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

export interface ProcessLaunch {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  /** Standard output and errors are added to its end. */
  readonly logFile: string;
  /** Null: that of this process. */
  readonly userId: number | null;
}

/** `exited with code 1`, `killed (SIGKILL)`. */
export interface ProcessExit {
  readonly description: string;
}

/** A child process in a session of its own, so that Ctrl-C in the terminal reaches the supervisor alone. */
export interface RunningProcess {
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  isRunning(): boolean;
  signal(signal: NodeJS.Signals): void;
  /** Signals, waits, and kills what is still there after the grace. */
  stop(signal: NodeJS.Signals, graceMs: number): Promise<void>;
}

/** Resolves once the process runs; rejects when it could not be started. */
export async function startProcess(launch: ProcessLaunch): Promise<RunningProcess> {
  const log = openSync(launch.logFile, 'a', 0o600);
  const owner = launch.userId === null ? {} : { uid: launch.userId, gid: launch.userId };
  const child = spawn(launch.command, launch.args, {
    env: launch.environment,
    stdio: ['ignore', log, log],
    detached: true,
    cwd: launch.workingFolder,
    ...owner,
  });
  closeSync(log);

  let running = true;
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => {
      running = false;
      resolve({ description: describeExit(code, signal) });
    });
  });
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => resolve(child.pid ?? 0));
  });

  const signal = (name: NodeJS.Signals): void => {
    if (running) child.kill(name);
  };
  return {
    pid,
    exited,
    isRunning: () => running,
    signal,
    async stop(name, graceMs) {
      signal(name);
      const timer = setTimeout(() => signal('SIGKILL'), graceMs);
      try {
        await exited;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exited with code ${code ?? 'unknown'}` : `killed (${signal})`;
}
