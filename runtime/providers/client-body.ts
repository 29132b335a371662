import { isUtf8 } from 'node:buffer';
import { GatewayError } from '../errors';
import { parseClientFallbacks } from './client-fallbacks';
import type { ClientFallback } from './client-fallbacks';
import { parseDrill } from './drill';
import type { Drill } from './drill';
import { renderSpliced, renderSplicedWithMember, selectTopLevelString } from './json-span';
import type { JsonSpan } from './json-span';
import type { RequestDefaults } from './request-defaults';
import { parseRequestTraits } from './request-traits';
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
  /** Null: the request is in earnest. */
  readonly drill: Drill | null;
}

/** Addressing and credentials are the administrator's alone: a client could send our key to its own server. */
const REFUSED_KEYS: ReadonlySet<string> = new Set([
  'api_base',
  'api_key',
  'api_version',
  'azure_ad_token',
  'aws_access_key_id',
  'aws_secret_access_key',
  'base_url',
  'custom_llm_provider',
  'extra_headers',
  'headers',
  'organization',
  'vertex_credentials',
]);

/** Words between a client and LiteLLM; a provider would refuse them. OpenAI's own `metadata` is not among them. */
const LITELLM_KEYS: ReadonlySet<string> = new Set([
  'allowed_model_region',
  'cache',
  'caching',
  'context_window_fallbacks',
  'content_policy_fallbacks',
  'cooldown_time',
  'disable_fallbacks',
  'fallbacks',
  'fastest_response',
  'guardrails',
  'litellm_call_id',
  'litellm_metadata',
  'litellm_session_id',
  'litellm_trace_id',
  'max_retries',
  'mock_response',
  'mock_testing_content_policy_fallbacks',
  'mock_testing_context_fallbacks',
  'mock_testing_context_window_fallbacks',
  'mock_testing_fallbacks',
  'mock_testing_rate_limit_error',
  'mock_timeout',
  'mock_tool_calls',
  'no-log',
  'num_retries',
  'priority',
  'request_timeout',
  'stream_timeout',
  'tags',
  'timeout',
]);

const LONGEST_MODEL_NAME = 256;
/** A client may ask for patience, not for a flood. */
const MOST_CLIENT_RETRIES = 10;

/** Reads and checks the body. `pathModel` is the model named by the path, which wins over the body. */
export function parseClientBody(bytes: Buffer, pathModel: string | null): ClientBody {
  const json = parseJsonObject(bytes);
  const keys = Object.keys(json);
  refuseCredentials(keys);
  const model = parseModel(pathModel ?? json.model);
  if (!Array.isArray(json.messages)) {
    throw invalid('messages', 'must be an array of messages');
  }
  const delivery = parseDelivery(json.stream);
  const fallbacks = parseClientFallbacks(json.fallbacks, model);
  for (const { params } of fallbacks) refuseCredentials(Object.keys(params ?? {}));
  const rewritten = keys.some((key) => LITELLM_KEYS.has(key)) || hasLitellmMetadata(json);
  return {
    bytes,
    model,
    delivery,
    usageEvent: parseUsageEvent(json, delivery),
    modelSpan: rewritten ? null : selectModelSpan(bytes, json),
    maxCompletionTokens: selectMaxCompletionTokens(json),
    choices: selectCount(json.n) ?? 1,
    timeoutSeconds: parseTimeout(json.timeout),
    retries: parseRetries(json.num_retries),
    fallbacks,
    fallbackUse: json.disable_fallbacks === true ? 'disabled' : 'allowed',
    traits: parseRequestTraits(json, delivery),
    drill: rewritten ? parseDrill(json) : null,
  };
}

/** The same request with some fields of a client's own fallback; it still answers as a document, or as a stream. */
export function renderFallbackBody(
  body: ClientBody,
  params: Readonly<Record<string, unknown>>,
): ClientBody {
  const json = { ...parseJsonObject(body.bytes), ...params, stream: body.delivery === 'stream' };
  const changed = parseClientBody(Buffer.from(JSON.stringify(json)), body.model);
  // How important a call may be was decided when it came.
  return { ...changed, traits: { ...changed.traits, priority: body.traits.priority } };
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

export interface UpstreamChanges {
  readonly defaults: RequestDefaults | null;
  readonly usageEvent: UsageEvent;
}

/** Whether the event that tells the usage of a stream is asked for on our own account. */
export type UsageEvent = 'as-asked' | 'added';

const USAGE_MEMBER = Buffer.from('"stream_options":{"include_usage":true},');

/** The body for the provider: the client's bytes with another model, or written anew where more has to change. */
export function renderUpstreamBody(
  body: ClientBody,
  providerModel: string,
  { defaults, usageEvent }: UpstreamChanges,
): Buffer {
  const adds = usageEvent === 'added' && body.usageEvent !== 'asked';
  const { bytes, modelSpan } = body;
  if (modelSpan !== null && defaults === null) {
    if (!adds) return renderSpliced(bytes, modelSpan, providerModel);
    if (body.usageEvent === 'not-mentioned') {
      const splice = { text: providerModel, member: USAGE_MEMBER };
      return renderSplicedWithMember(bytes, modelSpan, splice);
    }
  }
  const client = Object.entries(parseJsonObject(body.bytes)).filter(
    ([key]) => !LITELLM_KEYS.has(key),
  );
  // Without a prototype, a key named __proto__ stays the plain key the client sent.
  const merged: Record<string, unknown> = Object.assign(Object.create(null), defaults);
  for (const [key, value] of client) merged[key] = value;
  if (merged.metadata !== undefined) merged.metadata = withoutTags(merged.metadata);
  merged.model = providerModel;
  if (adds) merged.stream_options = { ...selectMap(merged.stream_options), include_usage: true };
  return Buffer.from(JSON.stringify(merged));
}

/** Tags are between the client and us; OpenAI's metadata holds text alone and refuses a list. */
function hasLitellmMetadata({ metadata }: Readonly<Record<string, unknown>>): boolean {
  return (
    typeof metadata === 'object' &&
    metadata !== null &&
    'tags' in metadata &&
    Array.isArray(metadata.tags)
  );
}

function withoutTags(metadata: unknown): unknown {
  if (!hasLitellmMetadata({ metadata })) return metadata;
  const rest = Object.entries(metadata as object).filter(([key]) => key !== 'tags');
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

function refuseCredentials(keys: readonly string[]): void {
  const refused = keys.find((key) => REFUSED_KEYS.has(key));
  if (refused === undefined) return;
  throw new GatewayError(
    'client_credentials_refused',
    `${refused} must not be set by a client; the gateway's configuration decides where a request goes`,
    { param: refused },
  );
}

function parseJsonObject(bytes: Buffer): Readonly<Record<string, unknown>> {
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
  return selectMap(options).include_usage === true ? 'asked' : 'not-asked';
}

function selectMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function selectMaxCompletionTokens(json: Readonly<Record<string, unknown>>): number | null {
  return selectCount(json.max_completion_tokens) ?? selectCount(json.max_tokens);
}

/** Whether a number makes sense is the provider's to say; what is none bounds nothing. */
function selectCount(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 ? value : null;
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
