import type { Failure } from './failure';
import { selectBlame } from './failure';
import { reducePeak } from './peak-ewma';
import type { PeakEwma } from './peak-ewma';
import { reduceSamples, TIMEOUT_PENALTY } from './samples';
import type { Sample } from './samples';

/** What the strategies know of one deployment. Plain data, so that replicas may share it. */
export interface Load {
  /** Requests sent and not over yet; of a stream, until its last byte. */
  readonly inFlight: number;
  /** The minute of the day, counted from 1970, that `requests` and `tokens` are counted in. */
  readonly minute: number;
  readonly requests: number;
  readonly tokens: number;
  /** Seconds per token of the answer. */
  readonly latencies: readonly Sample[];
  /** Seconds to the first token of a stream. */
  readonly firstTokens: readonly Sample[];
  /** How soon it answers, by what was asked for. Null: it was not asked for that yet. */
  readonly answers: Readonly<Record<Delivery, PeakEwma | null>>;
  /** Unit: US dollars, since the start. */
  readonly spentDollars: number;
  readonly turn: Turn;
}

export type Delivery = 'json' | 'stream';

/** The last turn of a deployment in the round, in the round's own time. */
export interface Turn {
  readonly start: number;
  readonly finish: number;
}

export interface Tokens {
  readonly prompt: number;
  readonly completion: number;
}

export const UNUSED: Load = {
  inFlight: 0,
  minute: -1,
  requests: 0,
  tokens: 0,
  latencies: [],
  firstTokens: [],
  answers: { json: null, stream: null },
  spentDollars: 0,
  turn: { start: 0, finish: 0 },
};

const MINUTE_MS = 60_000;

/**
 * Minutes of the day, as LiteLLM counts them: providers' quotas are per minute, and what replicas count in the same minute
 * can be shared by adding.
 */
export function selectMinute(wallMs: number): number {
  return Math.floor(wallMs / MINUTE_MS);
}

export function selectMinuteEndMs(wallMs: number): number {
  return (selectMinute(wallMs) + 1) * MINUTE_MS;
}

/** What was used of the quotas in the present minute. */
export function selectMinuteUse(
  load: Load,
  wallMs: number,
): { readonly requests: number; readonly tokens: number } {
  return load.minute === selectMinute(wallMs) ? load : { requests: 0, tokens: 0 };
}

export interface Start {
  /** Unit: milliseconds since 1970. */
  readonly wallMs: number;
  /** An estimate, until the provider tells. */
  readonly promptTokens: number;
  readonly turn: Turn;
}

/**
 * Counts a request when it is chosen a deployment, not when it is over: otherwise all that come at once see the same room
 * left under a limit.
 */
export function reduceStart(load: Load, { wallMs, promptTokens, turn }: Start): Load {
  const used = selectMinuteUse(load, wallMs);
  // Every request comes by here, and member by member costs a twentieth of a spread whose members are overwritten.
  return {
    inFlight: load.inFlight + 1,
    minute: selectMinute(wallMs),
    requests: used.requests + 1,
    tokens: used.tokens + promptTokens,
    latencies: load.latencies,
    firstTokens: load.firstTokens,
    answers: load.answers,
    spentDollars: load.spentDollars,
    turn,
  };
}

export interface End {
  /** Unit: milliseconds since 1970. */
  readonly wallMs: number;
  /** Unit: milliseconds since 1970. */
  readonly startedWallMs: number;
  /** What `reduceStart` was told. */
  readonly promptTokens: number;
  /** What it came to; null: nobody said. */
  readonly tokens: Tokens | null;
  readonly dollars: number;
}

/** However it ended: answered, failed, given up. */
export function reduceEnd(load: Load, end: End): Load {
  return {
    inFlight: Math.max(0, load.inFlight - 1),
    minute: selectMinute(end.wallMs),
    requests: selectMinuteUse(load, end.wallMs).requests,
    tokens: selectMinuteTokens(load, end),
    latencies: load.latencies,
    firstTokens: load.firstTokens,
    answers: load.answers,
    spentDollars: load.spentDollars + end.dollars,
    turn: load.turn,
  };
}

/** What a request came to that was over before anyone knew whether it had been answered. */
export function reduceUse(load: Load, end: End): Load {
  return { ...reduceEnd(load, end), inFlight: load.inFlight };
}

function selectMinuteTokens(load: Load, end: End): number {
  const { wallMs, tokens } = end;
  const used = selectMinuteUse(load, wallMs).tokens;
  if (tokens === null) return used;
  // The estimate of an earlier minute is gone with it; the answer was made in this one.
  const estimated = selectMinute(end.startedWallMs) === selectMinute(wallMs) ? end.promptTokens : 0;
  const more = tokens.completion + (estimated > 0 ? tokens.prompt : 0);
  return Math.max(0, used + more - estimated);
}

export interface FirstToken {
  readonly nowMs: number;
  readonly delivery: Delivery;
  /** A document comes as a whole: then the time to all of it. */
  readonly afterMs: number;
  readonly listSize: number;
}

/** The answer has proved to be one. */
export function reduceFirstToken(load: Load, first: FirstToken): Load {
  const { nowMs, delivery, afterMs, listSize } = first;
  const sample = { value: afterMs / 1000, atMs: nowMs, kind: 'measured' } as const;
  return {
    ...load,
    firstTokens:
      delivery === 'stream' ? reduceSamples(load.firstTokens, sample, listSize) : load.firstTokens,
    answers: {
      ...load.answers,
      [delivery]: reducePeak(load.answers[delivery], { valueMs: afterMs, nowMs }),
    },
  };
}

export interface Whole {
  readonly nowMs: number;
  readonly wholeMs: number;
  readonly completionTokens: number;
  readonly listSize: number;
}

/** The answer is complete. */
export function reduceWhole(load: Load, whole: Whole): Load {
  const value = whole.wholeMs / 1000 / Math.max(1, whole.completionTokens);
  const sample = { value, atMs: whole.nowMs, kind: 'measured' } as const;
  return { ...load, latencies: reduceSamples(load.latencies, sample, whole.listSize) };
}

export interface Mishap {
  readonly nowMs: number;
  readonly delivery: Delivery;
  readonly listSize: number;
}

/**
 * A failure costs its client another attempt at least. A deployment that fails at once would otherwise seem the fastest
 * of all and draw every request. Rate limits do not count: they are not slowness, and start a cooldown by themselves.
 */
export function reduceMishap(load: Load, failure: Failure, mishap: Mishap): Load {
  if (selectBlame(failure.kind) === 'caller' || failure.kind === 'provider_rate_limit') return load;
  const { nowMs, delivery, listSize } = mishap;
  const before = load.answers[delivery];
  const valueMs = Math.max(LEAST_MISHAP_MS, 2 * (before?.valueMs ?? 0));
  const slower: Load = {
    ...load,
    answers: { ...load.answers, [delivery]: reducePeak(before, { valueMs, nowMs }) },
  };
  if (failure.kind !== 'provider_timeout') return slower;
  const penalty = { value: TIMEOUT_PENALTY, atMs: nowMs, kind: 'penalty' } as const;
  return {
    ...slower,
    latencies: reduceSamples(load.latencies, penalty, listSize),
    firstTokens:
      delivery === 'stream' ? reduceSamples(load.firstTokens, penalty, listSize) : load.firstTokens,
  };
}

const LEAST_MISHAP_MS = 1_000;
