import type { PieceReader, ProviderEvent } from '../translate/answer-dialect';
import { delta, NO_PIECES, OpenBlocks } from '../translate/open-blocks';
import type { AnswerDelta, AnswerPiece } from '../translate/openai-answer';
import { parseMap, readMap, readText } from '../translate/openai-request';
import type { Json } from '../translate/openai-request';
import { isServerBlock, translateStop } from './response';
import { translateUsage } from './usage';

/** https://docs.anthropic.com/en/docs/build-with-claude/streaming */
export class MessageStream implements PieceReader {
  private readonly blocks = new OpenBlocks();
  /** Told in two parts: the prompt at the beginning, the answer at the end. */
  private usage: Json = {};

  read({ data }: ProviderEvent): readonly AnswerPiece[] {
    const event = parseMap(data);
    switch (event?.type) {
      case 'message_start':
        return this.start(readMap(event.message) ?? {});
      case 'content_block_start':
        return this.startBlock(event.index, readMap(event.content_block) ?? {});
      case 'content_block_delta':
        return this.readDelta(event.index, readMap(event.delta) ?? {});
      case 'content_block_stop':
        return this.blocks.end(event.index);
      case 'message_delta':
        return this.finish(event);
      case 'message_stop':
        return [{ kind: 'done' }];
      case 'error':
        return [{ kind: 'error', error: renderError(readMap(event.error) ?? {}) }];
      default:
        return NO_PIECES;
    }
  }

  /** The last event of a whole message has been read before. */
  end(): readonly AnswerPiece[] {
    return NO_PIECES;
  }

  private start({ id, model, usage }: Json): readonly AnswerPiece[] {
    this.usage = readMap(usage) ?? {};
    return [{ kind: 'start', id: readText(id), model: readText(model) }];
  }

  private startBlock(at: unknown, block: Json): readonly AnswerPiece[] {
    switch (block.type) {
      case 'tool_use':
        return this.blocks.startTool(at, {
          id: readText(block.id) ?? '',
          name: readText(block.name) ?? '',
        });
      case 'thinking':
        this.blocks.think(at, readText(block.thinking) ?? '', readText(block.signature) ?? '');
        return NO_PIECES;
      case 'redacted_thinking':
        return [delta({ thinking_blocks: [block] })];
      case 'text':
        return textOf(block.text, (content) => ({ content }));
      default:
        return isServerBlock(block.type)
          ? [delta({ provider_specific_fields: { server_blocks: [block] } })]
          : NO_PIECES;
    }
  }

  private readDelta(at: unknown, change: Json): readonly AnswerPiece[] {
    switch (change.type) {
      case 'text_delta':
        return textOf(change.text, (content) => ({ content }));
      case 'input_json_delta': {
        const json = readText(change.partial_json);
        return json === null ? NO_PIECES : this.blocks.argue(at, json);
      }
      case 'thinking_delta':
        this.blocks.think(at, readText(change.thinking) ?? '', '');
        return textOf(change.thinking, (thought) => ({ reasoning_content: thought }));
      case 'signature_delta':
        this.blocks.think(at, '', readText(change.signature) ?? '');
        return NO_PIECES;
      case 'citations_delta':
        return [delta({ provider_specific_fields: { citation: change.citation } })];
      default:
        return NO_PIECES;
    }
  }

  private finish(event: Json): readonly AnswerPiece[] {
    this.usage = { ...this.usage, ...withoutNulls(readMap(event.usage) ?? {}) };
    const reason = readMap(event.delta)?.stop_reason;
    const usage: AnswerPiece = { kind: 'usage', usage: translateUsage(this.usage) };
    if (reason === undefined || reason === null) return [usage];
    return [{ kind: 'finish', index: 0, reason: translateStop(reason, this.blocks.calls) }, usage];
  }
}

function textOf(value: unknown, render: (text: string) => AnswerDelta): readonly AnswerPiece[] {
  const text = readText(value);
  return text === null ? NO_PIECES : [delta(render(text))];
}

function withoutNulls(json: Json): Json {
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null));
}

function renderError({ type, message }: Json): Extract<AnswerPiece, { kind: 'error' }>['error'] {
  return {
    message: readText(message) ?? 'the provider broke off its answer',
    type: readText(type) ?? 'api_error',
    param: null,
    code: null,
  };
}
