import { invalid, readMap, readText } from '../translate/openai-request';
import type { Json } from '../translate/openai-request';
import { isGemini3 } from './models';

/** LiteLLM's budgets for OpenAI's words. Unit: tokens. */
const BUDGETS: Readonly<Record<string, number>> = { low: 1024, medium: 2048, high: 4096 };
const EFFORTS = 'must be one of none, disable, minimal, low, medium, high';

/** `thinking` in Anthropic's words, else `reasoning_effort` in OpenAI's. Null: the model's own way. */
export function selectThinking(json: Json, model: string): Json | null {
  const thinking = readMap(json.thinking);
  if (thinking !== null) return renderThinking(thinking, model);
  const asked = json.reasoning_effort;
  if (asked === undefined || asked === null) return selectUnasked(model);
  const effort = readText(asked) ?? readText(readMap(asked)?.effort);
  if (effort === null) throw invalid('reasoning_effort', EFFORTS);
  return isGemini3(model) ? renderLevel(effort, model) : renderBudget(effort, model);
}

/** These models think at length unless they are told otherwise; LiteLLM tells them, and its users know that price. */
function selectUnasked(model: string): Json | null {
  const isTold = isGemini3(model) && !model.toLowerCase().includes('image');
  return isTold ? { thinkingLevel: selectLeast(model) } : null;
}

function renderThinking({ type, budget_tokens: budget }: Json, model: string): Json {
  const isOn = type === 'enabled' && budget !== 0;
  if (isGemini3(model)) {
    return isOn && typeof budget === 'number'
      ? { includeThoughts: true, thinkingLevel: selectLeast(model) }
      : { includeThoughts: false, ...selectUnasked(model) };
  }
  const bound = typeof budget === 'number' ? { thinkingBudget: budget } : {};
  if (type === 'disabled') return { includeThoughts: false, thinkingBudget: 0 };
  return isOn ? { includeThoughts: true, ...bound } : bound;
}

function renderBudget(effort: string, model: string): Json {
  if (isOff(effort)) return { thinkingBudget: 0, includeThoughts: false };
  const budget = effort === 'minimal' ? selectLeastBudget(model) : BUDGETS[effort];
  if (budget === undefined) throw invalid('reasoning_effort', EFFORTS);
  return { thinkingBudget: budget, includeThoughts: true };
}

function selectLeastBudget(model: string): number {
  const name = model.toLowerCase();
  if (name.includes('gemini-2.5-flash-lite')) return 512;
  return name.includes('gemini-2.5-flash') ? 1 : 128;
}

/** They cannot be kept from thinking. */
function renderLevel(effort: string, model: string): Json {
  if (isOff(effort)) return { thinkingLevel: selectLeast(model), includeThoughts: false };
  const level = selectLevel(effort, model);
  if (level === null) throw invalid('reasoning_effort', EFFORTS);
  return { thinkingLevel: level, includeThoughts: true };
}

function selectLevel(effort: string, model: string): string | null {
  switch (effort) {
    case 'minimal':
      return selectLeast(model);
    case 'medium':
      return isFlash(model) ? 'medium' : 'high';
    case 'low':
    case 'high':
      return effort;
    default:
      return null;
  }
}

function selectLeast(model: string): string {
  return isFlash(model) ? 'minimal' : 'low';
}

function isFlash(model: string): boolean {
  return model.toLowerCase().includes('-flash');
}

function isOff(effort: string): boolean {
  return effort === 'none' || effort === 'disable';
}
