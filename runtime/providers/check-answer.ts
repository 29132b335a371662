import type { Failure } from '../routing/failure';
import { classifyAnswerError, parseAnswerDocument, selectChoices } from './answer-error';
import { plainFailure } from './classify-failure';

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const OPEN_BRACKET = 0x5b;

/**
 * A 200 is not yet an answer: providers and proxies send HTML, half documents, error objects and empty lists of choices
 * with it. Null when all is well. The common case looks at a few spots of the body and parses nothing; quotes inside JSON
 * strings are escaped, so neither `"choices":` nor `"error"` can be text of the model.
 */
export function checkJsonAnswer(body: Buffer, secrets: readonly string[]): Failure | null {
  const text = trimmedEnds(body);
  const isWhole = text.first === OPEN_BRACE && text.last === CLOSE_BRACE;
  if (isWhole && hasChoice(body) && !body.includes('"error"')) return null;
  return checkDocument(body.toString('utf8'), secrets);
}

const CHOICES = Buffer.from('"choices":');

function hasChoice(body: Buffer): boolean {
  const at = body.indexOf(CHOICES);
  if (at === -1) return false;
  const open = skipSpace(body, at + CHOICES.length);
  return body[open] === OPEN_BRACKET && body[skipSpace(body, open + 1)] === OPEN_BRACE;
}

export const WITHOUT_CHOICES = plainFailure(
  'provider_invalid_response',
  502,
  'the provider answered without choices',
);
export const WITHOUT_JSON = plainFailure(
  'provider_invalid_response',
  502,
  'the provider answered with something else than JSON',
);

function checkDocument(text: string, secrets: readonly string[]): Failure | null {
  const document = parseAnswerDocument(text);
  if (document === null) return WITHOUT_JSON;
  const first = selectChoices(document)[0];
  const hasOne = typeof first === 'object' && first !== null;
  return classifyAnswerError(document, secrets) ?? (hasOne ? null : WITHOUT_CHOICES);
}

/**
 * Looks into a 200 for an answer that the provider's filter has cut off. Quotes are escaped inside strings, so the search
 * finds no text of the model; only what it finds is parsed.
 */
export function isContentFiltered(body: Buffer): boolean {
  if (!body.includes('"content_filter"')) return false;
  const document = parseAnswerDocument(body.toString('utf8'));
  return (
    document !== null &&
    selectChoices(document).some((choice) => choice?.finish_reason === 'content_filter')
  );
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

function skipSpace(body: Buffer, from: number): number {
  let at = from;
  while (isSpace(body[at])) at += 1;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
