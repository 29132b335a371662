import { anthropic } from './anthropic';
import { converse, invoke } from './bedrock';
import { gemini, vertex, vertexClaude } from './google';
import { azure, azureV1, mistral, openai } from './openai';
import type { Vendor } from './vendor';

export const VENDORS: readonly Vendor[] = [
  ...[openai, azure, azureV1, mistral],
  ...[anthropic, converse, invoke],
  ...[gemini, vertex, vertexClaude],
];
