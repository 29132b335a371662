import { REQUEST_FIELDS } from '../../../lib/config/request-fields';
import { GatewayError } from '../../errors';
import type { Json } from './openai-request';

/** A client's request with the deployment's settings applied, before it is translated. */
export interface ShapedRequest {
  readonly json: Json;
  /** What becomes of OpenAI's parameters that the provider has no word for. */
  readonly unsupported: 'refused' | 'dropped';
  /** `allowed_openai_params`: they pass as they are. */
  readonly allowed: ReadonlySet<string>;
}

/** They ask for nothing that an answer could miss. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'messages',
  'model',
  'stream',
  'stream_options',
  'metadata',
  'prompt_cache_key',
  'prompt_cache_retention',
  'safety_identifier',
  'store',
]);

/**
 * What of a request passes as it is: the members that OpenAI does not have, hence the provider's own. Throws for a parameter
 * of OpenAI's that is not `translated`, unless such are dropped.
 */
export function selectOwnParams(
  { json, unsupported, allowed }: ShapedRequest,
  translated: ReadonlySet<string>,
  provider: string,
): Json {
  const own: Record<string, unknown> = {};
  const refused: string[] = [];
  for (const [name, value] of Object.entries(json)) {
    if (translated.has(name) || value === null || value === undefined) continue;
    if (REQUEST_FIELDS.get(name) !== 'openai' || allowed.has(name)) own[name] = value;
    else if (!WITHOUT_EFFECT.has(name) && !isDefault(name, value)) refused.push(name);
  }
  if (refused.length > 0 && unsupported === 'refused') throw describeRefusal(refused, provider);
  return own;
}

/** Clients send these without meaning anything by them. */
function isDefault(name: string, value: unknown): boolean {
  if (name === 'n') return value === 1;
  if (name === 'parallel_tool_calls') return value === true;
  if (name === 'logprobs') return value === false;
  if (name === 'frequency_penalty' || name === 'presence_penalty') return value === 0;
  if (name === 'service_tier') return value === 'auto' || value === 'default';
  if (name === 'modalities') return Array.isArray(value) && value.join() === 'text';
  return (
    name === 'logit_bias' && typeof value === 'object' && Object.keys(value ?? {}).length === 0
  );
}

function describeRefusal(names: readonly string[], provider: string): GatewayError {
  const [first = ''] = names;
  const verb = names.length === 1 ? 'is a parameter' : 'are parameters';
  return new GatewayError(
    'invalid_request',
    `${names.join(', ')} ${verb} that ${provider} does not have; leave out what it cannot do, or send drop_params: true`,
    { param: first },
  );
}
