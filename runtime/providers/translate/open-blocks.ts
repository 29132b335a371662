import type { AnswerDelta, AnswerPiece } from './openai-answer';

/** The tool by which a model answers in a given form; LiteLLM's name for it. */
export const ANSWER_TOOL = 'json_tool_call';

type Block =
  /** By this tool the model answers in a given form: what it is called with is the answer. */
  | { readonly kind: 'answer' }
  | {
      readonly kind: 'tool';
      readonly index: number;
      readonly state: 'without-arguments' | 'with-arguments';
    }
  | { readonly kind: 'thinking'; readonly thinking: string; readonly signature: string };

export const NO_PIECES: readonly AnswerPiece[] = [];

/**
 * The blocks of a streamed answer that are being written: calls of tools and thoughts, by the provider's numbers. What
 * Anthropic and Converse stream is built alike.
 */
export class OpenBlocks {
  private readonly blocks = new Map<unknown, Block>();
  private count = 0;

  /** Calls of the client's tools so far. */
  get calls(): number {
    return this.count;
  }

  startTool(
    at: unknown,
    { id, name }: { readonly id: string; readonly name: string },
  ): readonly AnswerPiece[] {
    if (name === ANSWER_TOOL) {
      this.blocks.set(at, { kind: 'answer' });
      return NO_PIECES;
    }
    const index = this.count;
    this.count += 1;
    this.blocks.set(at, { kind: 'tool', index, state: 'without-arguments' });
    const called = { name, arguments: '' };
    return [delta({ tool_calls: [{ index, id, type: 'function', function: called }] })];
  }

  /** A piece of the JSON that a tool is called with. */
  argue(at: unknown, text: string): readonly AnswerPiece[] {
    const block = this.blocks.get(at);
    if (block?.kind === 'answer') return [delta({ content: text })];
    if (block?.kind !== 'tool') return NO_PIECES;
    if (block.state === 'without-arguments') {
      this.blocks.set(at, { ...block, state: 'with-arguments' });
    }
    return [delta({ tool_calls: [{ index: block.index, function: { arguments: text } }] })];
  }

  /** More of a thought, or of its signature. */
  think(at: unknown, thinking: string, signature: string): void {
    const known = this.blocks.get(at);
    const before = known?.kind === 'thinking' ? known : { thinking: '', signature: '' };
    this.blocks.set(at, {
      kind: 'thinking',
      thinking: before.thinking + thinking,
      signature: before.signature + signature,
    });
  }

  end(at: unknown): readonly AnswerPiece[] {
    const block = this.blocks.get(at);
    if (block?.kind === 'thinking') {
      // Whole, so that it can be sent back as it is.
      const { thinking, signature } = block;
      return [delta({ thinking_blocks: [{ type: 'thinking', thinking, signature }] })];
    }
    if (block?.kind !== 'tool' || block.state === 'with-arguments') return NO_PIECES;
    // A tool that takes nothing is called without a word; clients parse what they get.
    return [delta({ tool_calls: [{ index: block.index, function: { arguments: '{}' } }] })];
  }
}

/** A change of the one answer that these providers give. */
export function delta(change: AnswerDelta): AnswerPiece {
  return { kind: 'delta', index: 0, delta: change };
}
