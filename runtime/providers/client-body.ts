import { isUtf8 } from 'node:buffer';
import { isSent, REQUEST_FIELDS } from '../../lib/config/request-fields';
import { DECIDED_MEMBERS } from '../../lib/config/upstream-settings';
import { GatewayError } from '../errors';
import { parseClientFallbacks } from './client-fallbacks';
import type { ClientFallback } from './client-fallbacks';
import { parseDrill } from './drill';
import type { Drill } from './drill';
import { dropPaths } from './drop-path';
import { mergeExtraBody } from './extra-body';
import { NO_HEADERS, parseExtraHeaders } from './client-headers';
import { refuseRepeatedKeys, scanJson } from './json-bounds';
import { selectTopLevelString } from './json-span';
import type { JsonSpan } from './json-span';
import { isKeptBack } from './openai-metadata';
import { parseNames, parseRequestTraits } from './request-traits';
import type { RequestTraits } from '../routing/request-traits';

/** The body of a chat completion as the client sent it, with the few facts that routing needs. */
export interface ClientBody {
  readonly bytes: Buffer;
  /** The name the client asked for. */
  readonly model: string;
  readonly delivery: 'json' | 'stream';
  /** Whether `stream_options` asks for the usage of the stream, says something else, or is not there at all. */
  readonly usageEvent: 'asked' | 'not-asked' | 'not-mentioned';
  /** Where `model` stands; null when the body has to be written anew for the provider. */
  readonly modelSpan: JsonSpan | null;
  /** `max_completion_tokens` or `max_tokens`; null: the client sets no bound that counts. Unit: tokens. */
  readonly maxCompletionTokens: number | null;
  /** OpenAI's `n`: answers asked for at once. */
  readonly choices: number;
  /** LiteLLM's `timeout`. */
  readonly timeoutSeconds: number | null;
  /** LiteLLM's `num_retries`. */
  readonly retries: number | null;
  /** LiteLLM's `fallbacks`. */
  readonly fallbacks: readonly ClientFallback[];
  readonly fallbackUse: 'allowed' | 'disabled';
  readonly traits: RequestTraits;
  /** The body's own `extra_headers`: name, value, name, value … */
  readonly extraHeaders: readonly string[];
  /** Headers of the request that go along to deployments whose configuration says so. */
  readonly forwardable: readonly string[];
  /** Null: the request is in earnest. */
  readonly drill: Drill | null;
}

type Json = Readonly<Record<string, unknown>>;

const LONGEST_MODEL_NAME = 256;
/** Each is one walk through the body. */
const MOST_DROPPED = 32;
/** A client may ask for patience, not for a flood. */
const MOST_CLIENT_RETRIES = 10;

/**
 * What becomes of a guardrail that a client asks for. `taken-out`: the administrator has accepted in writing to go without.
 */
export type AskedGuards = 'refused' | 'taken-out';

/** Reads and checks the body. `pathModel` is the model named by the path, which wins over the body. */
export function parseClientBody(
  bytes: Buffer,
  pathModel: string | null,
  guards: AskedGuards = 'refused',
): ClientBody {
  const { json, form } = readClientJson(bytes);
  const keys = Object.keys(json);
  refuseFields(keys, guards);
  const model = parseModel(pathModel ?? json.model);
  if (!Array.isArray(json.messages)) {
    throw invalid('messages', 'must be an array of messages');
  }
  const delivery = parseDelivery(json.stream);
  const fallbacks = parseClientFallbacks(json.fallbacks, model);
  for (const { params } of fallbacks) {
    if (params === null) continue;
    refuseFields(Object.keys(params), guards);
    parseExtraHeaders(params);
  }
  const rewritten = form === 'changed' || keys.some((key) => !isSent(key)) || isKeptBack(json);
  return {
    bytes,
    model,
    delivery,
    usageEvent: parseUsageEvent(json, delivery),
    modelSpan: rewritten ? null : selectModelSpan(bytes, json),
    maxCompletionTokens: selectMaxCompletionTokens(json),
    choices: selectCount(json.n) ?? 1,
    timeoutSeconds: parseTimeout(selectTimeout(json, delivery)),
    retries: parseRetries(json.num_retries),
    fallbacks,
    fallbackUse: json.disable_fallbacks === true ? 'disabled' : 'allowed',
    traits: parseRequestTraits(json, delivery),
    extraHeaders: rewritten ? parseExtraHeaders(json) : NO_HEADERS,
    forwardable: NO_HEADERS,
    drill: rewritten ? parseDrill(json) : null,
  };
}

/** The same request with some fields of a client's own fallback; it still answers as a document, or as a stream. */
export function renderFallbackBody(
  body: ClientBody,
  params: Readonly<Record<string, unknown>>,
): ClientBody {
  const { json: own } = readClientJson(body.bytes);
  const json = { ...own, ...params, stream: body.delivery === 'stream' };
  // What the client may ask for was decided when it came, of its fallbacks too.
  const changed = parseClientBody(Buffer.from(JSON.stringify(json)), body.model, 'taken-out');
  // How important a call may be was decided when it came.
  const traits = { ...changed.traits, priority: body.traits.priority };
  return { ...changed, traits, forwardable: body.forwardable };
}

/** The same request with a bound on each of its answers, also on those of the client's own fallbacks. */
export function renderCappedBody(body: ClientBody, capTokens: number): ClientBody {
  const cap = (own: number | null): { readonly max_completion_tokens: number } => ({
    max_completion_tokens: Math.min(capTokens, own ?? Infinity),
  });
  const capped = renderFallbackBody(body, cap(body.maxCompletionTokens));
  const fallbacks = body.fallbacks.map(({ model, params }) => {
    if (params === null) return { model, params };
    const { max_tokens: _, ...others } = params;
    return { model, params: { ...others, ...cap(selectMaxCompletionTokens(params)) } };
  });
  return { ...capped, traits: body.traits, fallbacks };
}

