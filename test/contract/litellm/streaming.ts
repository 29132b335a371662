import assert from 'node:assert/strict';
import type { RunningStream, StreamSink } from '../../../runtime/dispatch/attempt';
import { ContentWatch } from '../../../runtime/dispatch/content-watch';
import { StreamOpening } from '../../../runtime/dispatch/stream-opening';
import { StreamRelay } from '../../../runtime/dispatch/stream-relay';
import type { RelayResult } from '../../../runtime/dispatch/stream-relay';
import { checkFirstEvent } from '../../../runtime/providers/check-event';
import { FirstEventReader } from '../../../runtime/providers/first-event';
import { StreamModel } from '../../../runtime/providers/stream-model';
import { reduceAttempt, startCallState } from '../../../runtime/routing/call-state';
import { decide } from '../../../runtime/routing/decide';
import type { Failure } from '../../../runtime/routing/failure';
import { planLimits } from '../../../runtime/routing/plan-limits';
import { completionChunks } from '../../support/fake-provider';
import { untried } from '../../support/open-deployments';
import { failure } from '../../support/failure-builder';
import { deployment, routerConfig } from '../../support/gateway-config-builder';
import type { ConformanceRule } from './conformance-rule';

const [FIRST = ''] = completionChunks(['Hel']);

/** Relays what is sent, up to the end that the provider makes. */
async function relay(
  sent: readonly string[],
  end: (sink: StreamSink) => void,
): Promise<{ readonly result: RelayResult; readonly written: string; readonly aborted: boolean }> {
  let sink: StreamSink | null = null;
  let aborted = false;
  let written = '';
  const stream: RunningStream = {
    usage: { source: 'estimated', promptTokens: 0, completionTokens: 0, kinds: null },
    usageEvent: 'shown',
    attach: (given) => {
      sink = given;
    },
    abort: () => {
      aborted = true;
    },
    pause: () => undefined,
    resume: () => undefined,
  };
  const running = new StreamRelay(stream, {
    write: (chunk) => {
      written += chunk.toString();
      return true;
    },
    onDrain: () => undefined,
  });
  if (sink === null) throw new Error('nobody listens to the stream');
  const listening: StreamSink = sink;
  for (const text of sent) listening.onChunk(Buffer.from(text));
  end(listening);
  return { result: await running.result, written, aborted };
}

function failureOf(data: string): Failure | null {
  const verdict = checkFirstEvent(data, []);
  return verdict.kind === 'failure' ? verdict.failure : null;
}

function limitsOf(router: Parameters<typeof routerConfig>[0]): ReturnType<typeof planLimits> {
  return planLimits({
    delivery: 'stream',
    deployment: deployment({ id: 'x' }),
    router: routerConfig(router),
    requestedTimeoutSeconds: null,
    remainingMs: 600_000,
  });
}

