import type { UpstreamHeaders } from '../../ports';
import type { TranslatedCall } from '../translation';
import type { AnswerError, AnswerPiece, TranslatedAnswer } from './openai-answer';

/** How one provider answers. All of it is pure. */
export interface AnswerDialect {
  /**
   * Translates a whole answer. Null: it is none, and the gateway tells that the provider answered with nonsense.
   * `document`: parsed JSON, whatever it may be.
   */
  json(document: unknown, call: TranslatedCall): TranslatedAnswer | null;
  /** Bytes to the provider's events. */
  events(): EventReader;
  /** The provider's events to what they say. */
  stream(call: TranslatedCall): PieceReader;
  /**
   * What an answer with another status than 200 says, in words by which failures are told apart. Null: in one of the usual
   * shapes, which are read as they are.
   */
  readonly error: ((answer: ErrorAnswer) => AnswerError) | null;
}

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: UpstreamHeaders;
  /** At most 64 KiB of it. */
  readonly text: string;
}

/** One event of a provider's stream. */
export interface ProviderEvent {
  /** Its type where the transport names one, else the empty text. */
  readonly name: string;
  readonly data: string;
}

/** Finds events in bytes, however they are cut. */
export interface EventReader {
  /** Throws a `BrokenStreamError` for bytes that can be no stream. */
  read(chunk: Buffer): readonly ProviderEvent[];
  /** Events that are whole only because nothing follows. */
  end(): readonly ProviderEvent[];
}

/** The bytes of a provider cannot be what it says they are: a checksum that is wrong, an event without an end. */
export class BrokenStreamError extends Error {}

export interface PieceReader {
  read(event: ProviderEvent): readonly AnswerPiece[];
  /** The connection ended in good order: providers without a last event of their own are done by that. */
  end(): readonly AnswerPiece[];
}
