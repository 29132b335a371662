import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** What the clients saw. */
export interface LoadReport {
  readonly sent: number;
  readonly succeeded: number;
  /** What went wrong → how often; empty: nothing. */
  readonly failures: Readonly<Record<string, number>>;
  /** Whole duration of the successful ones. Unit: milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface LoadPlan {
  /** Base URLs, taken in turn. */
  readonly urls: readonly string[];
  /** Taken in turn. */
  readonly keys: readonly string[];
  readonly perSecond: number;
  readonly body: (index: number) => object;
  /** Longest a client waits. */
  readonly timeoutMs: number;
}

/**
 * Clients that come at a fixed rate whatever happens to those before them, as the public does: a gateway that hangs does
 * not slow them down, it only makes more of them wait.
 */
export class OpenLoop {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly running = new Set<Promise<void>>();
  private readonly durations: number[] = [];
  private readonly failures = new Map<string, number>();
  private sent = 0;
  private state: 'running' | 'stopped' = 'running';
  private readonly loop: Promise<void>;

  constructor(private readonly plan: LoadPlan) {
    this.loop = this.run();
  }

  /** Sends no more, waits for what is under way and tells how it went. */
  async stop(): Promise<LoadReport> {
    this.state = 'stopped';
    await this.loop;
    await Promise.all(this.running);
    this.agent.destroy();
    const sorted = [...this.durations].sort((one, other) => one - other);
    const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
    return {
      sent: this.sent,
      succeeded: sorted.length,
      failures: Object.fromEntries(this.failures),
      p50Ms: Math.round(at(0.5)),
      p99Ms: Math.round(at(0.99)),
      maxMs: Math.round(at(1)),
    };
  }

  private async run(): Promise<void> {
    const startedMs = performance.now();
    while (this.state === 'running') {
      const due = ((performance.now() - startedMs) / 1000) * this.plan.perSecond;
      while (this.sent < due) this.send();
      await wait(5);
    }
  }

  private send(): void {
    const index = this.sent;
    this.sent += 1;
    const sending = this.exchange(index).then((failure) => {
      if (failure !== null) this.failures.set(failure, (this.failures.get(failure) ?? 0) + 1);
      this.running.delete(sending);
    });
    this.running.add(sending);
  }

  /** Null: the answer is whole and right. */
  private exchange(index: number): Promise<string | null> {
    const { urls, keys, timeoutMs } = this.plan;
    const body = JSON.stringify(this.plan.body(index));
    const startedMs = performance.now();
    return new Promise((resolve) => {
      const outgoing = request(`${urls[index % urls.length]}/v1/chat/completions`, {
        method: 'POST',
        agent: this.agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          authorization: `Bearer ${keys[index % keys.length]}`,
        },
        signal: AbortSignal.timeout(timeoutMs),
      });
      outgoing.on('error', (error) => resolve(`${error.name}: ${error.message}`));
      outgoing.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', (error) => resolve(`cut: ${error.message}`));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const failure = judge(response.statusCode ?? 0, text);
          if (failure === null) this.durations.push(performance.now() - startedMs);
          resolve(failure);
        });
      });
      outgoing.end(body);
    });
  }
}

function judge(status: number, text: string): string | null {
  if (status !== 200) return `${status} ${text.slice(0, 200)}`;
  if (text.startsWith('{')) return text.includes('"choices"') ? null : 'no choices';
  if (text.includes('"error"')) return `error in the stream: ${text.slice(-200)}`;
  return text.endsWith('data: [DONE]\n\n') ? null : 'truncated stream';
}