/**
 * The client's body with its `extra_body` merged in and without what its `additional_drop_params` name. Both are done before
 * anything is read from it: what is checked, limited and priced is what is sent.
 */
export function readClientJson(bytes: Buffer): {
  readonly json: Json;
  readonly form: 'as-sent' | 'changed';
} {
  const sent = parseJsonObject(bytes);
  if (sent.extra_body === undefined && sent.additional_drop_params === undefined) {
    return { json: sent, form: 'as-sent' };
  }
  const { additional_drop_params: dropped, ...json } = mergeExtraBody(sent);
  const paths = parseNames(dropped, 'additional_drop_params').slice(0, MOST_DROPPED);
  return {
    json: dropPaths(
      json,
      paths.filter((path) => !DECIDED_MEMBERS.has(path)),
    ),
    form: 'changed',
  };
}

/**
 * Where a request goes, and whose key pays for it, is the administrator's to say: a client could send our key to its own
 * server. And whoever asks for a guardrail must not get an answer that none has seen.
 */
function refuseFields(keys: readonly string[], guards: AskedGuards): void {
  for (const key of keys) {
    const kind = REQUEST_FIELDS.get(key);
    if (kind === 'credential') {
      throw new GatewayError(
        'client_credentials_refused',
        `${key} must not be set by a client; the gateway's configuration decides where a request goes`,
        { param: key },
      );
    }
    if (kind === 'guard' && guards === 'refused') {
      throw invalid(
        key,
        'is not done by this gateway, and the answer would look checked; leave it out, or put the check in front of the gateway',
      );
    }
  }
}

function parseJsonObject(bytes: Buffer): Json {
  const members = scanJson(bytes);
  if (!isUtf8(bytes)) throw new GatewayError('invalid_json', 'the body must be UTF-8 text');
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    // The parser's own message quotes the body, so it is not passed on.
    throw new GatewayError('invalid_json', 'the body must be valid JSON');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new GatewayError('invalid_json', 'the body must be a JSON object');
  }
  refuseRepeatedKeys(bytes, members, Object.keys(json));
  return json as Record<string, unknown>;
}

/** Refuses a second `model`: we would read the one and the provider the other. */
function selectModelSpan(bytes: Buffer, json: Readonly<Record<string, unknown>>): JsonSpan | null {
  const first = selectTopLevelString(bytes, 'model');
  if (first === null) return null;
  if (
    bytes.indexOf('"model"', first.end) !== -1 &&
    selectTopLevelString(bytes, 'model', first) !== null
  ) {
    throw invalid('model', 'must be given once');
  }
  const spliced: unknown = JSON.parse(bytes.toString('utf8', first.start, first.end));
  if (spliced !== json.model) throw invalid('model', 'must be given once');
  return first;
}

function parseModel(model: unknown): string {
  if (typeof model !== 'string' || model === '' || /[\u0000-\u001f\u007f]/.test(model)) {
    throw invalid('model', 'must be the name of a model');
  }
  if (model.length > LONGEST_MODEL_NAME) {
    throw invalid('model', `must be at most ${LONGEST_MODEL_NAME} characters`);
  }
  return model;
}

function parseDelivery(stream: unknown): 'json' | 'stream' {
  if (stream === undefined || stream === null || stream === false) return 'json';
  if (stream === true) return 'stream';
  throw invalid('stream', 'must be true or false');
}

/** Of what is no map the provider itself says that it is wrong. */
function parseUsageEvent(
  { stream_options: options }: Readonly<Record<string, unknown>>,
  delivery: ClientBody['delivery'],
): ClientBody['usageEvent'] {
  // A document tells its usage anyway.
  if (delivery === 'json') return 'asked';
  if (options === undefined) return 'not-mentioned';
  if (options === null) return 'not-asked';
  if (typeof options !== 'object') return 'asked';
  return (options as Json).include_usage === true ? 'asked' : 'not-asked';
}

function selectMaxCompletionTokens(json: Readonly<Record<string, unknown>>): number | null {
  return selectCount(json.max_completion_tokens) ?? selectCount(json.max_tokens);
}

/** Whether a number makes sense is the provider's to say; what is none bounds nothing. */
function selectCount(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 ? value : null;
}

/** LiteLLM's other names for the timeout, each where it holds. */
function selectTimeout(json: Json, delivery: ClientBody['delivery']): unknown {
  const ofStream = delivery === 'stream' ? json.stream_timeout : undefined;
  return ofStream ?? json.timeout ?? json.request_timeout;
}

export function parseTimeout(timeout: unknown): number | null {
  if (timeout === undefined || timeout === null) return null;
  const seconds = Number(timeout);
  if (!Number.isFinite(seconds) || seconds <= 0) {
    throw invalid('timeout', 'must be a number of seconds above 0');
  }
  return seconds;
}

export function parseRetries(retries: unknown): number | null {
  if (retries === undefined || retries === null) return null;
  const count = Number(retries);
  if (!Number.isInteger(count) || count < 0) {
    throw invalid('num_retries', 'must be a whole number of 0 or more');
  }
  return Math.min(count, MOST_CLIENT_RETRIES);
}

function invalid(param: string, allowed: string): GatewayError {
  return new GatewayError('invalid_request', `${param} ${allowed}`, { param });
}
