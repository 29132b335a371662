import { NO_CREDENTIALS } from '../../runtime/credentials/no-credentials';
import type { GatewayConfig } from '../../lib/config/gateway-config';
import { ByteBudget } from '../../runtime/admission/byte-budget';
import type { LoopLag } from '../../runtime/admission/loop-lag';
import { createGateway } from '../../runtime/gateway';
import type { CloudCredentials } from '../../runtime/ports';
import type { Gateway } from '../../runtime/gateway';
import type { ConnectionBounds } from '../../runtime/http/connection-cap';
import { parseSettings } from '../../runtime/settings';
import type { Environment } from '../../runtime/settings';
import { systemClock } from '../../runtime/system-ports';
import { UndiciUpstream } from '../../runtime/upstream/undici-upstream';
import { createLonelyState } from '../../runtime/wiring/gateway-state';
import type { GatewayState } from '../../runtime/wiring/gateway-state';

export const TEST_KEY = 'sk-test-master';

export interface TestGateway {
  readonly gateway: Gateway;
  readonly url: string;
  /** All access log lines so far, once flushed. */
  readonly log: () => string;
  /** Posts a chat completion with the key of the test. */
  chat(
    body: unknown,
    headers?: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<Response>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Sends a request without a body. A blank header is left out. */
  send(method: string, path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

export interface TestGatewayOptions {
  readonly environment?: Environment;
  /** Chance, always this; 0 picks the first of equal deployments and waits without jitter. */
  readonly random?: number;
  /** What outlives a request; nothing does, where the test does not say. */
  readonly state?: Partial<GatewayState>;
  /** How busy the process is; not at all, where the test does not say. */
  readonly loopLag?: LoopLag;
  /** What the process may use; plenty, where the test does not say. */
  readonly memoryBytes?: number;
  readonly connectionBounds?: ConnectionBounds;
  /** Of clouds; none, where the test does not say. */
  readonly credentials?: CloudCredentials;
}

const ROOM_BYTES = 4 * 1024 * 1024 * 1024;

const NO_LAG: LoopLag = { readMs: () => 0, stop: () => undefined };

/** A gateway on a free port of loopback, with the real network and clock and no chance. */
export async function startTestGateway(
  config: GatewayConfig,
  options: TestGatewayOptions = {},
): Promise<TestGateway> {
  let log = '';
  const settings = parseSettings({ LITELLM_MASTER_KEY: TEST_KEY, ...options.environment });
  const ports = {
    clock: systemClock,
    random: { next: () => options.random ?? 0 },
    upstream: new UndiciUpstream(systemClock),
    memory: new ByteBudget(options.memoryBytes ?? ROOM_BYTES),
    credentials: options.credentials ?? NO_CREDENTIALS,
    writeLog: (lines: string) => {
      log += lines;
    },
  };
  const masterKey = config.general.masterKey ?? settings.masterKey;
  const gateway = createGateway({
    config,
    settings,
    ports,
    state: { ...createLonelyState({ config, masterKey, ports, warnings: [] }), ...options.state },
    loopLag: options.loopLag ?? NO_LAG,
    tls: null,
    connectionBounds: options.connectionBounds ?? { most: 10_000, surplus: 32 },
  });
  const url = `http://127.0.0.1:${await gateway.listen('127.0.0.1', 0)}`;
  return {
    gateway,
    url,
    log: () => log,
    chat: (body, headers = {}, signal) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        signal: signal ?? null,
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${TEST_KEY}`,
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    get: (path, headers = {}) =>
      fetch(`${url}${path}`, { headers: { authorization: `Bearer ${TEST_KEY}`, ...headers } }),
    send: (method, path, headers = {}) => {
      const all = { authorization: `Bearer ${TEST_KEY}`, ...headers };
      const given = Object.entries(all).filter(([, value]) => value !== '');
      return fetch(`${url}${path}`, { method, headers: Object.fromEntries(given) });
    },
  };
}

/** A request that is right in every way. */
export const HELLO = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] } as const;

/** How the state of a gateway stands that has everything, and all of it well. */
export const SOUND_STATUS: GatewayState['status'] = {
  spool: {
    home: 'disk',
    pendingEntries: 0,
    pendingBytes: 0,
    oldestAtMs: null,
    oldestAgeSeconds: 0,
    compactedEntries: 0,
    corruptRecords: 0,
    tornTails: 0,
    lostCalls: 0,
    strandedSegments: 0,
  },
  ledgerDifference: 0,
  directoryAge: 1,
  database: 'connected',
  redis: 'connected',
  replicas: 1,
};
