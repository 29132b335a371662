import type { Cancel, Ports } from '../ports';
import { migrate } from './migrate';
import type { Database } from './sql';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

/** Brings the schema up to date as soon as the database can be reached, and tries for as long as that takes. */
export class SchemaKeeper {
  private failures = 0;
  private cancel: Cancel | null = null;
  private state: 'running' | 'done' | 'stopped' = 'running';

  constructor(
    private readonly database: Pick<Database, 'writer'>,
    private readonly ports: Pick<Ports, 'clock' | 'random' | 'writeLog'>,
  ) {}

  /** Resolves after the first attempt, whatever came of it. */
  async start(): Promise<void> {
    try {
      const steps = await migrate(this.database.writer);
      this.state = 'done';
      if (steps.length > 0) this.ports.writeLog(`${JSON.stringify({ schemaSteps: steps })}\n`);
    } catch (error) {
      this.retry(error);
    }
  }

  stop(): void {
    this.state = 'stopped';
    this.cancel?.();
  }

  private retry(error: unknown): void {
    if (this.state === 'stopped') return;
    this.failures += 1;
    if (this.failures === 1) {
      const trouble = error instanceof Error ? error.message : 'unknown';
      this.ports.writeLog(`${JSON.stringify({ schema: 'waits', trouble })}\n`);
    }
    const fullMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.failures - 1));
    const delayMs = fullMs * (0.5 + 0.5 * this.ports.random.next());
    this.cancel = this.ports.clock.after(delayMs, () => void this.start());
  }
}
