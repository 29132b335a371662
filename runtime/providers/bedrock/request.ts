import { selectThinking } from '../messages-api/thinking';
import {
  readResponseFormat,
  readStops,
  readToolChoice,
  readTools,
} from '../translate/openai-tools';
import type { Tool, ToolChoice } from '../translate/openai-tools';
import { ANSWER_TOOL } from '../translate/open-blocks';
import { invalid, readMessages, readText } from '../translate/openai-request';
import type { Json, Message } from '../translate/openai-request';
import { inlineReferences } from '../translate/schema-references';
import { selectOwnParams } from '../translate/translated-params';
import type { ShapedRequest } from '../translate/translated-params';
import { renderConverseMessages } from './messages';
import { isClaude, selectModelFamily } from '../../../lib/config/bedrock-model';

const TRANSLATED: ReadonlySet<string> = new Set([
  'function_call',
  'functions',
  'max_completion_tokens',
  'max_tokens',
  'messages',
  'model',
  'reasoning_effort',
  'response_format',
  'service_tier',
  'stop',
  'stream',
  'temperature',
  'thinking',
  'tool_choice',
  'tools',
  'top_p',
]);
/** Members of Converse itself; whatever else is the model's own goes to `additionalModelRequestFields`. */
const CONVERSE: ReadonlySet<string> = new Set([
  'additionalModelResponseFieldPaths',
  'guardrailConfig',
  'performanceConfig',
  'promptVariables',
  'requestMetadata',
  'serviceTier',
]);

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
export function renderConverseRequest(request: ShapedRequest, model: string): Json {
  const { json } = request;
  const own = Object.entries(selectOwnParams(request, TRANSLATED, 'Bedrock'));
  const messages = readMessages(json);
  const { system, turns } = renderConverseMessages(messages);
  const reasoning = renderReasoning(json, model);
  const additional = {
    ...Object.fromEntries(own.filter(([name]) => !CONVERSE.has(name) && name !== 'top_k')),
    ...renderTopK(json.top_k, model),
    ...reasoning,
  };
  const inference = renderInference(request, reasoning);
  const tools = renderToolConfig(json, { messages, model, thinks: 'thinking' in reasoning });
  const tier = renderTier(json.service_tier);
  return {
    messages: turns,
    ...(system.length === 0 ? {} : { system }),
    ...(Object.keys(inference).length === 0 ? {} : { inferenceConfig: inference }),
    ...(tools === null ? {} : { toolConfig: tools }),
    ...(tier === null ? {} : { serviceTier: tier }),
    ...Object.fromEntries(own.filter(([name]) => CONVERSE.has(name))),
    ...(Object.keys(additional).length === 0 ? {} : { additionalModelRequestFields: additional }),
  };
}

function renderInference({ json, unsupported }: ShapedRequest, reasoning: Json): Json {
  const stops = readStops(json).filter((stop) => stop !== '' || unsupported === 'refused');
  const asked = json.max_completion_tokens ?? json.max_tokens;
  const budget = readBudget(reasoning.thinking);
  // An answer must have room beside its thoughts.
  const most = asked ?? (budget === null ? undefined : budget + 4096);
  return {
    ...(most === undefined || most === null ? {} : { maxTokens: most }),
    ...pick('temperature', json.temperature),
    ...pick('topP', json.top_p),
    ...(stops.length === 0 ? {} : { stopSequences: stops }),
  };
}

function pick(name: string, value: unknown): Json {
  return value === undefined || value === null ? {} : { [name]: value };
}

function readBudget(thinking: unknown): number | null {
  const budget = (thinking as { readonly budget_tokens?: unknown } | undefined)?.budget_tokens;
  return typeof budget === 'number' ? budget : null;
}

/** OpenAI's words, in those of the model. */
function renderReasoning(json: Json, model: string): Json {
  const family = selectModelFamily(model);
  if (isClaude(model) || json.thinking !== undefined) {
    const thinking = selectThinking(json, family);
    return thinking === null ? {} : { thinking };
  }
  const effort = readText(json.reasoning_effort);
  if (effort === null || effort === 'none') return {};
  if (family.startsWith('openai.')) return { reasoning_effort: effort };
  if (family.startsWith('amazon.nova-2')) {
    return { reasoningConfig: { type: 'enabled', maxReasoningEffort: effort } };
  }
  throw invalid('reasoning_effort', `must be left out: ${family} does not reason on demand`);
}

function renderTopK(value: unknown, model: string): Json {
  if (value === undefined || value === null) return {};
  return selectModelFamily(model).startsWith('amazon.nova')
    ? { inferenceConfig: { topK: value } }
    : { top_k: value };
}

/** OpenAI's `auto` is Bedrock's default. */
function renderTier(tier: unknown): Json | null {
  if (tier === undefined || tier === null || tier === 'auto') return null;
  if (tier === 'default' || tier === 'flex' || tier === 'priority') return { type: tier };
  throw invalid('service_tier', 'must be auto, default, flex or priority');
}

interface ToolContext {
  readonly messages: readonly Message[];
  readonly model: string;
  readonly thinks: boolean;
}

function renderToolConfig(json: Json, context: ToolContext): Json | null {
  const format = readResponseFormat(json);
  const answering = format?.kind === 'schema' ? [renderAnswerTool(format.schema)] : [];
  const choice = readToolChoice(json);
  const asked = choice?.kind === 'none' ? [] : readTools(json).flatMap(renderTool);
  const tools = [...asked, ...answering];
  // A conversation that holds calls of tools must name the tools.
  if (tools.length === 0) return renderPastTools(context.messages);
  const chosen = answering.length > 0 ? { kind: 'tool' as const, name: ANSWER_TOOL } : choice;
  const rendered = renderChoice(chosen, context);
  return { tools, ...(rendered === null ? {} : { toolChoice: rendered }) };
}

function renderTool(tool: Tool): readonly Json[] {
  if (tool.kind === 'own') return [tool.json];
  const { name, description, parameters, cacheControl } = tool;
  const spec = renderSpec(name, { description: description ?? name, schema: parameters });
  return cacheControl === null ? [spec] : [spec, { cachePoint: { type: 'default' } }];
}

function renderAnswerTool(schema: Json): Json {
  return renderSpec(ANSWER_TOOL, { description: 'Gives the answer', schema });
}

/** Amazon's own models take no other members at the top. https://docs.aws.amazon.com/nova/latest/userguide/tool-use-definition.html */
function renderSpec(
  name: string,
  { description, schema }: { readonly description: string; readonly schema: Json },
): Json {
  const { properties = {}, required } = inlineReferences(schema, 'tools');
  const json = { type: 'object', properties, ...pick('required', required) };
  return { toolSpec: { name, description, inputSchema: { json } } };
}

function renderPastTools(messages: readonly Message[]): Json | null {
  const names = new Set(messages.flatMap(({ toolCalls }) => toolCalls.map(({ name }) => name)));
  if (names.size === 0) return null;
  return { tools: [...names].map((name) => renderSpec(name, { description: name, schema: {} })) };
}

/** Only some models can be made to call a tool, and none while it thinks. */
function renderChoice(choice: ToolChoice | null, { model, thinks }: ToolContext): Json | null {
  if (choice === null || choice.kind === 'none') return null;
  if (choice.kind === 'auto' || thinks) return { auto: {} };
  const family = selectModelFamily(model);
  if (!OBEYS.test(family)) return null;
  const names = choice.kind === 'tool' && !family.startsWith('mistral.');
  return names ? { tool: { name: choice.name } } : { any: {} };
}

const OBEYS = /^(anthropic\.|amazon\.nova|mistral\.)/;
