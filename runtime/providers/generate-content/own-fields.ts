import type { Json } from '../translate/openai-request';
import type { AnswerParts } from './answer-parts';

/** What a candidate says beside its parts, in LiteLLM's spelling. */
const METADATA: readonly (readonly [string, string])[] = [
  ['groundingMetadata', 'grounding_metadata'],
  ['urlContextMetadata', 'url_context_metadata'],
  ['citationMetadata', 'citation_metadata'],
];

/** Whatever OpenAI has no word for. Null: there is nothing. */
export function selectOwnFields(candidate: Json, parts: AnswerParts): Json | null {
  const fields: Record<string, unknown> = {};
  for (const [name, spelling] of METADATA) {
    const value = candidate[name];
    if (value !== undefined && value !== null) fields[spelling] = value;
  }
  if (parts.signatures.length > 0) fields.thought_signatures = parts.signatures;
  if (parts.executions.length > 0) fields.code_execution = parts.executions;
  return Object.keys(fields).length === 0 ? null : fields;
}
