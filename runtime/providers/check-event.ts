import type { Failure } from '../routing/failure';
import { classifyAnswerError, isFilled, parseAnswerDocument, selectChoices } from './answer-error';
import type { AnswerDocument, Choice } from './answer-error';
import { WITHOUT_CHOICES, WITHOUT_JSON } from './check-answer';
import { plainFailure } from './classify-failure';

/** What an event tells of a stream whose answer has not begun. */
export type EventVerdict =
  | { readonly kind: 'failure'; readonly failure: Failure }
  /** A role, or what a filter thinks of the prompt: nothing that a client could use. */
  | { readonly kind: 'prelude' }
  /** Part of an answer, or the word that it is complete. */
  | { readonly kind: 'answer' };

const PRELUDE: EventVerdict = { kind: 'prelude' };
const ANSWER: EventVerdict = { kind: 'answer' };

/** A stream that came to its end and said nothing. */
export const WITHOUT_ANSWER = plainFailure(
  'provider_invalid_response',
  502,
  'the provider ended its stream without an answer',
);
const WITHOUT_STREAM = plainFailure(
  'provider_invalid_response',
  502,
  'the provider answered a stream request without a stream',
);

/** The first event has to be one of a chat completion. */
export function checkFirstEvent(data: string, secrets: readonly string[]): EventVerdict {
  if (data === '[DONE]') return fail(WITHOUT_ANSWER);
  const document = parseAnswerDocument(data);
  if (document === null) return fail(WITHOUT_JSON);
  const verdict = checkDocument(document, secrets);
  const isStranger = verdict.kind !== 'failure' && !Array.isArray(document.choices);
  return isStranger ? fail(WITHOUT_CHOICES) : verdict;
}

/** Those that follow it, up to the first that is part of an answer, may be of any kind. */
export function checkNextEvent(data: string, secrets: readonly string[]): EventVerdict {
  if (data === '[DONE]') return fail(WITHOUT_ANSWER);
  const document = parseAnswerDocument(data);
  return document === null ? PRELUDE : checkDocument(document, secrets);
}

/** The error that a provider sends in the middle of a stream, as the data of one event; null: it is none. */
export function checkLaterEvent(data: string, secrets: readonly string[]): Failure | null {
  const document = parseAnswerDocument(data);
  return document === null ? null : classifyAnswerError(document, secrets);
}

/** What a stream without a single event was instead, by all of its text. */
export function checkEventlessStream(text: string, secrets: readonly string[]): Failure {
  if (text.trim() === '') return WITHOUT_ANSWER;
  const document = parseAnswerDocument(text);
  if (document === null) return WITHOUT_JSON;
  return classifyAnswerError(document, secrets) ?? WITHOUT_STREAM;
}

function checkDocument(document: AnswerDocument, secrets: readonly string[]): EventVerdict {
  const failure = classifyAnswerError(document, secrets);
  if (failure !== null) return fail(failure);
  return selectChoices(document).some(isAnswered) ? ANSWER : PRELUDE;
}

function fail(failure: Failure): EventVerdict {
  return { kind: 'failure', failure };
}

/** Text, a call of a tool, a thought, a sound, a refusal …: whatever is there and is not the role. */
function isAnswered(choice: Choice | null): boolean {
  if (choice === null) return false;
  const { delta, message, text, finish_reason: finishReason } = choice;
  return isFilled(finishReason) || isFilled(text) || says(delta) || says(message);
}

function says(delta: unknown): boolean {
  if (typeof delta !== 'object' || delta === null) return false;
  return Object.entries(delta).some(([name, value]) => name !== 'role' && isFilled(value));
}
