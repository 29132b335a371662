import { createServer, STATUS_CODES } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { GatewayError, renderErrorJson } from '../errors';
import type { Clock } from '../ports';
import { checkHead, MOST_HEADERS } from './check-head';
import type { Cors } from './cors';
import { refuseMissingRoute } from './missing-route';
import { Reply } from './reply';
import type { ReplyContext } from './reply';
import type { ConnectionCap } from './connection-cap';
import type { Method, Routes } from './routes';
import type { TlsIdentity } from './tls-identity';

const HEADERS_TIMEOUT_MS = 15_000;
/** For the whole request to arrive; the answer may take as long as it likes. */
const REQUEST_TIMEOUT_MS = 60_000;
const TIMEOUT_CHECK_MS = 2_000;
const HANDSHAKE_TIMEOUT_MS = 5_000;
const DISCARD_MS = 1_000;
const HEADER_LIMIT_BYTES = 16 * 1024;

export interface AskedRoute {
  readonly headers: IncomingMessage['headers'];
  /** Of the connection. */
  readonly peer: string;
  readonly path: string;
}

export interface EntryGuard {
  /** Throws for what is kept out. */
  refuse(asked: AskedRoute): void;
}

export interface ServerOptions {
  readonly routes: Routes;
  readonly replies: ReplyContext;
  readonly clock: Clock;
  /** Must exceed the idle timeout of the load balancer, or it sends a request into a closing connection. */
  readonly keepAliveMs: number;
  /** Null: whoever reaches the port may ask. */
  readonly guard: EntryGuard | null;
  /** Null: no web page may read an answer. */
  readonly cors: Pick<Cors, 'answer'> | null;
  /** Hears of errors that no one foresaw. */
  readonly onUnexpected: (error: unknown) => void;
  readonly connections: ConnectionCap;
  /** Null: plain HTTP. */
  readonly tls: TlsIdentity | null;
  /** What stays answered when there are too many connections: nothing that costs anything, but the life of this replica. */
  readonly vitalPaths: ReadonlySet<string>;
}

/** node:http with bounds on everything a client can make us hold. */
export function createHttpServer(options: ServerOptions): Server {
  const { tls, connections } = options;
  const bounds = {
    keepAliveTimeout: options.keepAliveMs,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    maxHeaderSize: HEADER_LIMIT_BYTES,
    noDelay: true,
  };
  const onRequest = (incoming: IncomingMessage, response: ServerResponse): void =>
    serveRequest(incoming, response, options);
  const server: Server =
    tls === null
      ? createServer(bounds, onRequest)
      : createTlsServer({ ...bounds, ...tls, handshakeTimeout: HANDSHAKE_TIMEOUT_MS }, onRequest);
  // One more than a request may have: what is beyond it Node.js leaves out silently.
  server.maxHeadersCount = MOST_HEADERS + 1;
  connections.guard(server, tls === null ? renderRefusal(tooManyConnections()) : '');
  // A client that asks before it sends its body is told to go on where the body is read: when there is room for it.
  server.on('checkContinue', onRequest);
  server.on('clientError', answerClientError);
  // Tunnels and upgrades are nothing we speak.
  server.on('connect', (_incoming: IncomingMessage, socket: Duplex) => refuseSocket(socket, 405));
  server.on('upgrade', (_incoming: IncomingMessage, socket: Duplex) => refuseSocket(socket, 400));
  return server;
}

