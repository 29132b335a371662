import {
  checkEventlessStream,
  checkFirstEvent,
  checkNextEvent,
  WITHOUT_ANSWER,
} from '../providers/check-event';
import { classifyUpstreamError, plainFailure } from '../providers/classify-failure';
import { FirstEventReader } from '../providers/first-event';
import type { Failure } from '../routing/failure';
import type { ContentWatch } from './content-watch';

/** What is known of a stream. */
export type Opening =
  /** Nothing has come, or comments alone. */
  | { readonly kind: 'unproven' }
  /** It has proved to be one, and nothing of its answer has come. */
  | { readonly kind: 'prelude' }
  /** From here on it is passed on. */
  | { readonly kind: 'answer' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * A prelude is held back for so long while comments come: a client that hears nothing may be hung up on by whatever
 * stands between us. Of a provider that is silent there is nothing to pass on.
 */
const LONGEST_PRELUDE_MS = 15_000;

const UNPROVEN: Opening = { kind: 'unproven' };
const PRELUDE: Opening = { kind: 'prelude' };
const ANSWER: Opening = { kind: 'answer' };
const NO_STREAM: Opening = {
  kind: 'failed',
  failure: plainFailure(
    'provider_invalid_response',
    502,
    'the provider answered with something else than an event stream',
  ),
};

/**
 * Reads a stream up to the first word of its answer. Many begin with an event that only names the role: while the client
 * has seen nothing of more use, a break may still be mended elsewhere.
 */
export class StreamOpening {
  private readonly reader = new FirstEventReader();
  private preludeMs: number | null = null;

  constructor(
    private readonly watch: ContentWatch,
    private readonly secrets: readonly string[],
  ) {}

  read(chunk: Buffer, nowMs: number): Opening {
    let event = this.reader.read(chunk);
    for (; event.kind === 'event'; event = this.reader.next()) {
      const check = this.preludeMs === null ? checkFirstEvent : checkNextEvent;
      const verdict = check(event.data, this.secrets);
      if (verdict.kind === 'failure') return { kind: 'failed', failure: verdict.failure };
      if (verdict.kind === 'answer') return ANSWER;
      if (this.preludeMs === null) this.watch.restart(nowMs);
      this.preludeMs ??= nowMs;
    }
    const isTooLong = event.kind === 'too-long';
    if (this.preludeMs === null) return isTooLong ? NO_STREAM : UNPROVEN;
    if (isTooLong || nowMs - this.preludeMs > LONGEST_PRELUDE_MS) return ANSWER;
    if (!this.watch.isOverdue(chunk, nowMs)) return PRELUDE;
    return { kind: 'failed', failure: classifyUpstreamError('content-timeout') };
  }

  /** Why a stream that ends now, with this text, was no answer. */
  end(text: string): Failure {
    return this.preludeMs === null ? checkEventlessStream(text, this.secrets) : WITHOUT_ANSWER;
  }
}
