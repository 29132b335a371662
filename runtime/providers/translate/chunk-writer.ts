import type { TranslatedCall } from '../translation';
import type { AnswerPiece, AnswerTokens } from './openai-answer';

/** Writes what a stream says as OpenAI's chunks. */
export class ChunkWriter {
  private id: string;
  private model: string;
  /** The choices that have said their role. */
  private readonly begun = new Set<number>();
  private usage: AnswerTokens | null = null;
  private state: 'open' | 'over' = 'open';

  constructor(private readonly call: TranslatedCall) {
    this.id = call.id;
    this.model = call.providerModel;
  }

  /** Server-sent events as text; empty: nothing is to be told yet. */
  write(pieces: readonly AnswerPiece[]): string {
    let text = '';
    for (const piece of pieces) {
      // Nothing follows the end.
      if (this.state === 'over') break;
      text += this.writePiece(piece);
    }
    return text;
  }

  private writePiece(piece: AnswerPiece): string {
    switch (piece.kind) {
      case 'start':
        this.id = piece.id ?? this.id;
        this.model = piece.model ?? this.model;
        return '';
      case 'delta':
        return this.writeDelta(piece);
      case 'finish':
        return this.writeChoice(piece.index, { delta: {}, finish_reason: piece.reason });
      case 'usage':
        this.usage = piece.usage;
        return '';
      case 'error':
        this.state = 'over';
        return renderEvent({ error: piece.error });
      case 'done':
        this.state = 'over';
        return `${this.writeUsage()}data: [DONE]\n\n`;
    }
  }

  private writeDelta({ index, delta, logprobs }: Extract<AnswerPiece, { kind: 'delta' }>): string {
    const told = logprobs === undefined ? {} : { logprobs };
    if (this.begun.has(index)) {
      return this.writeChoice(index, { delta, ...told, finish_reason: null });
    }
    this.begun.add(index);
    const first = { role: 'assistant', ...delta };
    return this.writeChoice(index, { delta: first, ...told, finish_reason: null });
  }

  private writeChoice(index: number, choice: object): string {
    return this.writeChunk([{ index, ...choice }]);
  }

  private writeUsage(): string {
    if (this.usage === null || this.call.usageEvent === 'as-asked') return '';
    return this.writeChunk([], this.usage);
  }

  private writeChunk(choices: readonly object[], usage?: AnswerTokens): string {
    return renderEvent({
      id: this.id,
      object: 'chat.completion.chunk',
      created: this.call.createdSeconds,
      model: this.model,
      choices,
      ...(usage === undefined ? {} : { usage }),
    });
  }
}

function renderEvent(event: object): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}
