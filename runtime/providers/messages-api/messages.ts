import { joinTurns } from '../translate/join-turns';
import type { Conversation, Turn } from '../translate/join-turns';
import { readArguments } from '../translate/openai-request';
import type { CalledTool, Json, Message } from '../translate/openai-request';
import { renderParts } from './parts';

/** The conversation as the Messages API takes it. */
export function renderConversation(messages: readonly Message[]): Conversation {
  const { system, turns } = joinTurns(messages, (message) =>
    withCacheControl(renderBlocks(message), message),
  );
  return { system, turns: trimEnd(turns) };
}

function renderBlocks(message: Message): readonly Json[] {
  switch (message.role) {
    case 'assistant':
      // What was thought comes before what was said, and calls come last.
      return [
        ...message.thinkingBlocks,
        ...renderParts(message),
        ...message.toolCalls.map(renderToolUse),
      ];
    case 'tool':
      return [renderToolResult(message)];
    default:
      return renderParts(message);
  }
}

function renderToolUse(call: CalledTool): Json {
  return {
    type: 'tool_use',
    id: renderToolId(call.id),
    name: call.name,
    input: readArguments(call),
    ...(call.cacheControl === null ? {} : { cache_control: call.cacheControl }),
  };
}

function renderToolResult(message: Message): Json {
  const blocks = renderParts(message);
  const [first] = message.parts;
  const isText =
    message.parts.length === 1 && first?.kind === 'text' && first.cacheControl === null;
  return {
    type: 'tool_result',
    tool_use_id: renderToolId(message.toolCallId ?? ''),
    content: isText ? first.text : blocks,
  };
}

/** Other providers' ids may hold what this API refuses; a call and its result are changed alike. */
function renderToolId(id: string): string {
  return id.replace(/[^\w-]/g, '_');
}

/** LiteLLM takes it on a message for its last block. */
function withCacheControl(blocks: readonly Json[], { cacheControl }: Message): readonly Json[] {
  const last = blocks.at(-1);
  if (cacheControl === null || last === undefined) return blocks;
  return [...blocks.slice(0, -1), { ...last, cache_control: cacheControl }];
}

/** An answer that is to be continued must not end with a blank. */
function trimEnd(turns: readonly Turn[]): readonly Turn[] {
  const last = turns.at(-1);
  const block = last?.content.at(-1);
  if (last?.role !== 'assistant' || typeof block?.text !== 'string') return turns;
  const trimmed = { ...block, text: block.text.trimEnd() };
  return [...turns.slice(0, -1), { ...last, content: [...last.content.slice(0, -1), trimmed] }];
}