function serveRequest(
  incoming: IncomingMessage,
  response: ServerResponse,
  options: ServerOptions,
): void {
  const reply = new Reply(response, options.replies);
  const url = incoming.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  // A connection that breaks is handled where the request is; unheard, it would end the process.
  response.on('error', () => undefined);
  const { guard, cors } = options;
  try {
    checkHead(incoming.rawHeaders);
    if (options.connections.isSurplus(incoming.socket)) {
      if (!options.vitalPaths.has(path)) throw tooManyConnections();
      // The connection ends soon, so nobody should send a second request on it.
      reply.annotate('connection', 'close');
    }
    if (cors !== null && cors.answer(incoming, reply) === 'answered') return;
    if (guard !== null) {
      const peer = incoming.socket.remoteAddress ?? '';
      guard.refuse({ headers: incoming.headers, peer, path });
    }
    const match = options.routes.match(path);
    if (match === null) throw refuseMissingRoute(path);
    const handler = match.route.handlers[incoming.method as Method];
    if (handler === undefined) {
      const allowed = Object.keys(match.route.handlers).join(', ');
      throw new GatewayError('method_not_allowed', `this route allows ${allowed}`, {
        headers: ['allow', allowed],
      });
    }
    const answered = handler({
      incoming,
      reply,
      path,
      routeName: match.route.name,
      variable: match.variable,
      query: mark === -1 ? '' : url.slice(mark + 1),
      startedMs: options.clock.nowMs(),
    });
    answered?.catch((error: unknown) => answerError({ incoming, reply, error }, options));
  } catch (error) {
    answerError({ incoming, reply, error }, options);
  }
}

function tooManyConnections(): GatewayError {
  return new GatewayError(
    'gateway_overloaded',
    'this gateway has as many connections as it can serve; send the request again a little later',
    { retryAfterSeconds: 1, headers: ['connection', 'close'] },
  );
}

interface Thrown {
  readonly incoming: IncomingMessage;
  readonly reply: Reply;
  readonly error: unknown;
}

/** The outermost edge: whatever was thrown becomes an answer. */
function answerError({ incoming, reply, error }: Thrown, options: ServerOptions): void {
  if (!(error instanceof GatewayError)) options.onUnexpected(error);
  if (reply.begun === 'yes') {
    reply.response.destroy();
    return;
  }
  const known =
    error instanceof GatewayError
      ? error
      : new GatewayError('internal_error', 'the gateway failed to serve this request', {
          cause: error,
        });
  if (!incoming.complete) discardRest(incoming, reply, options.clock);
  reply.sendError(known, incoming.complete ? [] : ['connection', 'close']);
}

/** Reads on for a moment without keeping anything: a client that is still sending would never see our answer. */
function discardRest(incoming: IncomingMessage, reply: Reply, clock: Clock): void {
  incoming.resume();
  reply.response.once('finish', () => {
    const cancel = clock.after(DISCARD_MS, () => incoming.destroy());
    incoming.once('close', cancel);
  });
}

/** Bytes that are no HTTP, or that come too slowly: answered by hand, because there is no request to reply to. */
function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  // Without a handshake there is nothing that the client could read.
  if (socket instanceof TLSSocket && socket.getProtocol() === null) {
    socket.destroy();
    return;
  }
  switch (error.code) {
    case 'ECONNRESET':
      socket.destroy();
      return;
    case 'HPE_HEADER_OVERFLOW':
      refuseSocket(socket, 431);
      return;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      refuseSocket(socket, 408);
      return;
    default:
      refuseSocket(socket, 400);
  }
}

const REFUSALS = {
  400: new GatewayError('invalid_request', 'the request is not valid HTTP'),
  405: new GatewayError('method_not_allowed', 'tunnels are not served'),
  408: new GatewayError('request_timeout', 'the request did not arrive in time'),
  431: new GatewayError('headers_too_large', 'the headers must be at most 16 KiB'),
} as const;

function refuseSocket(socket: Duplex, status: keyof typeof REFUSALS): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(renderRefusal(REFUSALS[status]));
}

/** A whole answer, for connections on which there is no request to reply to. */
function renderRefusal(error: GatewayError): string {
  const body = renderErrorJson(error);
  const wait =
    error.retryAfterSeconds === null ? '' : `retry-after: ${error.retryAfterSeconds}\r\n`;
  return (
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}\r\nconnection: close\r\n${wait}` +
    `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}
