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
  if (document.error !== undefined && document.error !== null) {
    return classifyFailure({
      status: selectErrorStatus(document.error),
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

/** An error inside a 200 names its status in `code`, or not at all. */
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
  const words = `${String(code)} ${String(type)}`;
  if (words.includes('rate_limit')) return 429;
  if (words.includes('overloaded') || words.includes('unavailable')) return 503;
  if (words.includes('context_length') || words.includes('invalid_request')) return 400;
  return 500;
}

function parseObject(
  text: string,
): { readonly error?: unknown; readonly choices?: unknown } | null {
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
