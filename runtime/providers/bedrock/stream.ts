import type { PieceReader, ProviderEvent } from '../translate/answer-dialect';
import { delta, NO_PIECES, OpenBlocks } from '../translate/open-blocks';
import type { AnswerPiece } from '../translate/openai-answer';
import { parseMap, readMap, readText } from '../translate/openai-request';
import type { Json } from '../translate/openai-request';
import { translateException } from './error';
import { translateStop, translateUsage } from './response';

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
export class ConverseStream implements PieceReader {
  private readonly blocks = new OpenBlocks();
  private state: 'open' | 'stopped' = 'open';

  read({ name, data }: ProviderEvent): readonly AnswerPiece[] {
    const event = parseMap(data) ?? {};
    switch (name) {
      case 'contentBlockStart':
        return this.startBlock(event.contentBlockIndex, readMap(readMap(event.start)?.toolUse));
      case 'contentBlockDelta':
        return this.readDelta(event.contentBlockIndex, readMap(event.delta) ?? {});
      case 'contentBlockStop':
        return this.blocks.end(event.contentBlockIndex);
      case 'messageStop':
        this.state = 'stopped';
        return [
          { kind: 'finish', index: 0, reason: translateStop(event.stopReason, this.blocks.calls) },
        ];
      case 'metadata':
        return this.readMetadata(event);
      default:
        return name.endsWith('Exception')
          ? [{ kind: 'error', error: translateException(name, readText(event.message)) }]
          : NO_PIECES;
    }
  }

  /** What was used is told after the last word, and may be missing. */
  end(): readonly AnswerPiece[] {
    return this.state === 'stopped' ? [{ kind: 'done' }] : NO_PIECES;
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

  private startBlock(at: unknown, use: Json | null): readonly AnswerPiece[] {
    if (use === null) return NO_PIECES;
    const [id, name] = [readText(use.toolUseId) ?? '', readText(use.name) ?? ''];
    return this.blocks.startTool(at, { id, name });
  }

  private readDelta(at: unknown, change: Json): readonly AnswerPiece[] {
    const text = readText(change.text);
    if (text !== null) return [delta({ content: text })];
    const input = readText(readMap(change.toolUse)?.input);
    if (input !== null) return this.blocks.argue(at, input);
    const reasoning = readMap(change.reasoningContent);
    return reasoning === null ? NO_PIECES : this.think(at, reasoning);
  }

  private think(at: unknown, change: Json): readonly AnswerPiece[] {
    if (change.redactedContent !== undefined) {
      const block = { type: 'redacted_thinking', data: change.redactedContent };
      return [delta({ thinking_blocks: [block] })];
    }
    const thought = readText(change.text);
    this.blocks.think(at, thought ?? '', readText(change.signature) ?? '');
    return thought === null ? NO_PIECES : [delta({ reasoning_content: thought })];
  }
}
