import type {
  AnswerMessage,
  FinishReason,
  ToolCall,
  TranslatedAnswer,
} from '../translate/openai-answer';
import { ANSWER_TOOL } from '../translate/open-blocks';
import { isMap, readMap, readText } from '../translate/openai-request';
import type { Json } from '../translate/openai-request';
import { translateUsage } from './usage';

/** A message of the Messages API as a chat completion. Null: it is none. */
export function translateMessage(document: unknown): TranslatedAnswer | null {
  if (!isMap(document) || !Array.isArray(document.content)) return null;
  const blocks = document.content.filter(isMap);
  const message = renderMessage(blocks);
  const usage = readMap(document.usage);
  return {
    id: readText(document.id),
    model: readText(document.model),
    choices: [
      {
        index: 0,
        message,
        finish_reason: translateStop(document.stop_reason, message.tool_calls?.length ?? 0),
      },
    ],
    usage: usage === null ? null : translateUsage(usage),
  };
}

const FINISHES: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

/** `calls`: of the client's tools. The tool by which the gateway has asked for JSON is none of them. */
export function translateStop(reason: unknown, calls: number): FinishReason {
  const finish = FINISHES[String(reason)] ?? 'stop';
  return finish === 'tool_calls' && calls === 0 ? 'stop' : finish;
}

function renderMessage(blocks: readonly Json[]): AnswerMessage {
  const thinking = blocks.filter(({ type }) => type === 'thinking' || type === 'redacted_thinking');
  const thought = thinking.map((block) => readText(block.thinking) ?? '').join('');
  const calls = blocks.filter(isToolUse).filter(({ name }) => name !== ANSWER_TOOL);
  const own = selectOwnFields(blocks);
  const text = renderText(blocks);
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    ...(thought === '' ? {} : { reasoning_content: thought }),
    ...(thinking.length === 0 ? {} : { thinking_blocks: thinking }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(renderToolCall) }),
    ...(own === null ? {} : { provider_specific_fields: own }),
  };
}

function renderText(blocks: readonly Json[]): string {
  return blocks
    .map((block) => {
      if (block.type === 'text') return readText(block.text) ?? '';
      return isToolUse(block) && block.name === ANSWER_TOOL
        ? JSON.stringify(block.input ?? {})
        : '';
    })
    .join('');
}

function isToolUse({ type }: Json): boolean {
  return type === 'tool_use';
}

function renderToolCall({ id, name, input }: Json): ToolCall {
  return {
    id: readText(id) ?? '',
    type: 'function',
    function: { name: readText(name) ?? '', arguments: JSON.stringify(input ?? {}) },
  };
}

/** Citations, and what tools of Anthropic's own have done. */
function selectOwnFields(blocks: readonly Json[]): Json | null {
  const citations = blocks.flatMap(({ citations: cited }) => (Array.isArray(cited) ? [cited] : []));
  const results = blocks.filter(({ type }) => isServerBlock(type));
  if (citations.length === 0 && results.length === 0) return null;
  return {
    ...(citations.length === 0 ? {} : { citations }),
    ...(results.length === 0 ? {} : { server_blocks: results }),
  };
}

export function isServerBlock(type: unknown): boolean {
  return type === 'server_tool_use' || (typeof type === 'string' && type.endsWith('_tool_result'));
}
