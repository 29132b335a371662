import type { Cancel, Clock } from '../ports';

const LEAST_BETWEEN_MS = 10_000;

/**
 * Tells of trouble once, not at every attempt to mend it. What repeats the last line is dropped; of all that comes too soon
 * after it the last is told when it is time, so that the log ends with how things stand.
 */
export class QuietLog {
  private lastText: string | null = null;
  private lastAtMs = -Infinity;
  private waitingText: string | null = null;
  private cancelWaiting: Cancel | null = null;
  private dropped = 0;

  constructor(
    private readonly clock: Pick<Clock, 'nowMs' | 'after'>,
    private readonly writeLine: (line: string) => void,
  ) {}

  /** The text must be free of secrets. */
  note(text: string): void {
    const waitMs = this.lastAtMs + LEAST_BETWEEN_MS - this.clock.nowMs();
    if (waitMs <= 0 && text !== this.lastText) {
      this.write(text);
      return;
    }
    if (text === this.lastText || this.waitingText !== null) this.dropped += 1;
    if (waitMs <= 0) return;
    this.waitingText = text === this.lastText ? null : text;
    this.cancelWaiting ??= this.clock.after(waitMs, () => this.flush());
  }

  /** Tells what waits, and waits no more. */
  stop(): void {
    this.flush();
  }

  private flush(): void {
    this.cancelWaiting?.();
    this.cancelWaiting = null;
    if (this.waitingText !== null) this.write(this.waitingText);
  }

  private write(text: string): void {
    const more = this.dropped === 0 ? {} : { dropped: this.dropped };
    this.lastText = text;
    this.lastAtMs = this.clock.nowMs();
    this.waitingText = null;
    this.dropped = 0;
    this.writeLine(`${JSON.stringify({ redis: text, ...more })}\n`);
  }
}
