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
import { PhaseTimer } from './phase-timer';

const CONNECT_TIMEOUT_MS = 5_000;
const KEEP_ALIVE_MS = 30_000;
const HEADER_LIMIT_BYTES = 16 * 1024;

/**
 * The network, by undici's `Pool.dispatch`: `fetch` and even `request` cost a multiple in streams and promises that
 * nobody here needs. One pool per origin, kept for the life of the process.
 */
export class UndiciUpstream implements Upstream {
  private readonly pools = new Map<string, Pool>();

  constructor(private readonly clock: Clock) {}

  send(
    request: UpstreamRequest,
    limits: UpstreamLimits,
    handler: UpstreamHandler,
  ): UpstreamExchange {
    const exchange = new UndiciExchange(this.clock, limits, handler);
    this.pool(request.origin).dispatch(
      {
        path: request.path,
        method: 'POST',
        headers: request.headers as string[],
        body: request.body,
      },
      exchange,
    );
    return exchange;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()));
    this.pools.clear();
  }

  private pool(origin: string): Pool {
    let pool = this.pools.get(origin);
    if (pool === undefined) {
      pool = new Pool(origin, {
        pipelining: 1,
        connect: { timeout: CONNECT_TIMEOUT_MS },
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

type Phase = 'first-byte' | 'body' | 'paused' | 'over';

class UndiciExchange implements Dispatcher.DispatchHandler, UpstreamExchange {
  private controller: Dispatcher.DispatchController | null = null;
  private readonly timer: PhaseTimer;
  private readonly endsAtMs: number;
  private phase: Phase = 'first-byte';

  constructor(
    private readonly clock: Clock,
    private readonly limits: UpstreamLimits,
    private readonly handler: UpstreamHandler,
  ) {
    const nowMs = clock.nowMs();
    this.endsAtMs = nowMs + limits.totalMs;
    this.timer = new PhaseTimer(clock, () => this.expire());
    this.timer.expireAt(Math.min(nowMs + limits.firstByteMs, this.endsAtMs));
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
    if (this.phase === 'over') controller.abort(new Error('aborted'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: UpstreamHeaders,
  ): void {
    // Interim answers (1xx) come before the real head.
    if (this.phase === 'over' || status < 200) return;
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
    this.finish();
    const code = String((error as { readonly code?: unknown }).code ?? error.name);
    this.handler.onError(this.controller === null ? 'connect' : classifyCode(code), code);
  }

  private awaitMore(): void {
    this.timer.expireAt(Math.min(this.clock.nowMs() + this.limits.idleMs, this.endsAtMs));
  }

  private expire(): void {
    const atTheEnd = this.phase !== 'first-byte' && this.clock.nowMs() >= this.endsAtMs;
    const kind = atTheEnd ? 'total-timeout' : EXPIRED[this.phase];
    this.abort();
    this.handler.onError(kind, kind);
  }

  private finish(): void {
    this.phase = 'over';
    this.timer.stop();
  }
}

const EXPIRED: Readonly<Record<Phase, UpstreamErrorKind>> = {
  'first-byte': 'first-byte-timeout',
  body: 'idle-timeout',
  paused: 'paused-too-long',
  over: 'total-timeout',
};

function classifyCode(code: string): UpstreamErrorKind {
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') return 'protocol';
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' || code === 'HTTPParserError')
    return 'protocol';
  return 'connection-lost';
}
