import type { Random, UpstreamErrorKind, UpstreamHeaders } from '../ports';
import { drawFrom } from './distribution';
import { drawChance } from './seeded-random';
import { selectProgress } from './select-faults';
import type { Behaviour, Fault } from './scenario';
import {
  renderDocument,
  renderErrorDocument,
  renderErrorEvent,
  renderStreamEnd,
  renderToken,
  type TokenCounts,
} from './simulated-answer';

/** One thing a provider does. Unit: milliseconds after the request was sent. */
export type Step = { readonly afterMs: number } & (
  | { readonly kind: 'head'; readonly status: number; readonly headers: UpstreamHeaders }
  /** `tokens`: how much of the answer the chunk is. */
  | { readonly kind: 'data'; readonly chunk: Buffer; readonly tokens: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'error'; readonly error: UpstreamErrorKind }
);

/** All that a provider does with one request, if it is let. A script without an end leaves the connection open. */
export interface ExchangePlan {
  /** The fault that spoils the answer; null: it is a good one. */
  readonly fault: Fault['kind'] | null;
  readonly status: number;
  readonly counts: TokenCounts;
  readonly steps: readonly Step[];
}

export interface ExchangeContext {
  readonly delivery: 'json' | 'stream';
  readonly behaviour: Behaviour;
  /** Those that this request meets. */
  readonly faults: readonly Fault[];
  /** Since the start of the simulation. */
  readonly elapsedMs: number;
  readonly random: Random;
}

const REFUSED_AFTER_MS = 1;
/** Errors need no thinking. */
const ERROR_AFTER_MS = 30;

const JSON_HEADERS: UpstreamHeaders = { 'content-type': 'application/json' };
const STREAM_HEADERS: UpstreamHeaders = { 'content-type': 'text/event-stream' };

/** Draws one exchange. Several faults at once: slowness multiplies, and the first that spoils the answer decides. */
export function planExchange(context: ExchangeContext): ExchangePlan {
  const { behaviour, faults, random, elapsedMs } = context;
  const factor = faults.reduce((product, fault) => product * selectFactor(fault, elapsedMs), 1);
  const answer: Answer = {
    delivery: context.delivery,
    firstTokenMs: drawFrom(behaviour.firstTokenMs, random) * factor,
    tokenIntervalMs: drawFrom(behaviour.tokenIntervalMs, random) * factor,
    errorMs: ERROR_AFTER_MS * factor,
    counts: {
      promptTokens: Math.max(1, Math.round(drawFrom(behaviour.promptTokens, random))),
      completionTokens: Math.max(1, Math.round(drawFrom(behaviour.tokens, random))),
    },
  };
  const breakdown = random.next();
  const spoiler = faults.find((fault) => isSpoiling(fault, elapsedMs, breakdown)) ?? null;
  const plan = spoiler === null ? planGoodAnswer(answer) : planSpoiled(answer, spoiler);
  return {
    fault: spoiler?.kind ?? null,
    status: plan.find((step) => step.kind === 'head')?.status ?? 0,
    counts: answer.counts,
    steps: plan.map((step) => ({ ...step, afterMs: Math.round(step.afterMs * 1000) / 1000 })),
  };
}

interface Answer {
  readonly delivery: 'json' | 'stream';
  readonly firstTokenMs: number;
  readonly tokenIntervalMs: number;
  readonly errorMs: number;
  readonly counts: TokenCounts;
}

function selectFactor(fault: Fault, elapsedMs: number): number {
  if (fault.kind === 'slow') return fault.factor;
  if (fault.kind === 'brown-out') return 1 + (fault.factor - 1) * selectProgress(fault, elapsedMs);
  return 1;
}

function isSpoiling(fault: Fault, elapsedMs: number, breakdown: number): boolean {
  if (fault.kind === 'slow') return false;
  if (fault.kind !== 'brown-out') return true;
  const share = fault.errorShare * selectProgress(fault, elapsedMs);
  return drawChance({ next: () => breakdown }, share);
}

