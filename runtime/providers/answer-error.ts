import type { Failure } from '../routing/failure';
import { classifyFailure } from './classify-failure';

/** A document or an event that came with status 200. */
export interface AnswerDocument {
  readonly error?: unknown;
  readonly choices?: unknown;
  readonly type?: unknown;
  readonly object?: unknown;
}

export interface Choice {
  readonly error?: unknown;
  readonly delta?: unknown;
  readonly finish_reason?: unknown;
  readonly message?: unknown;
  readonly text?: unknown;
}

/** Null: the text is no JSON object. */
export function parseAnswerDocument(text: string): AnswerDocument | null {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : null;
  } catch {
    return null;
  }
}

/**
 * The error that came with status 200, as its HTTP twin; null: there is none. OpenAI, Azure and Anthropic put it beneath
 * `error`; vLLM sends it bare, as `{"object":"error"}`; OpenRouter also puts it into the choice that it ended.
 */
export function classifyAnswerError(
  document: AnswerDocument,
  secrets: readonly string[],
): Failure | null {
  const error = selectError(document);
  if (error === null) return null;
  const body = JSON.stringify(error === document ? document : { error });
  return classifyFailure({ status: selectErrorStatus(error), body, retryAfterMs: null, secrets });
}

/** Whether a member says anything: many are written without a value where there is none. */
export function isFilled(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

export function selectChoices({ choices }: AnswerDocument): readonly (Choice | null)[] {
  return Array.isArray(choices) ? (choices as readonly (Choice | null)[]) : [];
}

function selectError(document: AnswerDocument): unknown {
  if (isError(document.error)) return document.error;
  if (document.type === 'error' || document.object === 'error') return document;
  return selectChoices(document).find((choice) => isError(choice?.error))?.error ?? null;
}

function isError(value: unknown): boolean {
  return isFilled(value) && (typeof value === 'object' || typeof value === 'string');
}

/** An error inside a 200 names its status in `code`, in a word, or not at all. */
function selectErrorStatus(error: unknown): number {
  const { code, status, type } = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly code?: unknown;
    readonly status?: unknown;
    readonly type?: unknown;
  };
  for (const candidate of [code, status]) {
    const number = Number(candidate);
    if (Number.isInteger(number) && number >= 400 && number <= 599) return number;
  }
  const words = [code, status, type].map((word) => String(word).toLowerCase()).join(' ');
  return STATUS_BY_CUE.find(([cue]) => words.includes(cue))?.[1] ?? 500;
}

/** The status that the same failure has where a provider sends it as one; the first cue found decides. */
const STATUS_BY_CUE: readonly (readonly [string, number])[] = [
  ['insufficient_credits', 402],
  ['payment_required', 402],
  ['rate_limit', 429],
  ['ratelimit', 429],
  ['insufficient_quota', 429],
  ['too_many_requests', 429],
  ['resource_exhausted', 429],
  ['overloaded', 529],
  ['unavailable', 503],
  ['timeout', 504],
  ['authentication', 401],
  ['invalid_api_key', 401],
  ['permission', 403],
  ['not_found', 404],
  ['too_large', 413],
  ['context_length', 400],
  ['content_filter', 400],
  ['content_policy', 400],
  ['invalid_request', 400],
];
