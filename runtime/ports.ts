/**
 * Everything the gateway needs from the world outside its own memory. `main.ts` passes the real ones, tests pass
 * their own; nothing else in the request path may reach for a clock, for chance or for the network.
 */

export interface Clock {
  /** Monotonic time; only differences mean something. Unit: milliseconds. */
  nowMs(): number;
  /** Time of day, for logs alone. Unit: milliseconds since 1970. */
  wallMs(): number;
  /** Calls back once after the delay, unless cancelled. */
  after(delayMs: number, callback: () => void): Cancel;
}

export type Cancel = () => void;

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}

/** A request to a provider, complete to the byte. */
export interface UpstreamRequest {
  /** Scheme, host and port: the key of the connection pool. */
  readonly origin: string;
  readonly path: string;
  /** Name, value, name, value … */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** The clocks of one exchange. Unit: milliseconds. */
export interface UpstreamLimits {
  /** To a connection that is ready to send, TLS included. */
  readonly connectMs: number;
  /** From sending to the first byte of the body, connecting included. */
  readonly firstByteMs: number;
  /** Longest silence between two pieces of the body. */
  readonly idleMs: number;
  /** Longest stretch of a stream that holds comments alone. */
  readonly contentMs: number;
  /** Longest life of the whole exchange. */
  readonly totalMs: number;
  /** Longest time a client may leave the exchange paused. */
  readonly pausedMs: number;
}

export type UpstreamHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export type UpstreamErrorKind =
  | 'connect'
  | 'connection-lost'
  | 'protocol'
  | 'first-byte-timeout'
  | 'idle-timeout'
  | 'content-timeout'
  | 'total-timeout'
  | 'paused-too-long';

/** Told in this order: head, data…, then exactly one of end and error. Nothing is told after an abort. */
export interface UpstreamHandler {
  onHead(status: number, headers: UpstreamHeaders): void;
  onData(chunk: Buffer): void;
  /** Bytes came that are kept until more of the answer is there; told by whoever translates it. */
  onKept?(bytes: number): void;
  onEnd(): void;
  onError(kind: UpstreamErrorKind, detail: string): void;
}

/** The running exchange, as the handler's owner steers it. */
export interface UpstreamExchange {
  /** Whether the request is on its way to the provider: it may be answered, and billed, from then on. */
  readonly reached: 'nobody' | 'provider';
  /** Destroys the connection at once; the handler hears nothing more. */
  abort(): void;
  pause(): void;
  resume(): void;
}

export interface Upstream {
  send(
    request: UpstreamRequest,
    limits: UpstreamLimits,
    handler: UpstreamHandler,
  ): UpstreamExchange;
  stop(): Promise<void>;
}

/** Counts the bytes that are held for requests, so that they stay within what the process may use. */
export interface Memory {
  /** Counts a body, or more of it, for its caller. Throws a `GatewayError` when there is no room. */
  take(account: string, bytes: number): void;
  /** What was taken is not held any more. */
  give(account: string, bytes: number): void;
  /** Counts what came back for a request. `refused`: there is no room, and nothing was counted. */
  hold(bytes: number): 'held' | 'refused';
  release(bytes: number): void;
}

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Null: the keys are permanent. */
  readonly sessionToken: string | null;
}

/** Which credentials of AWS; all null: the standard chain (environment, web identity, profile, container, instance). */
export interface AwsAccess {
  readonly region: string;
  readonly profile: string | null;
  readonly roleArn: string | null;
  readonly sessionName: string | null;
  readonly externalId: string | null;
  /** The token, or the path of the file that holds it. */
  readonly webIdentityToken: string | null;
  /** Null: that of the region. */
  readonly stsEndpoint: string | null;
  /** Keys that assume the role; null: those of the standard chain. */
  readonly keys: AwsCredentials | null;
}

export interface AwsSigning {
  readonly access: AwsAccess;
  /** AWS's name of it in signatures. */
  readonly service: string;
}

/** Which credentials of Google Cloud; null: the application default credentials. */
export interface GoogleAccess {
  /** A key file's content, or the path of a file. */
  readonly credentials: string | null;
}

/** Which credentials of Microsoft Entra; all null: the default chain (environment, workload identity, managed identity). */
export interface AzureAccess {
  readonly tenantId: string | null;
  readonly clientId: string | null;
  readonly clientSecret: string | null;
  readonly scope: string;
}

/**
 * Credentials of clouds, which end and are renewed. Libraries are loaded at the first call. Each answers from memory while
 * what it has is valid; rejects with a reason that holds no secret.
 */
export interface CloudCredentials {
  /** The request with AWS's signature (SigV4). */
  signAws(request: UpstreamRequest, by: AwsSigning): Promise<UpstreamRequest>;
  /** An access token. */
  google(access: GoogleAccess): Promise<string>;
  /** An access token. */
  azure(access: AzureAccess): Promise<string>;
}

export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly upstream: Upstream;
  readonly memory: Memory;
  readonly credentials: CloudCredentials;
  /** Takes whole log lines, newline included. */
  readonly writeLog: (lines: string) => void;
}
