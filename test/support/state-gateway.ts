import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway } from '../../runtime/main';
import type { Environment } from '../../runtime/settings';
import './load-pglite';

export const ADMINISTRATOR = 'sk-administrator-0123456789';

/** What a call of the fake provider costs, whose answers tell 7 tokens of prompt and 3 of answer. */
export const PRICE = { input_cost_per_token: 0.001, output_cost_per_token: 0.002 } as const;
/** Unit: US dollars. Written out: the product carries binary dust. */
export const CALL_COST = 0.013;

export interface StateAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

export interface GivenKey {
  readonly secret: string;
  readonly id: string;
}

/** A gateway as its operator starts it, with whatever outlives a request. */
export interface StateGateway {
  readonly url: string;
  readonly warnings: readonly string[];
  /** All that was logged so far. */
  readonly log: () => string;
  /** Posts a chat completion. */
  chat(key: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** The route is method and path: `GET /key/info`. */
  ask(key: string, route: string, body?: object): Promise<StateAnswer>;
  /** The same as administrator; rejects unless the answer is a 200. */
  administer(route: string, body?: object): Promise<Record<string, unknown>>;
  createKey(fields?: object): Promise<GivenKey>;
  /** Stores what it can, and ends. */
  stop(): Promise<void>;
  /** Ends at once. */
  kill(): Promise<void>;
}

export interface StateGatewayOptions {
  /** Sections of the configuration beside `model_list`. */
  readonly sections?: Readonly<Record<string, object>>;
  readonly environment?: Environment;
}

/** Null: nothing is kept on disk. */
type DataFolder = string | null;

export async function startStateGateway(
  models: readonly object[],
  dataFolder: DataFolder,
  { sections = {}, environment = {} }: StateGatewayOptions = {},
): Promise<StateGateway> {
  let log = '';
  const gateway = await startGateway({
    environment: {
      LITELLM_MASTER_KEY: ADMINISTRATOR,
      GRACEFUL_SHUTDOWN_TIMEOUT: '1',
      ...(dataFolder === null ? {} : { LITELLM_HA_DATA_DIR: dataFolder }),
      ...environment,
    },
    config: {
      kind: 'text',
      fileName: 'config.yaml',
      // JSON is YAML.
      text: JSON.stringify({ model_list: models, ...sections }),
    },
    host: '127.0.0.1',
    port: 0,
    writeLog: (lines) => {
      log += lines;
    },
  });
  const { url } = gateway;
  const ask: StateGateway['ask'] = async (key, route, body) => {
    const [method = '', path = ''] = route.split(' ');
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, connection: 'close' },
      ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
    });
    const text = await response.text();
    const json: unknown = text === '' || path === '/metrics' ? null : JSON.parse(text);
    return { status: response.status, headers: response.headers, text, json };
  };
  const administer: StateGateway['administer'] = async (route, body) => {
    const { status, json, text } = await ask(ADMINISTRATOR, route, body);
    if (status !== 200) throw new Error(`${route} answered ${status}: ${text}`);
    return json as Record<string, unknown>;
  };
  return {
    url,
    warnings: gateway.warnings,
    log: () => log,
    ask,
    administer,
    chat: (key, body = {}, headers = {}) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${key}`,
          connection: 'close',
          ...headers,
        },
        body: JSON.stringify({
          model: 'gpt-4o',
          messages: [{ role: 'user', content: 'Hello' }],
          ...body,
        }),
      }),
    createKey: async (fields = {}) => {
      const { key, token_id: id } = await administer('POST /key/generate', fields);
      return { secret: String(key), id: String(id) };
    },
    stop: () => gateway.stop(),
    kill: () => gateway.kill(),
  };
}

/** One deployment at the fake provider, whose calls cost {@link CALL_COST}. */
export function aModel(apiBase: string, parts: { readonly name?: string } & object = {}): object {
  const { name = 'gpt-4o', ...params } = parts;
  return {
    model_name: name,
    litellm_params: {
      model: 'openai/gpt-4o',
      api_key: 'sk-provider-canary',
      api_base: apiBase,
      ...PRICE,
      ...params,
    },
    model_info: { id: `${name}-1` },
  };
}

export function createDataFolder(): string {
  return mkdtempSync(join(tmpdir(), 'litellm-ha-state-'));
}

/** Asks again and again until the answer is there; rejects with the last one where it never comes. */
export async function until<Value>(
  ask: () => Promise<Value> | Value,
  isThere: (value: Value) => boolean,
): Promise<Value> {
  const endsAtMs = Date.now() + LONGEST_WAIT_MS;
  for (;;) {
    const value = await ask();
    if (isThere(value)) return value;
    if (Date.now() > endsAtMs) throw new Error(`it never came; last: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

const LONGEST_WAIT_MS = 40_000;
/** Whoever asks with a key that is not known yet is taken for a guesser after twenty times a minute. */
const PAUSE_MS = 50;

/** The code of the error that a response tells. */
export async function codeOf(response: Response): Promise<string> {
  const { error } = (await response.json()) as {
    readonly error: { readonly gateway_code: string };
  };
  return error.gateway_code;
}
