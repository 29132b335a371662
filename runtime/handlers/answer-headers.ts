import type { Call } from '../dispatch/call';
import type { CallTrail } from '../dispatch/dispatcher';

/** Who reads an answer: where a provider stands is for administrators alone. */
export type Audience = 'administrator' | 'client';

export interface AnswerHeadersContext {
  readonly nowMs: number;
  readonly audience: Audience;
}

/** LiteLLM's headers about how an answer came to be; an error carries the same set. */
export function renderAnswerHeaders(
  call: Call,
  trail: CallTrail,
  { nowMs, audience }: AnswerHeadersContext,
): string[] {
  const durationMs = nowMs - call.startedMs;
  const headers = [
    'x-litellm-model-group',
    headerText(trail.group),
    'x-litellm-response-duration-ms',
    durationMs.toFixed(3),
    'x-litellm-overhead-duration-ms',
    Math.max(0, durationMs - trail.upstreamMs).toFixed(3),
    'x-litellm-attempted-retries',
    String(trail.retries),
    'x-litellm-attempted-fallbacks',
    String(trail.fallbacks),
  ];
  if (trail.retries > 0) headers.push('x-litellm-max-retries', String(trail.mostRetries));
  if (call.requestedTimeoutSeconds !== null) {
    headers.push('x-litellm-timeout', String(call.requestedTimeoutSeconds));
  }
  if (trail.target !== null) {
    headers.push('x-litellm-model-id', headerText(trail.target.config.id));
    if (audience === 'administrator') {
      headers.push('x-litellm-model-api-base', trail.target.provider.apiBase);
    }
  }
  return headers;
}

/** Names come from a configuration in any script, headers are ASCII. */
function headerText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text);
}