function planSpoiled(answer: Answer, fault: Fault): readonly Step[] {
  switch (fault.kind) {
    case 'down':
      return [{ afterMs: REFUSED_AFTER_MS, kind: 'error', error: 'connect' }];
    case 'reset':
      return [{ afterMs: answer.firstTokenMs / 2, kind: 'error', error: 'connection-lost' }];
    case 'status':
      return planError(answer.errorMs, fault.status, fault.retryAfterSeconds);
    case 'rate-limit':
      return planError(answer.errorMs, 429, null);
    case 'brown-out':
      return planError(answer.firstTokenMs, 503, null);
    case 'stall':
      return [];
    case 'stall-mid-stream':
      return planPart(answer, fault.afterTokens);
    case 'cut':
      return planCut(answer, fault.afterTokens);
    case 'truncate':
      return planTruncated(answer, fault.afterTokens);
    case 'error-event':
      return planErrorInAnswer(answer, fault.status);
    case 'slow':
      return planGoodAnswer(answer);
  }
}

function planError(
  afterMs: number,
  status: number,
  retryAfterSeconds: number | null,
): readonly Step[] {
  const headers =
    retryAfterSeconds === null
      ? JSON_HEADERS
      : { ...JSON_HEADERS, 'retry-after': String(retryAfterSeconds) };
  return [
    { afterMs, kind: 'head', status, headers },
    { afterMs, kind: 'data', chunk: renderErrorDocument(status), tokens: 0 },
    { afterMs, kind: 'end' },
  ];
}

function planErrorInAnswer(answer: Answer, status: number): readonly Step[] {
  const stream = answer.delivery === 'stream';
  const afterMs = answer.firstTokenMs;
  return [
    { afterMs, kind: 'head', status: 200, headers: stream ? STREAM_HEADERS : JSON_HEADERS },
    {
      afterMs,
      kind: 'data',
      chunk: stream ? renderErrorEvent(status) : renderErrorDocument(status),
      tokens: 0,
    },
    { afterMs, kind: 'end' },
  ];
}

function planGoodAnswer(answer: Answer): readonly Step[] {
  const { counts } = answer;
  const lastMs = tokenAtMs(answer, counts.completionTokens - 1);
  if (answer.delivery === 'stream') {
    return [
      ...planPart(answer, counts.completionTokens),
      { afterMs: lastMs, kind: 'data', chunk: renderStreamEnd(counts), tokens: 0 },
      { afterMs: lastMs, kind: 'end' },
    ];
  }
  return [
    { afterMs: lastMs, kind: 'head', status: 200, headers: JSON_HEADERS },
    {
      afterMs: lastMs,
      kind: 'data',
      chunk: renderDocument(counts),
      tokens: counts.completionTokens,
    },
    { afterMs: lastMs, kind: 'end' },
  ];
}

function planCut(answer: Answer, afterTokens: number): readonly Step[] {
  const part = planPart(answer, afterTokens);
  const afterMs = part.at(-1)?.afterMs ?? answer.firstTokenMs;
  return [...part, { afterMs: afterMs + 1, kind: 'error', error: 'connection-lost' }];
}

function planTruncated(answer: Answer, afterTokens: number): readonly Step[] {
  // All tokens without the end of the stream are still too little.
  const part = planPart(answer, afterTokens);
  return [...part, { afterMs: part.at(-1)?.afterMs ?? answer.firstTokenMs, kind: 'end' }];
}

/** The beginning of an answer. One that comes whole is spoiled in its middle, whatever the tokens. */
function planPart(answer: Answer, tokens: number): readonly Step[] {
  if (answer.delivery === 'json') {
    const afterMs = tokenAtMs(answer, answer.counts.completionTokens - 1);
    const document = renderDocument(answer.counts);
    const chunk = document.subarray(0, document.length >> 1);
    return [
      { afterMs, kind: 'head', status: 200, headers: JSON_HEADERS },
      { afterMs, kind: 'data', chunk, tokens: answer.counts.completionTokens >> 1 },
    ];
  }
  const sent = Math.min(tokens, answer.counts.completionTokens);
  return [
    { afterMs: answer.firstTokenMs, kind: 'head', status: 200, headers: STREAM_HEADERS },
    ...Array.from({ length: sent }, (_, index): Step => {
      return { afterMs: tokenAtMs(answer, index), kind: 'data', chunk: renderToken(), tokens: 1 };
    }),
  ];
}

function tokenAtMs(answer: Answer, index: number): number {
  return answer.firstTokenMs + answer.tokenIntervalMs * index;
}
