import type { ServerResponse } from 'node:http';
import { REGION_HEADER } from '../../lib/gateway-contract';
import { renderErrorJson } from '../errors';
import type { GatewayError } from '../errors';
import type { Lifecycle } from './lifecycle';
import type { Memory } from '../ports';
import { UnsentBytes } from './unsent-bytes';

/** What is less has gone to the kernel, or is not worth counting. */
const SMALL_ANSWER_BYTES = 64 * 1024;
/** Without a byte taken, as for streams. */
const SLOW_CLIENT_MS = 60_000;

export interface ReplyContext {
  readonly lifecycle: Lifecycle;
  readonly region: string | null;
  readonly memory: Pick<Memory, 'hold' | 'release'>;
}

/** The client's side of a request: every byte that leaves the gateway leaves here. */
export class Reply {
  private readonly annotations: string[] = [];

  constructor(
    readonly response: ServerResponse,
    private readonly context: ReplyContext,
  ) {}

  get begun(): 'yes' | 'no' {
    return this.response.headersSent ? 'yes' : 'no';
  }

  /** Adds a header to whatever the reply will be, an error included. */
  annotate(name: string, value: string): void {
    this.annotations.push(name, value);
  }

  sendJson(status: number, json: string | Buffer, headers: readonly string[] = []): void {
    this.send(status, json, ['content-type', 'application/json', ...headers]);
  }

  sendText(status: number, contentType: string, text: string): void {
    this.send(status, text, ['content-type', contentType]);
  }

  sendError(error: GatewayError, headers: readonly string[] = []): void {
    const all = [...headers, ...error.headers];
    if (error.retryAfterSeconds !== null) all.push('retry-after', String(error.retryAfterSeconds));
    if (error.status === 401) all.push('www-authenticate', 'Bearer');
    this.sendJson(error.status, renderErrorJson(error), all);
  }

  startStream(headers: readonly string[]): void {
    this.response.writeHead(200, [
      'content-type',
      'text/event-stream; charset=utf-8',
      'cache-control',
      'no-cache, no-transform',
      // Tells nginx to pass each event on at once.
      'x-accel-buffering',
      'no',
      ...headers,
      ...this.standingHeaders(),
    ]);
  }

  /** Ends a stream that cannot go on. No `[DONE]`: a client must not take the part for the whole. */
  endStreamWithError(error: GatewayError): void {
    // The empty line closes an event whose last line was passed on.
    this.response.end(`\ndata: ${renderErrorJson(error)}\n\n`);
  }

  private send(status: number, body: string | Buffer, headers: readonly string[]): void {
    if (this.response.headersSent || this.response.destroyed) return;
    this.response.writeHead(status, [
      ...headers,
      'content-length',
      String(Buffer.byteLength(body)),
      ...this.standingHeaders(),
    ]);
    this.response.end(body);
    if (this.response.writableLength > SMALL_ANSWER_BYTES) this.watchUnsent();
  }

  /** A client that does not take its answer would have us hold it for ever. */
  private watchUnsent(): void {
    const { response } = this;
    const unsent = new UnsentBytes(this.context.memory);
    unsent.update(response.writableLength);
    response.setTimeout(SLOW_CLIENT_MS, () => response.destroy());
    response.once('close', () => unsent.update(0));
  }

  private standingHeaders(): readonly string[] {
    const headers = [...this.annotations];
    if (this.context.region !== null) headers.push(REGION_HEADER, this.context.region);
    // Moves keep-alive connections to other replicas while this one drains.
    if (this.context.lifecycle.draining === 'yes') headers.push('connection', 'close');
    return headers;
  }
}
