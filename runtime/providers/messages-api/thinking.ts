import { invalid, readMap } from '../translate/openai-request';
import type { Json } from '../translate/openai-request';

/**
 * LiteLLM's budgets for OpenAI's words, of which the least is what the API takes at least. Unit: tokens.
 */
const BUDGETS: Readonly<Record<string, number>> = {
  minimal: 1024,
  low: 1024,
  medium: 2048,
  high: 4096,
  xhigh: 8192,
};

/** `thinking` in Anthropic's words, else `reasoning_effort` in OpenAI's. Null: the model's own way. */
export function selectThinking(json: Json, model: string): Json | null {
  const thinking = readMap(json.thinking);
  if (thinking !== null) return thinking;
  const effort = json.reasoning_effort;
  if (effort === undefined || effort === null || effort === 'none') return null;
  const budget = typeof effort === 'string' ? BUDGETS[effort] : undefined;
  if (budget === undefined) {
    throw invalid('reasoning_effort', `must be none or one of ${Object.keys(BUDGETS).join(', ')}`);
  }
  return ADAPTIVE.test(model) ? { type: 'adaptive' } : { type: 'enabled', budget_tokens: budget };
}

/** Models that decide on their own how long they think. */
const ADAPTIVE = /opus-4[-.][6-9]/;
