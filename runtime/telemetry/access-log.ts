import type { Cancel, Clock } from '../ports';

/** One finished request. Never a prompt, an answer or a key. */
export interface AccessRecord {
  readonly callId: string;
  readonly route: string;
  readonly model: string | null;
  readonly modelId: string | null;
  readonly status: number;
  readonly outcome: string;
  readonly durationMs: number;
  readonly retries: number;
  readonly fallbacks: number;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
}

const FLUSH_BYTES = 16 * 1024;
const FLUSH_AFTER_MS = 1_000;

/** JSON lines, collected and written in blocks: one write per request would cost more than the request's routing. */
export class AccessLog {
  private buffer = '';
  private cancelFlush: Cancel | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly writeLog: (lines: string) => void,
  ) {}

  record(record: AccessRecord): void {
    this.buffer += `${JSON.stringify({ timeMs: this.clock.wallMs(), ...record })}\n`;
    if (this.buffer.length >= FLUSH_BYTES) this.flush();
    else this.cancelFlush ??= this.clock.after(FLUSH_AFTER_MS, () => this.flush());
  }

  flush(): void {
    this.cancelFlush?.();
    this.cancelFlush = null;
    if (this.buffer === '') return;
    this.writeLog(this.buffer);
    this.buffer = '';
  }
}
