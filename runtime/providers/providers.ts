import { anthropic } from './anthropic/anthropic';
import { azure } from './azure/azure';
import { bedrock } from './bedrock/bedrock';
import { gemini } from './gemini/gemini';
import { createOpenAiFormatProvider } from './openai-format/openai-format';
import { OPENAI_FORMATS } from './openai-format/table';
import type { Provider } from './provider';
import { vertex } from './vertex/vertex';

/** The providers that are supported, by LiteLLM's name. */
export const PROVIDERS: ReadonlyMap<string, Provider> = new Map<string, Provider>([
  ...[...OPENAI_FORMATS].map(
    ([name, format]) => [name, createOpenAiFormatProvider(name, format)] as const,
  ),
  ['azure', azure],
  ['anthropic', anthropic],
  ['gemini', gemini],
  ['vertex_ai', vertex],
  ['vertex_ai_beta', vertex],
  ['bedrock', bedrock],
  ['bedrock_converse', bedrock],
]);
