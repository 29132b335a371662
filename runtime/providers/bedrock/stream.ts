import { ANSWER_TOOL } from '../messages-api/tools';
import type { PieceReader, ProviderEvent } from '../translate/answer-dialect';
import type { AnswerDelta, AnswerPiece } from '../translate/openai-answer';
import { isMap, readMap, readText } from '../translate/openai-request';
import type { Json } from '../translate/openai-request';
import { translateException } from './error';
import { translateStop, translateUsage } from './response';

type Block =
  /** By this tool the model answers in a given form. */
  | { readonly kind: 'answer' }
  | {
      readonly kind: 'tool';
      readonly index: number;
      readonly state: 'without-arguments' | 'with-arguments';
    }
  | { readonly kind: 'thinking'; readonly thinking: string; readonly signature: string };

const NOTHING: readonly AnswerPiece[] = [];

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
export class ConverseStream implements PieceReader {
  private readonly blocks = new Map<unknown, Block>();
  private calls = 0;
  private state: 'open' | 'stopped' = 'open';

  read({ name, data }: ProviderEvent): readonly AnswerPiece[] {
    const event = parse(data);
    switch (name) {
      case 'contentBlockStart':
        return this.startBlock(event.contentBlockIndex, readMap(readMap(event.start)?.toolUse));
      case 'contentBlockDelta':
        return this.readDelta(event.contentBlockIndex, readMap(event.delta) ?? {});
      case 'contentBlockStop':
        return this.endBlock(this.blocks.get(event.contentBlockIndex));
      case 'messageStop':
        this.state = 'stopped';
        return [{ kind: 'finish', index: 0, reason: translateStop(event.stopReason, this.calls) }];
      case 'metadata':
        return this.readMetadata(event);
      default:
        return name.endsWith('Exception')
          ? [{ kind: 'error', error: translateException(name, readText(event.message)) }]
          : NOTHING;
    }
  }

  /** What was used is told after the last word, and may be missing. */
  end(): readonly AnswerPiece[] {
    return this.state === 'stopped' ? [{ kind: 'done' }] : NOTHING;
  }

  private readMetadata(event: Json): readonly AnswerPiece[] {
    const usage = readMap(event.usage);
    const trace = readMap(event.trace);
    return [
      ...(trace === null ? [] : [delta({ provider_specific_fields: { trace } })]),
      ...(usage === null ? [] : [{ kind: 'usage' as const, usage: translateUsage(usage) }]),
      ...this.end(),
    ];
  }

  private startBlock(index: unknown, use: Json | null): readonly AnswerPiece[] {
    if (use === null) return NOTHING;
    if (use.name === ANSWER_TOOL) {
      this.blocks.set(index, { kind: 'answer' });
      return NOTHING;
    }
    const call = this.calls;
    this.calls += 1;
    this.blocks.set(index, { kind: 'tool', index: call, state: 'without-arguments' });
    const named = { name: readText(use.name) ?? '', arguments: '' };
    const id = readText(use.toolUseId) ?? '';
    return [delta({ tool_calls: [{ index: call, id, type: 'function', function: named }] })];
  }

  private readDelta(index: unknown, change: Json): readonly AnswerPiece[] {
    const text = readText(change.text);
    if (text !== null) return [delta({ content: text })];
    const input = readText(readMap(change.toolUse)?.input);
    if (input !== null) return this.readArguments(index, input);
    const reasoning = readMap(change.reasoningContent);
    return reasoning === null ? NOTHING : this.think(index, reasoning);
  }

  private think(index: unknown, change: Json): readonly AnswerPiece[] {
    if (change.redactedContent !== undefined) {
      const block = { type: 'redacted_thinking', data: change.redactedContent };
      return [delta({ thinking_blocks: [block] })];
    }
    const thought = readText(change.text);
    const known = this.blocks.get(index);
    const before = known?.kind === 'thinking' ? known : { thinking: '', signature: '' };
    this.blocks.set(index, {
      kind: 'thinking',
      thinking: before.thinking + (thought ?? ''),
      signature: before.signature + (readText(change.signature) ?? ''),
    });
    return thought === null ? NOTHING : [delta({ reasoning_content: thought })];
  }

  private readArguments(index: unknown, text: string): readonly AnswerPiece[] {
    const block = this.blocks.get(index);
    if (block?.kind === 'answer') return [delta({ content: text })];
    if (block?.kind !== 'tool') return NOTHING;
    if (block.state === 'without-arguments') {
      this.blocks.set(index, { ...block, state: 'with-arguments' });
    }
    return [delta({ tool_calls: [{ index: block.index, function: { arguments: text } }] })];
  }

  private endBlock(block: Block | undefined): readonly AnswerPiece[] {
    if (block?.kind === 'thinking') {
      // Whole, so that it can be sent back as it is.
      const { thinking, signature } = block;
      return [delta({ thinking_blocks: [{ type: 'thinking', thinking, signature }] })];
    }
    if (block?.kind !== 'tool' || block.state === 'with-arguments') return NOTHING;
    return [delta({ tool_calls: [{ index: block.index, function: { arguments: '{}' } }] })];
  }
}

function delta(change: AnswerDelta): AnswerPiece {
  return { kind: 'delta', index: 0, delta: change };
}

function parse(data: string): Json {
  try {
    const event: unknown = JSON.parse(data);
    return isMap(event) ? event : {};
  } catch {
    return {};
  }
}
