import { countOf, renderCachedTokens } from '../translate/count-tokens';
import { ANSWER_TOOL } from '../translate/open-blocks';
import type {
  AnswerMessage,
  AnswerTokens,
  FinishReason,
  TranslatedAnswer,
} from '../translate/openai-answer';
import { isMap, readMap, readText } from '../translate/openai-request';
import type { Json } from '../translate/openai-request';

/** An answer of Converse as a chat completion. Null: it is none. */
export function translateConverse(document: unknown): TranslatedAnswer | null {
  const message = isMap(document) ? readMap(readMap(document.output)?.message) : null;
  if (!isMap(document) || message === null || !Array.isArray(message.content)) return null;
  const usage = readMap(document.usage);
  const said = renderMessage(message.content.filter(isMap), readMap(document.trace));
  const reason = translateStop(document.stopReason, said.tool_calls?.length ?? 0);
  return {
    id: null,
    model: null,
    choices: [{ index: 0, message: said, finish_reason: reason }],
    usage: usage === null ? null : translateUsage(usage),
  };
}

const FINISHES: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  guardrail_intervened: 'content_filter',
  content_filtered: 'content_filter',
};

/** `calls`: of the client's tools. The tool by which the gateway has asked for JSON is none of them. */
export function translateStop(reason: unknown, calls: number): FinishReason {
  const finish = FINISHES[String(reason)] ?? 'stop';
  return finish === 'tool_calls' && calls === 0 ? 'stop' : finish;
}

function renderMessage(blocks: readonly Json[], trace: Json | null): AnswerMessage {
  const thinking = blocks.flatMap((block) => {
    const content = readMap(block.reasoningContent);
    return content === null ? [] : [renderThinking(content)];
  });
  const thought = thinking.map((block) => readText(block.thinking) ?? '').join('');
  const uses = blocks.flatMap(({ toolUse }): readonly Json[] => {
    const use = readMap(toolUse);
    return use === null ? [] : [use];
  });
  const calls = uses.filter(({ name }) => name !== ANSWER_TOOL);
  const text = blocks.map((block) => readText(block.text) ?? renderGivenForm(block)).join('');
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    ...(thought === '' ? {} : { reasoning_content: thought }),
    ...(thinking.length === 0 ? {} : { thinking_blocks: thinking }),
    ...(calls.length === 0
      ? {}
      : {
          tool_calls: calls.map(({ toolUseId, name, input }) => ({
            id: readText(toolUseId) ?? '',
            type: 'function' as const,
            function: { name: readText(name) ?? '', arguments: JSON.stringify(input ?? {}) },
          })),
        }),
    ...(trace === null ? {} : { provider_specific_fields: { trace } }),
  };
}

function renderGivenForm({ toolUse }: Json): string {
  const use = readMap(toolUse);
  return use?.name === ANSWER_TOOL ? JSON.stringify(use.input ?? {}) : '';
}

/** In Anthropic's words, as LiteLLM tells them whatever the cloud. */
export function renderThinking(content: Json): Json {
  const told = readMap(content.reasoningText);
  if (told === null) return { type: 'redacted_thinking', data: content.redactedContent };
  return {
    type: 'thinking',
    thinking: readText(told.text) ?? '',
    signature: readText(told.signature) ?? '',
  };
}

export function translateUsage(usage: Json): AnswerTokens {
  return renderCachedTokens({
    fresh: countOf(usage.inputTokens),
    read: countOf(usage.cacheReadInputTokens),
    written: countOf(usage.cacheWriteInputTokens),
    completion: countOf(usage.outputTokens),
  });
}
