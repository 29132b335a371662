import type { PieceReader, ProviderEvent } from '../translate/answer-dialect';
import type { AnswerDelta, AnswerPiece, ToolCall } from '../translate/openai-answer';
import { isMap, readMap, readText } from '../translate/openai-request';
import type { Json } from '../translate/openai-request';
import type { TranslatedCall } from '../translation';
import { CallIds, readAnswerParts } from './answer-parts';
import { isFinish, translateFinish } from './finish-reason';
import { translateLogprobs } from './logprobs';
import { selectOwnFields } from './own-fields';
import { isBlocked, readCandidates, readIndex } from './response';
import { translateUsage } from './usage';

const NOTHING: readonly AnswerPiece[] = [];

/** What is known of one choice. */
interface Choice {
  calls: number;
  /** Null: the answer goes on. */
  finishReason: string | null;
}

/**
 * Each event is a `GenerateContentResponse` with the next parts. No event ends the stream: the connection does, and the answer
 * is whole if each of its choices has told why it ended.
 * https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent
 */
export class GenerateContentStream implements PieceReader {
  private readonly choices = new Map<number, Choice>();
  private readonly ids: CallIds;
  private usage: Json | null = null;
  private state: 'new' | 'begun' | 'blocked' = 'new';

  constructor(call: TranslatedCall) {
    this.ids = new CallIds(call.id);
  }

  read({ data }: ProviderEvent): readonly AnswerPiece[] {
    const event = parse(data);
    if (event === null) return NOTHING;
    const error = readMap(event.error);
    if (error !== null) return [{ kind: 'error', error: renderError(error) }];
    this.usage = readMap(event.usageMetadata) ?? this.usage;
    const pieces: AnswerPiece[] = [];
    if (this.state === 'new') {
      this.state = 'begun';
      pieces.push({
        kind: 'start',
        id: readText(event.responseId),
        model: readText(event.modelVersion),
      });
    }
    const candidates = readCandidates(event);
    if (candidates.length === 0 && isBlocked(event)) this.state = 'blocked';
    for (const [at, candidate] of candidates.entries()) {
      pieces.push(...this.readCandidate(candidate, readIndex(candidate, at)));
    }
    return pieces;
  }

  end(): readonly AnswerPiece[] {
    const choices = [...this.choices];
    const isWhole = choices.every(([, { finishReason }]) => finishReason !== null);
    if (!isWhole || (choices.length === 0 && this.state !== 'blocked')) return NOTHING;
    return [
      ...(choices.length === 0 ? BLOCKED : choices.map(renderFinish)),
      ...(this.usage === null
        ? NOTHING
        : [{ kind: 'usage' as const, usage: translateUsage(this.usage) }]),
      { kind: 'done' },
    ];
  }

  private readCandidate(candidate: Json, index: number): readonly AnswerPiece[] {
    const choice = this.choices.get(index) ?? { calls: 0, finishReason: null };
    this.choices.set(index, choice);
    // Early models say it with each event, so that it is told at the end.
    if (isFinish(candidate.finishReason)) choice.finishReason = candidate.finishReason;
    const parts = readAnswerParts(candidate.content, this.ids);
    const own = selectOwnFields(candidate, parts);
    const logprobs = translateLogprobs(candidate.logprobsResult);
    const first = choice.calls;
    choice.calls += parts.calls.length;
    const delta: AnswerDelta = {
      ...(parts.text === '' ? {} : { content: parts.text }),
      ...(parts.thought === '' ? {} : { reasoning_content: parts.thought }),
      ...(parts.calls.length === 0
        ? {}
        : { tool_calls: parts.calls.map((call, at) => renderCall(call, first + at)) }),
      ...(parts.images.length === 0 ? {} : { images: parts.images }),
      ...(parts.audio === '' ? {} : { audio: { data: parts.audio } }),
      ...(own === null ? {} : { provider_specific_fields: own }),
    };
    if (Object.keys(delta).length === 0 && logprobs === null) return NOTHING;
    return [{ kind: 'delta', index, delta, ...(logprobs === null ? {} : { logprobs }) }];
  }
}

const BLOCKED: readonly AnswerPiece[] = [{ kind: 'finish', index: 0, reason: 'content_filter' }];

function renderFinish([index, { finishReason, calls }]: readonly [number, Choice]): AnswerPiece {
  return { kind: 'finish', index, reason: translateFinish(finishReason, calls) };
}

function renderCall(call: ToolCall, index: number): NonNullable<AnswerDelta['tool_calls']>[number] {
  return { index, ...call };
}

function renderError({ status, message }: Json): Extract<AnswerPiece, { kind: 'error' }>['error'] {
  return {
    message: readText(message) ?? 'the provider broke off its answer',
    type: readText(status) ?? 'api_error',
    param: null,
    code: readText(status),
  };
}

/** One event, or a list of one, as Google's servers send errors. */
function parse(data: string): Json | null {
  try {
    const event: unknown = JSON.parse(data);
    const single: unknown = Array.isArray(event) ? event[0] : event;
    return isMap(single) ? single : null;
  } catch {
    return null;
  }
}
