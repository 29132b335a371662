import type { PieceReader, ProviderEvent } from '../translate/answer-dialect';
import type { AnswerDelta, AnswerPiece } from '../translate/openai-answer';
import { isMap, readMap, readText } from '../translate/openai-request';
import type { Json } from '../translate/openai-request';
import { isServerBlock, translateStop } from './response';
import { ANSWER_TOOL } from './tools';
import { translateUsage } from './usage';

/** The content block that is being written. */
type Block =
  | { readonly kind: 'text' | 'server' | 'other' }
  /** By this tool the model answers in a given form: what it is called with is the answer. */
  | { readonly kind: 'answer' }
  | {
      readonly kind: 'tool';
      readonly index: number;
      readonly state: 'without-arguments' | 'with-arguments';
    }
  | { readonly kind: 'thinking'; readonly thinking: string; readonly signature: string };

const NOTHING: readonly AnswerPiece[] = [];

/** https://docs.anthropic.com/en/docs/build-with-claude/streaming */
export class MessageStream implements PieceReader {
  private readonly blocks = new Map<unknown, Block>();
  private calls = 0;
  /** Told in two parts: the prompt at the beginning, the answer at the end. */
  private usage: Json = {};

  read({ data }: ProviderEvent): readonly AnswerPiece[] {
    const event = parse(data);
    switch (event?.type) {
      case 'message_start':
        return this.start(readMap(event.message) ?? {});
      case 'content_block_start':
        return this.startBlock(event.index, readMap(event.content_block) ?? {});
      case 'content_block_delta':
        return this.readDelta(event.index, readMap(event.delta) ?? {});
      case 'content_block_stop':
        return this.endBlock(this.blocks.get(event.index));
      case 'message_delta':
        return this.finish(event);
      case 'message_stop':
        return [{ kind: 'done' }];
      case 'error':
        return [{ kind: 'error', error: renderError(readMap(event.error) ?? {}) }];
      default:
        return NOTHING;
    }
  }

  /** The last event of a whole message has been read before. */
  end(): readonly AnswerPiece[] {
    return NOTHING;
  }

  private start({ id, model, usage }: Json): readonly AnswerPiece[] {
    this.usage = readMap(usage) ?? {};
    return [{ kind: 'start', id: readText(id), model: readText(model) }];
  }

  private startBlock(index: unknown, block: Json): readonly AnswerPiece[] {
    switch (block.type) {
      case 'tool_use':
        return this.startTool(index, block);
      case 'thinking':
        this.blocks.set(index, {
          kind: 'thinking',
          thinking: readText(block.thinking) ?? '',
          signature: readText(block.signature) ?? '',
        });
        return NOTHING;
      case 'redacted_thinking':
        return [delta({ thinking_blocks: [block] })];
      case 'text': {
        this.blocks.set(index, { kind: 'text' });
        const text = readText(block.text);
        return text === null ? NOTHING : [delta({ content: text })];
      }
      default:
        if (!isServerBlock(block.type)) return NOTHING;
        this.blocks.set(index, { kind: 'server' });
        return [delta({ provider_specific_fields: { server_blocks: [block] } })];
    }
  }

  private startTool(index: unknown, block: Json): readonly AnswerPiece[] {
    if (block.name === ANSWER_TOOL) {
      this.blocks.set(index, { kind: 'answer' });
      return NOTHING;
    }
    const call = this.calls;
    this.calls += 1;
    this.blocks.set(index, { kind: 'tool', index: call, state: 'without-arguments' });
    const named = { name: readText(block.name) ?? '', arguments: '' };
    return [
      delta({
        tool_calls: [
          { index: call, id: readText(block.id) ?? '', type: 'function', function: named },
        ],
      }),
    ];
  }

  private readDelta(index: unknown, change: Json): readonly AnswerPiece[] {
    switch (change.type) {
      case 'text_delta':
        return textOf(change.text, (content) => ({ content }));
      case 'input_json_delta':
        return this.readArguments(index, change.partial_json);
      case 'thinking_delta':
        this.think(index, { thinking: change.thinking });
        return textOf(change.thinking, (thought) => ({ reasoning_content: thought }));
      case 'signature_delta':
        this.think(index, { signature: change.signature });
        return NOTHING;
      case 'citations_delta':
        return [delta({ provider_specific_fields: { citation: change.citation } })];
      default:
        return NOTHING;
    }
  }

  private think(index: unknown, { thinking, signature }: Json): void {
    const block = this.blocks.get(index);
    if (block?.kind !== 'thinking') return;
    this.blocks.set(index, {
      kind: 'thinking',
      thinking: block.thinking + (readText(thinking) ?? ''),
      signature: block.signature + (readText(signature) ?? ''),
    });
  }

  private readArguments(index: unknown, json: unknown): readonly AnswerPiece[] {
    const block = this.blocks.get(index);
    if (block?.kind === 'answer') return textOf(json, (content) => ({ content }));
    if (block?.kind !== 'tool' || readText(json) === null) return NOTHING;
    if (block.state === 'without-arguments') {
      this.blocks.set(index, { ...block, state: 'with-arguments' });
    }
    return textOf(json, (text) => ({
      tool_calls: [{ index: block.index, function: { arguments: text } }],
    }));
  }

  private endBlock(block: Block | undefined): readonly AnswerPiece[] {
    if (block?.kind === 'thinking') {
      // Whole, so that it can be sent back as it is.
      const { thinking, signature } = block;
      return [delta({ thinking_blocks: [{ type: 'thinking', thinking, signature }] })];
    }
    if (block?.kind !== 'tool' || block.state === 'with-arguments') return NOTHING;
    // A tool that takes nothing is called without a word; clients parse what they get.
    return [delta({ tool_calls: [{ index: block.index, function: { arguments: '{}' } }] })];
  }

  private finish(event: Json): readonly AnswerPiece[] {
    this.usage = { ...this.usage, ...withoutNulls(readMap(event.usage) ?? {}) };
    const reason = readMap(event.delta)?.stop_reason;
    const usage: AnswerPiece = { kind: 'usage', usage: translateUsage(this.usage) };
    if (reason === undefined || reason === null) return [usage];
    return [{ kind: 'finish', index: 0, reason: translateStop(reason, this.calls) }, usage];
  }
}

function delta(change: AnswerDelta): AnswerPiece {
  return { kind: 'delta', index: 0, delta: change };
}

function textOf(value: unknown, render: (text: string) => AnswerDelta): readonly AnswerPiece[] {
  const text = readText(value);
  return text === null ? NOTHING : [delta(render(text))];
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

function parse(data: string): Json | null {
  try {
    const event: unknown = JSON.parse(data);
    return isMap(event) ? event : null;
  } catch {
    return null;
  }
}
