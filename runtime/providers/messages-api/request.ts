import {
  readResponseFormat,
  readStops,
  readToolChoice,
  readTools,
} from '../translate/openai-tools';
import type { ResponseFormat, Tool, ToolChoice } from '../translate/openai-tools';
import { ANSWER_TOOL } from '../translate/open-blocks';
import { readMap, readMessages, readText } from '../translate/openai-request';
import type { Json, Message } from '../translate/openai-request';
import { selectOwnParams } from '../translate/translated-params';
import type { ShapedRequest } from '../translate/translated-params';
import { renderConversation } from './messages';
import { selectModelLimits } from './model-limits';
import { selectThinking } from './thinking';
import { renderAnswerTool, renderTool, renderToolChoice } from './tools';

/** A body of the Messages API without `model` and `stream`, which stand elsewhere at Bedrock and Vertex. */
export interface MessagesRequest {
  readonly body: Json;
  /** Features in beta that it needs, for the header `anthropic-beta`. */
  readonly betas: readonly string[];
}

const TRANSLATED: ReadonlySet<string> = new Set([
  'function_call',
  'functions',
  'max_completion_tokens',
  'max_tokens',
  'messages',
  'model',
  'parallel_tool_calls',
  'reasoning_effort',
  'response_format',
  'stop',
  'stream',
  'temperature',
  'thinking',
  'tool_choice',
  'tools',
  'top_p',
  'user',
  'web_search_options',
]);

/** https://docs.anthropic.com/en/api/messages */
export function renderMessagesRequest(request: ShapedRequest, model: string): MessagesRequest {
  const { json } = request;
  const own = selectOwnParams(request, TRANSLATED, 'Anthropic');
  const messages = readMessages(json);
  const { system, turns } = renderConversation(messages);
  const thinking = selectThinking(json, model);
  const format = readResponseFormat(json);
  const answering = selectAnswering(format, { thinking, model });
  const tools = renderTools(json, { messages, answering });
  const body: Record<string, unknown> = {
    ...own,
    max_tokens: selectMaxTokens(json, { thinking, model }),
    messages: turns,
  };
  const systemBlocks = [...system, ...answering.system];
  if (systemBlocks.length > 0) body.system = systemBlocks;
  if (tools.list.length > 0) body.tools = tools.list;
  if (tools.choice !== null) body.tool_choice = tools.choice;
  if (thinking !== null) body.thinking = thinking;
  if (answering.outputFormat !== null) body.output_format = answering.outputFormat;
  for (const name of ['temperature', 'top_p']) {
    if (json[name] !== undefined && json[name] !== null) body[name] = json[name];
  }
  const stops = selectStops(request);
  if (stops.length > 0) body.stop_sequences = stops;
  const user = readText(json.user);
  // Anthropic wants no names, addresses or numbers of people.
  if (user !== null && !PERSONAL.test(user)) body.metadata = { user_id: user };
  return { body, betas: selectBetas(body, messages) };
}

const PERSONAL = /@|^\+?[\d\s().-]{7,}$/;

interface Answering {
  /** How an answer of a given form is asked for. */
  readonly tool: Json | null;
  readonly choice: Json | null;
  readonly system: readonly Json[];
  readonly outputFormat: Json | null;
}

const PLAIN: Answering = { tool: null, choice: null, system: [], outputFormat: null };

/** Newer models take a schema; with the others a tool that has it is the way that Anthropic describes. */
function selectAnswering(
  format: ResponseFormat | null,
  { thinking, model }: { readonly thinking: Json | null; readonly model: string },
): Answering {
  switch (format?.kind) {
    case 'json':
      return { ...PLAIN, system: [{ type: 'text', text: JSON_ALONE }] };
    case 'schema': {
      const { schema } = format;
      if (selectModelLimits(model).outputFormat === 'supported') {
        return { ...PLAIN, outputFormat: { type: 'json_schema', schema } };
      }
      // A forced tool and thinking exclude each other.
      const choice = thinking === null ? { type: 'tool', name: ANSWER_TOOL } : null;
      return { ...PLAIN, tool: renderAnswerTool(schema), choice };
    }
    default:
      return PLAIN;
  }
}

