import type { ClientBody } from '../providers/client-body';
import { countWrittenBytes, findAnsweringModel } from '../providers/answer-text';
import { estimateBilledPrompt } from '../providers/billed-prompt';
import { parseUsage } from '../providers/usage';
import type { AnswerUsage } from '../providers/usage';
import type { Delivery } from '../routing/load';
import { BYTES_PER_TOKEN } from '../routing/request-traits';
import { StreamText } from './stream-text';
import { TailBuffer } from './tail-buffer';

/** Where most documents tell their usage. */
const TAIL_BYTES = 4 * 1024;

export interface MeteredRequest {
  readonly delivery: Delivery;
  /** Null: nobody pays for it. */
  readonly body: Pick<ClientBody, 'bytes'> | null;
}

/**
 * Learns what one answer used: what its provider tells, else an estimate of the prompt and of the text that came.
 * Reads once, at its end.
 */
export class UsageMeter {
  private readonly document: TailBuffer | null;
  private readonly stream: StreamText | null;
  private read: AnswerUsage | null = null;

  constructor(private readonly request: MeteredRequest) {
    // A document may tell its usage before a long text, and is kept as a whole anyway.
    this.document = request.delivery === 'json' ? new TailBuffer(Infinity) : null;
    this.stream = request.delivery === 'json' ? null : new StreamText();
  }

  push(chunk: Buffer): void {
    this.document?.push(chunk);
    this.stream?.push(chunk);
  }

  /** Final at the first call: the answer is over, complete or not. */
  get usage(): AnswerUsage {
    this.read ??= this.readTold() ?? this.estimate();
    return this.read;
  }

  /** Whether any text of the model has come. */
  get isBegun(): boolean {
    return this.writtenBytes > 0;
  }

  /** Who gave the answer, by its own words; null: it does not say. */
  get answeredBy(): string | null {
    return findAnsweringModel(this.stream?.tail ?? this.document?.toBuffer() ?? EMPTY);
  }

  private get writtenBytes(): number {
    return this.stream?.writtenBytes ?? countWrittenBytes(this.document?.toBuffer() ?? EMPTY);
  }

  private readTold(): AnswerUsage | null {
    const told =
      this.document === null
        ? parseUsage(this.stream?.tail ?? EMPTY)
        : (parseUsage(this.document.toBuffer(TAIL_BYTES)) ?? parseUsage(this.document.toBuffer()));
    return told === null ? null : { source: 'told', ...told };
  }

  private estimate(): AnswerUsage {
    const { body } = this.request;
    return {
      source: 'estimated',
      promptTokens: body === null ? 0 : estimateBilledPrompt(body.bytes),
      completionTokens: Math.ceil(this.writtenBytes / BYTES_PER_TOKEN),
      kinds: null,
    };
  }
}

const EMPTY = Buffer.alloc(0);
