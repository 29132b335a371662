import { GatewayError } from '../errors';
import { selectModelParams, setOfNames } from '../routing/param-support';
import type { ParamSet } from '../routing/param-support';
import { estimatePromptTokens } from '../routing/request-traits';
import type { RequestTraits } from '../routing/request-traits';

type Json = Readonly<Record<string, unknown>>;

const MOST_TAGS = 64;

/** What the routing of a chat completion depends on, from its body. */
export function parseRequestTraits(json: Json, delivery: RequestTraits['delivery']): RequestTraits {
  const metadata = isMap(json.metadata) ? json.metadata : {};
  return {
    delivery,
    promptTokens: estimatePromptTokens(Array.isArray(json.messages) ? json.messages : []),
    tags: parseTags(metadata.tags ?? json.tags),
    allowedRegion: parseText(json.allowed_model_region, 'allowed_model_region'),
    answerFormat:
      isMap(json.response_format) && json.response_format.type === 'json_schema' ? 'schema' : 'any',
    modelParams: parseModelParams(json),
    unsupportedParams: parseFlag(json.drop_params, 'drop_params') ? 'dropped' : 'as-configured',
    priority: parsePriority(json.priority),
    user: typeof json.user === 'string' ? json.user : null,
    session: selectSession(metadata.session_id ?? json.litellm_session_id),
    stickyKey: null,
  };
}

/** LiteLLM's header: names with commas between them. */
export function parseTagHeader(header: string | readonly string[] | undefined): readonly string[] {
  if (typeof header !== 'string') return [];
  return checkTags(
    header
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  );
}

function parseTags(tags: unknown): readonly string[] {
  if (tags === undefined || tags === null) return [];
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) {
    throw invalid('tags', 'must be an array of names');
  }
  return checkTags(tags);
}

function checkTags(tags: readonly string[]): readonly string[] {
  if (tags.length > MOST_TAGS) throw invalid('tags', `must be at most ${MOST_TAGS} names`);
  return tags;
}

function parseModelParams(json: Json): ParamSet {
  const allowed = json.allowed_openai_params;
  if (allowed === undefined || allowed === null) return selectModelParams(json);
  return selectModelParams(json) & ~setOfNames(parseNames(allowed, 'allowed_openai_params'));
}

/** A list of names, as LiteLLM's fields have them; null and nothing are an empty one. */
export function parseNames(value: unknown, param: string): readonly string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value;
  throw invalid(param, 'must be an array of names');
}

function parseFlag(value: unknown, param: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  throw invalid(param, 'must be true or false');
}

function parsePriority(priority: unknown): number | null {
  if (priority === undefined || priority === null) return null;
  if (typeof priority !== 'number' || !Number.isSafeInteger(priority) || priority < 0) {
    throw invalid('priority', 'must be a whole number of 0 or more');
  }
  return priority;
}

function parseText(value: unknown, param: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw invalid(param, 'must be text');
  return value;
}

function selectSession(session: unknown): string | null {
  return typeof session === 'string' && session !== '' ? session : null;
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(param: string, allowed: string): GatewayError {
  return new GatewayError('invalid_request', `${param} ${allowed}`, { param });
}
