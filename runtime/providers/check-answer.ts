import type { Failure } from '../routing/failure';
import { classifyFailure, plainFailure } from './classify-failure';

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * A 200 is not yet an answer: providers and proxies send HTML, half documents and error objects with it. Null when all
 * is well. The common case looks at three spots of the body and parses nothing; quotes inside JSON strings are escaped,
 * so `"choices":` cannot be text of the model.
 */
export function checkJsonAnswer(body: Buffer, secrets: readonly string[]): Failure | null {
  const text = trimmedEnds(body);
  if (text.first === OPEN_BRACE && text.last === CLOSE_BRACE && body.includes('"choices":'))
    return null;
  return checkDocument(body.toString('utf8'), secrets);
}

/** The same for the first event of a stream. */
export function checkFirstEvent(data: string, secrets: readonly string[]): Failure | null {
  return data === '[DONE]' ? null : checkDocument(data, secrets);
}

function checkDocument(text: string, secrets: readonly string[]): Failure | null {
  const document = parseObject(text);
  if (document === null) {
    return plainFailure(
      'provider_invalid_response',
      502,
      'the provider answered with something else than JSON',
    );
  }
  const error = selectError(document);
  if (error !== null) {
    return classifyFailure({
      status: selectErrorStatus(error),
      body: text,
      retryAfterMs: null,
      secrets,
    });
  }
  if (!Array.isArray(document.choices)) {
    return plainFailure('provider_invalid_response', 502, 'the provider answered without choices');
  }
  return null;
}

interface Document {
  readonly error?: unknown;
  readonly choices?: unknown;
  readonly type?: unknown;
  readonly object?: unknown;
}

/** OpenAI, Azure and Anthropic put the error beneath `error`; vLLM sends it bare, as `{"object":"error"}`. */
function selectError(document: Document): unknown {
  if (document.error !== undefined && document.error !== null) return document.error;
  return document.type === 'error' || document.object === 'error' ? document : null;
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

/**
 * Looks into a 200 for an answer that the provider's filter has cut off. Quotes are escaped inside strings, so the search
 * finds no text of the model; only what it finds is parsed.
 */
export function isContentFiltered(body: Buffer): boolean {
  if (!body.includes('"content_filter"')) return false;
  const choices = parseObject(body.toString('utf8'))?.choices;
  return (
    Array.isArray(choices) &&
    choices.some(
      (choice: { readonly finish_reason?: unknown } | null) =>
        choice?.finish_reason === 'content_filter',
    )
  );
}

/** The error that a provider sends in the middle of a stream, as the data of one event; null: it is none. */
export function checkLaterEvent(data: string, secrets: readonly string[]): Failure | null {
  const document = parseObject(data);
  if (document === null || selectError(document) === null) return null;
  return checkDocument(data, secrets);
}

function parseObject(text: string): Document | null {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : null;
  } catch {
    return null;
  }
}

function trimmedEnds(body: Buffer): {
  readonly first: number | undefined;
  readonly last: number | undefined;
} {
  let start = 0;
  let end = body.length - 1;
  while (isSpace(body[start])) start += 1;
  while (isSpace(body[end])) end -= 1;
  return { first: body[start], last: body[end] };
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