const JSON_ALONE = 'Answer with one JSON object and nothing else.';

interface RenderedTools {
  readonly list: readonly Json[];
  readonly choice: Json | null;
}

function renderTools(
  json: Json,
  { messages, answering }: { readonly messages: readonly Message[]; readonly answering: Answering },
): RenderedTools {
  const search = readMap(json.web_search_options);
  const own = readTools(json).map(renderTool);
  const list = [
    ...own,
    ...(search === null ? [] : [renderWebSearch(search)]),
    ...(answering.tool === null ? [] : [answering.tool]),
  ];
  if (list.length === 0) return renderPastTools(messages);
  const asked: ToolChoice | null = readToolChoice(json);
  const parallel = json.parallel_tool_calls === false ? 'one' : 'any';
  return { list, choice: answering.choice ?? renderToolChoice(asked, parallel) };
}

/** A conversation that holds calls of tools must name the tools; here they cannot be called any more. */
function renderPastTools(messages: readonly Message[]): RenderedTools {
  const names = new Set(messages.flatMap(({ toolCalls }) => toolCalls.map(({ name }) => name)));
  if (names.size === 0) return { list: [], choice: null };
  const past = [...names].map((name): Tool => ({
    kind: 'function',
    name,
    description: null,
    parameters: {},
    strict: false,
    cacheControl: null,
  }));
  return { list: past.map(renderTool), choice: { type: 'none' } };
}

const SEARCHES: Readonly<Record<string, number>> = { low: 1, medium: 5, high: 10 };

function renderWebSearch(options: Json): Json {
  const place = readMap(readMap(options.user_location)?.approximate);
  const searches = SEARCHES[readText(options.search_context_size) ?? ''];
  return {
    type: 'web_search_20250305',
    name: 'web_search',
    ...(place === null ? {} : { user_location: { ...place, type: 'approximate' } }),
    ...(searches === undefined ? {} : { max_uses: searches }),
  };
}

/** The Messages API has no default of its own. */
function selectMaxTokens(
  json: Json,
  { thinking, model }: { readonly thinking: Json | null; readonly model: string },
): unknown {
  const asked = json.max_completion_tokens ?? json.max_tokens;
  if (asked !== undefined && asked !== null) return asked;
  const most = selectModelLimits(model).maxTokens;
  const budget = typeof thinking?.budget_tokens === 'number' ? thinking.budget_tokens : 0;
  return Math.max(most, budget + 1024);
}

/** Anthropic refuses stops of blanks alone. */
function selectStops({ json, unsupported }: ShapedRequest): readonly string[] {
  const stops = readStops(json);
  return unsupported === 'dropped' ? stops.filter((stop) => stop.trim() !== '') : stops;
}

function selectBetas(body: Json, messages: readonly Message[]): readonly string[] {
  const betas = new Set<string>();
  if (body.output_format !== undefined) betas.add('structured-outputs-2025-11-13');
  if (body.context_management !== undefined) betas.add('context-management-2025-06-27');
  if (body.mcp_servers !== undefined) betas.add('mcp-client-2025-04-04');
  const files = messages.some(({ parts }) =>
    parts.some((part) => part.kind === 'file' && part.id !== null && !/^https?:/.test(part.id)),
  );
  if (files) betas.add('files-api-2025-04-14');
  for (const tool of Array.isArray(body.tools) ? (body.tools as readonly Json[]) : []) {
    const type = readText(tool.type) ?? '';
    const beta = TOOL_BETAS.find(([prefix]) => type.startsWith(prefix))?.[1];
    if (beta !== undefined) betas.add(beta);
  }
  return [...betas];
}

const TOOL_BETAS: readonly (readonly [string, string])[] = [
  ['web_fetch_', 'web-fetch-2025-09-10'],
  ['memory_', 'context-management-2025-06-27'],
  ['code_execution_20250825', 'code-execution-2025-08-25'],
  ['code_execution_', 'code-execution-2025-05-22'],
  ['computer_20250124', 'computer-use-2025-01-24'],
  ['computer_', 'computer-use-2024-10-22'],
];