/** How a stream begins, goes on and ends. */
export const STREAMING_RULES: readonly ConformanceRule[] = [
  {
    id: 'streaming.first-event-error',
    section: 'streaming',
    liteLlm:
      'The proxy reads the first chunk before its headers; an error with a numeric code sets the status.',
    ours: 'An error as the first event is an ordinary failure: it is retried, and counts as its HTTP twin, also where it names itself in words.',
    why: 'The client has seen nothing yet, so another deployment can still answer.',
    prove: () => {
      const overloaded = '{"type":"error","error":{"type":"overloaded_error"}}';
      assert.equal(failureOf(overloaded)?.status, 529);
      const limited = '{"error":{"code":"rate_limit_exceeded"}}';
      assert.equal(failureOf(limited)?.kind, 'provider_rate_limit');
    },
  },
  {
    id: 'streaming.prelude',
    section: 'streaming',
    liteLlm:
      'The first chunk is sent on whatever is in it; newer versions fall back until the first content.',
    ours: 'An event that only names the role, or a verdict of a filter, is held until the first content: a break, a silence or an end before that moves on like any failure. A lone `[DONE]` is a failure. After 15 seconds the role is passed on with the comments that come.',
    why: 'A role is no use to the client, and whoever has only that has seen nothing.',
    prove: () => {
      const role = '{"choices":[{"delta":{"role":"assistant","content":""}}]}';
      assert.equal(checkFirstEvent(role, []).kind, 'prelude');
      assert.equal(failureOf('[DONE]')?.kind, 'provider_invalid_response');
      const opening = new StreamOpening(new ContentWatch(600_000), []);
      const [ping, event] = [Buffer.from(': ping\n\n'), Buffer.from(`data: ${role}\n\n`)];
      assert.equal(opening.read(event, 0).kind, 'prelude');
      assert.equal(opening.read(ping, 15_000).kind, 'prelude');
      assert.equal(opening.read(ping, 15_001).kind, 'answer');
    },
  },
  {
    id: 'streaming.model',
    section: 'streaming',
    liteLlm: 'Chunks carry the name of the model that the client used.',
    ours: 'The same; not a byte else of an event is changed.',
    why: null,
    prove: () => {
      const text =
        'data: {"id":"1","model":"internal","choices":[{"delta":{"content":"\\u00fc"}}]}\n\n';
      const shown = new StreamModel('alias').render(Buffer.from(text)).toString();
      assert.equal(shown, text.replace('internal', 'alias'));
    },
  },
  {
    id: 'streaming.done',
    section: 'streaming',
    liteLlm: 'Every stream is written anew, so that it ends with one `[DONE]`.',
    ours: 'A stream with a finish reason and without `[DONE]` gets one; what comes behind `[DONE]` is dropped.',
    why: null,
    prove: async () => {
      const [, finish = ''] = completionChunks(['a']);
      const without = await relay([finish], (sink) => sink.onEnd());
      assert.equal(without.written, `${finish}data: [DONE]\n\n`);
      const more = [`${finish}data: [DONE]\n\n`, 'data: {"choices":[]}\n\n'];
      const behind = await relay(more, (sink) => sink.onEnd());
      assert.equal(behind.written, more[0]);
    },
  },
  {
    id: 'streaming.no-retry-after-first-byte',
    section: 'streaming',
    liteLlm:
      'Older versions continue a broken stream on a fallback; newer ones only before its first content.',
    ours: 'Nothing is tried once the client has seen a byte.',
    why: null,
    prove: () => {
      const outcome = { kind: 'failed', failure: failure(), when: 'after-first-byte' } as const;
      const decision = decide(
        outcome,
        reduceAttempt(startCallState('a'), deployment({ id: 'id' })),
        {
          nowMs: 0,
          deadlineMs: 60_000,
          random: 0,
          router: routerConfig({ defaultFallbacks: ['b'] }),
          available: 3,
          open: untried(2),
          deploymentRetries: null,
          requestedRetries: null,
          requestedFallbacks: [],
          fallbacks: 'allowed',
        },
      );
      assert.deepEqual(decision, { kind: 'fail' });
    },
  },
  {
    id: 'streaming.cut',
    section: 'streaming',
    liteLlm:
      'A stream that breaks off is ended with an invented `finish_reason: stop` and `[DONE]`.',
    ours: 'It is ended with one error event and no `[DONE]`, and counts against the deployment.',
    why: 'A client must not take the part for the whole.',
    prove: async () => {
      const { result, written } = await relay([FIRST], (sink) => sink.onEnd());
      assert.equal(result.kind, 'cut');
      assert.equal(written, FIRST);
    },
  },
  {
    id: 'streaming.error-event-in-the-middle',
    section: 'streaming',
    liteLlm: 'An exception in the middle becomes one error event, and no `[DONE]` follows.',
    ours: 'The same, also for an error event that the provider itself sends, which is struck free of keys.',
    why: null,
    prove: async () => {
      const sent = [FIRST, 'data: {"error":{"message":"lost"}}\n\n', 'data: [DONE]\n\n'];
      const { result, written, aborted } = await relay(sent, () => undefined);
      assert.equal(result.kind === 'cut' ? result.failure.message : null, 'lost');
      assert.equal(written, FIRST);
      assert.equal(aborted, true);
    },
  },
  {
    id: 'streaming.first-chunk-timeout',
    section: 'streaming',
    liteLlm: '`stream_timeout` bounds the time to the first chunk, `timeout` where it is absent.',
    ours: 'The same, to the first event: comments do not count, and a role does.',
    why: null,
    prove: () => {
      assert.equal(limitsOf({ streamTimeoutSeconds: 4 }).firstByteMs, 4000);
      assert.equal(limitsOf({ timeoutSeconds: 30 }).firstByteMs, 30_000);
      const reader = new FirstEventReader();
      assert.equal(reader.read(Buffer.from(': ping\n\n')).kind, 'pending');
    },
  },
  {
    id: 'streaming.idle-timeout',
    section: 'streaming',
    liteLlm:
      'A silence of `stream_timeout` ends the stream with an error event; a healthy stream may outlast it.',
    ours: 'The same. `stream_idle_timeout` bounds silences apart from the first event, `stream_content_timeout` stretches of comments.',
    why: null,
    prove: () => {
      assert.equal(limitsOf({ streamTimeoutSeconds: 4 }).idleMs, 4000);
      const own = limitsOf({ streamIdleTimeoutSeconds: 2, streamContentTimeoutSeconds: 9 });
      assert.equal(own.idleMs, 2000);
      assert.equal(own.contentMs, 9000);
    },
  },
  {
    id: 'streaming.total',
    section: 'streaming',
    liteLlm:
      '`LITELLM_MAX_STREAMING_DURATION_SECONDS` bounds a whole stream; unset there is no bound.',
    ours: 'The same variable, or `max_streaming_duration`; an hour where neither is set.',
    why: 'A stream without end would hold a draining replica for ever.',
    prove: () => {
      assert.equal(limitsOf({ maxStreamSeconds: 5 }).totalMs, 5000);
      assert.equal(limitsOf({}).totalMs, 3_600_000);
    },
  },
  {
    id: 'streaming.client-leaves',
    section: 'streaming',
    liteLlm: 'A client that leaves does not stop the call to the provider.',
    ours: 'The provider is hung up on at once.',
    why: 'What nobody reads is still paid for.',
    prove: async () => {
      let steered = 'nothing';
      const stream: RunningStream = {
        usage: { source: 'estimated', promptTokens: 0, completionTokens: 0, kinds: null },
        usageEvent: 'shown',
        attach: () => undefined,
        abort: () => {
          steered = 'abort';
        },
        pause: () => undefined,
        resume: () => undefined,
      };
      const running = new StreamRelay(stream, { write: () => true, onDrain: () => undefined });
      running.cancel();
      assert.equal((await running.result).kind, 'cancelled');
      assert.equal(steered, 'abort');
    },
  },
];
