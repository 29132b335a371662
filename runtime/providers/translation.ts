import type { UpstreamHeaders } from '../ports';
import type { UsageEvent } from './upstream-body';

/** The call whose answer is translated. */
export interface TranslatedCall {
  readonly delivery: 'json' | 'stream';
  /** The provider's name of the model. */
  readonly providerModel: string;
  /** `added`, or asked for by the client: the stream ends with an event that tells its usage. */
  readonly usageEvent: UsageEvent | 'asked';
  /** Time of day when it was sent: `created` of the answer. Unit: seconds since 1970. */
  readonly createdSeconds: number;
  /** Unique; for answers whose provider names none. */
  readonly id: string;
}

/** One for each attempt. Null: this model answers in OpenAI's format. */
export type Translate = (call: TranslatedCall) => Translation | null;

/**
 * An answer on its way from a provider's format to OpenAI's: a JSON document, an error document or server-sent events.
 * Told in the order of the wire: head, data…, end. However the bytes are cut, the result is the same.
 */
export interface Translation {
  head(status: number, headers: UpstreamHeaders): TranslatedHead;
  /** What can be told of the bytes so far; empty: nothing yet. */
  data(chunk: Buffer): Buffer;
  /** Whatever is left. A stream that broke off inside must not look complete: no `[DONE]` then. */
  end(): Buffer;
}

export interface TranslatedHead {
  readonly status: number;
  readonly headers: UpstreamHeaders;
}
