import type { CooldownReason } from '../routing/health';
import type { ExchangeEnding } from './scripted-upstream';

/** Why a provider is asked. */
export type AttemptCause = 'first' | 'retry' | 'fallback';

/** How a request ended, as its client saw it. */
export type CallOutcome = 'success' | 'failed' | 'cut' | 'abandoned';

/** One thing that happened. Unit of `atMs`: milliseconds after the start. */
export type TraceEvent = { readonly atMs: number; readonly call: number } & (
  | {
      readonly kind: 'arrive';
      readonly model: string;
      readonly delivery: 'json' | 'stream';
      readonly deadlineMs: number;
    }
  | AttemptStarted
  | AttemptEnded
  /** The deployment cools down from now on, or longer than before; the call is the one whose failure was the last. */
  | {
      readonly kind: 'rest';
      readonly deployment: string;
      readonly untilMs: number;
      readonly reason: CooldownReason;
    }
  /** The first bytes of an answer reach the client: from here on nothing can be tried again. */
  | { readonly kind: 'commit'; readonly attempt: number; readonly deployment: string }
  | { readonly kind: 'leave' }
  | CallEnded
);

export interface AttemptStarted {
  readonly kind: 'attempt';
  /** Counts from 1 within its call. */
  readonly attempt: number;
  readonly deployment: string;
  readonly group: string;
  readonly cause: AttemptCause;
  /** What the router knew when it chose. */
  readonly rests: 'no' | 'yes';
  readonly awakeInGroup: number;
  /** Those of them that this visit of the group had not tried */
  readonly untriedAwake: number;
  /** Those of them of the same order as the one that is asked, none of which is known to be failing. */
  readonly untriedPeers: number;
}

export type AttemptEnded = {
  readonly kind: 'outcome';
  readonly attempt: number;
  readonly deployment: string;
} & ExchangeEnding;

export interface CallEnded {
  readonly kind: 'end';
  readonly outcome: CallOutcome;
  /** The gateway's code of the error; null: there was none. */
  readonly error: string | null;
  /** As the gateway counts them. */
  readonly retries: number;
  readonly fallbacks: number;
  /** The deployment that answered or failed last; null: none was asked in the end. */
  readonly deployment: string | null;
  /** As the gateway read them from the answer. */
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export type Trace = readonly TraceEvent[];

/** One line of JSON for each event: two runs did the same when their texts are equal. */
export function renderTrace(trace: Trace): string {
  return trace.map((event) => `${JSON.stringify(event)}\n`).join('');
}
