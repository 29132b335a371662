import { Pool } from 'undici';
import type { Dispatcher } from 'undici';
import type {
  Clock,
  Upstream,
  UpstreamErrorKind,
  UpstreamExchange,
  UpstreamHandler,
  UpstreamHeaders,
  UpstreamLimits,
  UpstreamRequest,
} from '../ports';
import { BoundedClient } from './bounded-client';
import { createLifePlan } from './connection-life';
import type { CountedOptions, CountingClient } from './counting-client';
import { PhaseTimer } from './phase-timer';

const KEEP_ALIVE_MS = 30_000;
const HEADER_LIMIT_BYTES = 16 * 1024;
/** A connection that was dead already says so within a round trip; what breaks later broke over our request. */
const STALE_WITHIN_MS = 1_000;

/**
 * The network, by undici's `Pool.dispatch`: `fetch` and even `request` cost a multiple in streams and promises that
 * nobody here needs. One pool per origin, kept for the life of the process.
 */
export class UndiciUpstream implements Upstream {
  private readonly pools = new Map<string, Pool>();
  private readonly planLifeMs = createLifePlan();

  constructor(private readonly clock: Clock) {}

  send(
    request: UpstreamRequest,
    limits: UpstreamLimits,
    handler: UpstreamHandler,
  ): UpstreamExchange {
    const pool = this.pool(request.origin, limits);
    const exchange = new UndiciExchange({ clock: this.clock, limits, handler }, (sent) => {
      const options: CountedOptions = {
        path: request.path,
        method: 'POST',
        headers: request.headers as string[],
        body: request.body,
        onClient: (client) => sent.goVia(client),
      };
      pool.dispatch(options, sent);
    });
    exchange.start();
    return exchange;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()));
    this.pools.clear();
  }

  private pool(origin: string, { connectMs }: UpstreamLimits): Pool {
    let pool = this.pools.get(origin);
    if (pool === undefined) {
      pool = new Pool(origin, {
        pipelining: 1,
        // The exchange gives up by its own, exact clock; this one frees the socket. One bound holds for a whole process.
        connect: { timeout: connectMs },
        factory: (url, options) =>
          new BoundedClient(url, options, { clock: this.clock, planLifeMs: this.planLifeMs }),
        keepAliveTimeout: KEEP_ALIVE_MS,
        maxHeaderSize: HEADER_LIMIT_BYTES,
        // PhaseTimer keeps all clocks; undici's own would be a second set.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      this.pools.set(origin, pool);
    }
    return pool;
  }
}

type Phase = 'connect' | 'first-byte' | 'body' | 'paused' | 'over';

interface ExchangeParts {
  readonly clock: Clock;
  readonly limits: UpstreamLimits;
  readonly handler: UpstreamHandler;
}

class UndiciExchange implements Dispatcher.DispatchHandler, UpstreamExchange {
  private controller: Dispatcher.DispatchController | null = null;
  private client: CountingClient | null = null;
  private readonly clock: Clock;
  private readonly limits: UpstreamLimits;
  private readonly handler: UpstreamHandler;
  private readonly timer: PhaseTimer;
  private readonly startedMs: number;
  private readonly endsAtMs: number;
  private phase: Phase = 'connect';
  private connection: 'fresh' | 'reused' = 'fresh';
  /** Null: it waits for a connection. */
  private sentMs: number | null = null;
  private head: 'awaited' | 'seen' = 'awaited';
  private resends = 0;

  constructor(
    { clock, limits, handler }: ExchangeParts,
    private readonly dispatch: (exchange: UndiciExchange) => void,
  ) {
    this.clock = clock;
    this.limits = limits;
    this.handler = handler;
    this.startedMs = clock.nowMs();
    this.endsAtMs = this.startedMs + limits.totalMs;
    this.timer = new PhaseTimer(clock, () => this.expire());
    const bounds = [limits.connectMs, limits.firstByteMs, limits.totalMs];
    this.timer.expireAt(this.startedMs + Math.min(...bounds));
  }

  get reached(): UpstreamExchange['reached'] {
    return this.sentMs === null ? 'nobody' : 'provider';
  }

  start(): void {
    this.dispatch(this);
  }

  goVia(client: CountingClient): void {
    this.client = client;
  }

  abort(): void {
    this.finish();
    this.controller?.abort(new Error('aborted'));
  }

  pause(): void {
    if (this.phase !== 'body') return;
    this.phase = 'paused';
    this.controller?.pause();
    this.timer.expireAt(Math.min(this.clock.nowMs() + this.limits.pausedMs, this.endsAtMs));
  }

  resume(): void {
    if (this.phase !== 'paused') return;
    this.phase = 'body';
    this.awaitMore();
    this.controller?.resume();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // Aborted while it waited for a connection.
    if (this.phase === 'over') {
      controller.abort(new Error('aborted'));
      return;
    }
    this.connection = this.client?.useConnection() ?? 'fresh';
    this.sentMs = this.clock.nowMs();
    this.phase = 'first-byte';
    this.timer.expireAt(Math.min(this.startedMs + this.limits.firstByteMs, this.endsAtMs));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: UpstreamHeaders,
  ): void {
    // Interim answers (1xx) come before the real head.
    if (this.phase === 'over' || status < 200) return;
    this.head = 'seen';
    this.handler.onHead(status, headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.phase === 'over') return;
    if (this.phase === 'first-byte') this.phase = 'body';
    if (this.phase === 'body') this.awaitMore();
    this.handler.onData(chunk);
  }

  onResponseEnd(): void {
    if (this.phase === 'over') return;
    this.finish();
    this.handler.onEnd();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.phase === 'over') return;
    const code = String((error as { readonly code?: unknown }).code ?? error.name);
    const kind = this.phase === 'connect' ? 'connect' : classifyCode(code);
    if (kind === 'connection-lost' && this.isStale()) {
      this.resend();
      return;
    }
    this.finish();
    this.handler.onError(kind, code);
  }

  /**
   * Providers and load balancers close idle connections at the very moment we use them. Not a byte of an answer has come
   * and the request did not wait, so it was never served: asking once more is safe, and says nothing about the provider.
   */
  private isStale(): boolean {
    return (
      this.connection === 'reused' &&
      this.head === 'awaited' &&
      this.resends === 0 &&
      this.sentMs !== null &&
      this.clock.nowMs() - this.sentMs < STALE_WITHIN_MS
    );
  }

  private resend(): void {
    this.resends += 1;
    this.leaveClient();
    this.phase = 'connect';
    this.controller = null;
    this.sentMs = null;
    this.dispatch(this);
  }

  private awaitMore(): void {
    this.timer.expireAt(Math.min(this.clock.nowMs() + this.limits.idleMs, this.endsAtMs));
  }

  private expire(): void {
    const kind = this.selectExpired();
    this.abort();
    this.handler.onError(kind, kind);
  }

  private selectExpired(): UpstreamErrorKind {
    const nowMs = this.clock.nowMs();
    switch (this.phase) {
      case 'connect':
        // With less time for an answer than for a connection, it is the answer that came too late.
        return nowMs - this.startedMs < this.limits.firstByteMs ? 'connect' : 'first-byte-timeout';
      case 'first-byte':
        return 'first-byte-timeout';
      case 'body':
        return nowMs >= this.endsAtMs ? 'total-timeout' : 'idle-timeout';
      case 'paused':
        return nowMs >= this.endsAtMs ? 'total-timeout' : 'paused-too-long';
      case 'over':
        return 'total-timeout';
    }
  }

  private finish(): void {
    this.phase = 'over';
    this.timer.stop();
    this.leaveClient();
  }

  private leaveClient(): void {
    this.client?.leave();
    this.client = null;
  }
}

function classifyCode(code: string): UpstreamErrorKind {
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') return 'protocol';
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' || code === 'HTTPParserError')
    return 'protocol';
  return 'connection-lost';
}
