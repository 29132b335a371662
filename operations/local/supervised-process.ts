import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Report } from './part';
import { planRestartDelayMs } from './restart-delay';
import { FrozenWatch } from './frozen-watch';
import type { ProbeOutcome } from './readiness';
import { startProcess, type ProcessLaunch, type RunningProcess } from './running-process';

/** How a process is found to be frozen, which is killed then and started again like any that ends. */
export interface LivenessSettings {
  readonly probe: () => Promise<ProbeOutcome>;
  readonly everySeconds: number;
  readonly silentProbes: number;
}

export interface SupervisedProcessProps {
  readonly name: string;
  readonly launch: ProcessLaunch;
  /** Asked again and again until it says yes. */
  readonly isReady: () => Promise<boolean>;
  /** Null: nobody asks whether it lives. */
  readonly liveness: LivenessSettings | null;
  readonly report: Report;
}

const READY_EVERY_MS = 50;
const START_TIMEOUT_MS = 30_000;
/** A process that ran this long did not fail because of the last start. */
const STABLE_MS = 10_000;
const LOG_TAIL_BYTES = 4096;

/** A child process that is started again whenever it ends, later each time when it ends at once. */
export class SupervisedProcess {
  private process: RunningProcess | null = null;
  private state: 'starting' | 'ready' | 'restarting' | 'stopped' = 'stopped';
  private readonly stopping = new AbortController();
  private crashes = 0;

  constructor(private readonly props: SupervisedProcessProps) {}

  status(): { readonly pid: number | null; readonly state: string } {
    const isRunning = this.process?.isRunning() === true;
    return { pid: isRunning ? (this.process?.pid ?? null) : null, state: this.state };
  }

  /**
   * Resolves once it is ready.
   *
   * @throws with the end of its log when it ends before.
   */
  async start(): Promise<void> {
    this.state = 'starting';
    this.supervise(await this.bringUp());
  }

  async stop(graceMs: number): Promise<void> {
    this.leave();
    await this.process?.stop('SIGTERM', graceMs);
  }

  async kill(): Promise<void> {
    this.leave();
    await this.process?.stop('SIGKILL', 0);
  }

  private leave(): void {
    this.stopping.abort();
    this.state = 'stopped';
  }

  private async bringUp(): Promise<RunningProcess> {
    const { name, isReady, launch } = this.props;
    const logStart = sizeOf(launch.logFile);
    const child = await startProcess(launch);
    this.process = child;
    // Somebody may have stopped it while it was being started.
    if (this.stopping.signal.aborted) child.signal('SIGKILL');
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await isReady())) {
      if (!child.isRunning() || Date.now() > deadline) {
        const happened = child.isRunning()
          ? `was not ready after ${START_TIMEOUT_MS / 1000} s`
          : (await child.exited).description;
        child.signal('SIGKILL');
        throw new Error(`${name} ${happened}\n${await readTail(launch.logFile, logStart)}`);
      }
      await wait(READY_EVERY_MS);
    }
    if (!this.stopping.signal.aborted) this.state = 'ready';
    return child;
  }

  private supervise(child: RunningProcess): void {
    const readySinceMs = Date.now();
    const watch = this.watch(child);
    void child.exited.then(async ({ description }) => {
      watch?.stop();
      if (this.stopping.signal.aborted) return;
      if (Date.now() - readySinceMs > STABLE_MS) this.crashes = 0;
      this.props.report({ part: this.props.name, text: `${description} → restarting` });
      await this.restart();
    });
  }

  private watch(child: RunningProcess): FrozenWatch | null {
    const { name, liveness, report } = this.props;
    if (liveness === null) return null;
    const { probe, everySeconds, silentProbes } = liveness;
    return new FrozenWatch({
      probe,
      everyMs: everySeconds * 1000,
      silentProbes,
      onFrozen: () => {
        // One that was told to stop has its grace, frozen or not.
        if (this.stopping.signal.aborted) return;
        report({ part: name, text: `frozen for ${everySeconds * silentProbes} s → killed` });
        child.signal('SIGKILL');
      },
    });
  }

  private async restart(): Promise<void> {
    this.state = 'restarting';
    const startedMs = Date.now();
    while (!this.stopping.signal.aborted) {
      const delayMs = planRestartDelayMs(this.crashes);
      this.crashes += 1;
      await wait(delayMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      if (this.stopping.signal.aborted) return;
      try {
        const child = await this.bringUp();
        const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
        this.props.report({
          part: this.props.name,
          text: `ready again after ${seconds} s (pid ${child.pid})`,
        });
        return this.supervise(child);
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
        this.props.report({ part: this.props.name, text: `${reason} → trying again` });
      }
    }
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** What was written to a file after a point, at most its last 4 KiB. */
async function readTail(file: string, from: number): Promise<string> {
  const log = await open(file);
  try {
    const { size } = await log.stat();
    const start = Math.max(from, size - LOG_TAIL_BYTES);
    const { buffer, bytesRead } = await log.read(
      Buffer.alloc(size - start),
      0,
      size - start,
      start,
    );
    return buffer.toString('utf8', 0, bytesRead).trimEnd();
  } finally {
    await log.close();
  }
}
