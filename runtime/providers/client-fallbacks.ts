import { GatewayError } from '../errors';
import { mergeExtraBody } from './extra-body';

/** Where a client wants its request to go when its model fails. */
export interface ClientFallback {
  readonly model: string;
  /** Fields that take the place of the request's own; null: the request stays as it is. */
  readonly params: Readonly<Record<string, unknown>> | null;
}

/** A client may ask for patience, not for a flood. */
const MOST_CLIENT_FALLBACKS = 5;

/**
 * LiteLLM's three forms of a client's `fallbacks`: names; maps with `model` and whatever else is to change; and the form of
 * the configuration, `{gpt-4o: [claude]}`, of which the entry for the requested model counts.
 */
export function parseClientFallbacks(
  fallbacks: unknown,
  requestedModel: string,
): readonly ClientFallback[] {
  if (fallbacks === undefined || fallbacks === null) return [];
  if (!Array.isArray(fallbacks)) throw malformed();
  return fallbacks
    .flatMap((item: unknown) => parseItem(item, requestedModel))
    .slice(0, MOST_CLIENT_FALLBACKS);
}

function parseItem(item: unknown, requestedModel: string): readonly ClientFallback[] {
  if (typeof item === 'string') return [{ model: item, params: null }];
  if (typeof item !== 'object' || item === null || Array.isArray(item)) throw malformed();
  const { model, ...rest } = item as Readonly<Record<string, unknown>>;
  if (model === undefined) return parseEntry(rest, requestedModel);
  if (typeof model !== 'string' || model === '') throw malformed();
  if (rest.messages !== undefined && !Array.isArray(rest.messages)) throw malformed();
  return [{ model, params: Object.keys(rest).length === 0 ? null : mergeExtraBody(rest) }];
}

function parseEntry(
  entry: Readonly<Record<string, unknown>>,
  requestedModel: string,
): readonly ClientFallback[] {
  const lists = Object.values(entry);
  if (lists.length === 0 || !lists.every(isNameList)) throw malformed();
  const names = Object.hasOwn(entry, requestedModel) ? entry[requestedModel] : entry['*'];
  return isNameList(names) ? names.map((model) => ({ model, params: null })) : [];
}

function isNameList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

function malformed(): GatewayError {
  return new GatewayError(
    'invalid_request',
    'fallbacks must be an array of model names, or of maps with a model and what else is to change',
    { param: 'fallbacks' },
  );
}
