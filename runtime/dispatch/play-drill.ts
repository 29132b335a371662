import type { Clock } from '../ports';
import { classifyUpstreamError } from '../providers/classify-failure';
import { renderMockAnswer, renderMockStream } from '../providers/drill';
import type { Drill } from '../providers/drill';
import type { AnswerUsage } from '../providers/usage';
import type { CallState } from '../routing/call-state';
import type { AttemptResult, RunningStream, StreamSink } from './attempt';
import type { Call } from './call';

/** What of a drill stands in place of the next attempt; null: the attempt is made in earnest. */
export type Scene =
  { readonly kind: 'answer'; readonly result: AttemptResult } | { readonly kind: 'timeout' };

/** Chooses the scene. The first attempt may be played and the next ones be real. */
export function selectScene(drill: Drill, call: Call, state: CallState): Scene | null {
  const isFirst = state.fallbacks === 0 && state.retries === 0;
  if (isFirst && drill.firstFailure !== null) {
    return { kind: 'answer', result: { kind: 'failed', failure: drill.firstFailure } };
  }
  if (drill.timeout === 'each-attempt') return { kind: 'timeout' };
  switch (drill.answer?.kind) {
    case 'failure':
      return { kind: 'answer', result: { kind: 'failed', failure: drill.answer.failure } };
    case 'text':
      return { kind: 'answer', result: answerWith(drill.answer.text, call) };
    case undefined:
      return null;
  }
}

/** Plays the scene; a timeout takes as long as a provider that hangs. */
export function playScene(
  scene: Scene,
  call: Call,
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
): Promise<AttemptResult> {
  if (scene.kind === 'answer') return Promise.resolve(scene.result);
  return new Promise((resolve) => {
    const cancel = clock.after(timeoutMs, () => {
      call.cancellation.listen(null);
      resolve({ kind: 'failed', failure: classifyUpstreamError('first-byte-timeout') });
    });
    call.cancellation.listen(() => {
      cancel();
      resolve({ kind: 'cancelled' });
    });
  });
}

function answerWith(text: string, { body }: Call): AttemptResult {
  if (body.delivery === 'json') {
    const answer = renderMockAnswer(body.model, text);
    return { kind: 'complete', headers: {}, body: answer, usage: NOTHING_USED };
  }
  const stream = new PlayedStream(renderMockStream(body.model, text));
  return { kind: 'streaming', headers: {}, stream };
}

/** Nobody was asked, so there is nothing to pay. */
const NOTHING_USED: AnswerUsage = {
  source: 'told',
  promptTokens: 0,
  completionTokens: 0,
  kinds: null,
};

/** A stream that is all there from the start. */
class PlayedStream implements RunningStream {
  readonly usage = NOTHING_USED;
  readonly usageEvent = 'shown';

  constructor(private readonly bytes: Buffer) {}

  attach(sink: StreamSink): void {
    sink.onChunk(this.bytes);
    sink.onEnd();
  }

  abort(): void {
    // It is over already.
  }

  pause(): void {
    // Nothing more comes.
  }

  resume(): void {
    // Nothing waits.
  }
}
