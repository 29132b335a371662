import { anthropic } from './anthropic/anthropic';
import { azure } from './azure';
import { gemini } from './google/gemini';
import { vertex } from './google/vertex';
import { openai } from './openai';
import type { Provider } from './provider';

/** The providers that are supported, by LiteLLM's name. */
export const PROVIDERS: ReadonlyMap<string, Provider> = new Map([
  ['openai', openai],
  ['azure', azure],
  ['anthropic', anthropic],
  ['gemini', gemini],
  ['vertex_ai', vertex],
  ['vertex_ai_beta', vertex],
]);
