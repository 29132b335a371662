import { describeTrouble } from '../describe-trouble';
import type { Cancel, Ports } from '../ports';
import { migrate, SchemaError } from './migrate';
import type { Database } from './sql';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

/** Brings the schema up to date as soon as the database can be reached, and tries for as long as that takes. */
export class SchemaKeeper {
  private failures = 0;
  private cancel: Cancel | null = null;
  private state: 'running' | 'stopped' = 'running';

  constructor(
    private readonly database: Pick<Database, 'writer'>,
    private readonly ports: Pick<Ports, 'clock' | 'random' | 'writeLog'>,
  ) {}

  /**
   * Resolves after the first attempt, also where the database was away, and after the bound at the latest: the attempt goes
   * on then. Rejects where its schema and this code do not fit together: no waiting mends that.
   */
  async start(patienceMs = Infinity): Promise<void> {
    const { clock } = this.ports;
    let cancel: Cancel = () => undefined;
    const bound = new Promise<'late'>((resolve) => {
      if (patienceMs < Infinity) cancel = clock.after(patienceMs, () => resolve('late'));
    });
    const attempt = this.migrate().catch((error: unknown) => {
      if (error instanceof SchemaError) return error;
      this.retry(error);
      return undefined;
    });
    const outcome = await Promise.race([attempt, bound]);
    cancel();
    if (outcome instanceof SchemaError) throw outcome;
    // Nobody waits for it any more; it is tried again, as a later attempt that meets one is.
    if (outcome === 'late') void attempt.then((error) => error && this.retry(error));
  }

  stop(): void {
    this.state = 'stopped';
    this.cancel?.();
  }

  private async migrate(): Promise<void> {
    const steps = await migrate(this.database.writer);
    if (steps.length > 0) this.ports.writeLog(`${JSON.stringify({ schemaSteps: steps })}\n`);
  }

  private retry(error: unknown): void {
    if (this.state === 'stopped') return;
    this.failures += 1;
    if (this.failures === 1) {
      const trouble = describeTrouble(error);
      this.ports.writeLog(`${JSON.stringify({ schema: 'waits', trouble })}\n`);
    }
    const fullMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.failures - 1));
    const delayMs = fullMs * (0.5 + 0.5 * this.ports.random.next());
    this.cancel = this.ports.clock.after(delayMs, () => {
      this.migrate().catch((again: unknown) => this.retry(again));
    });
  }
}
