import assert from 'node:assert/strict';
import { GatewayError, renderErrorJson } from '../../../runtime/errors';
import { classifyFailure } from '../../../runtime/providers/classify-failure';
import type { Failure } from '../../../runtime/routing/failure';
import { planRetryDelayMs } from '../../../runtime/routing/retry-delay';
import { selectRetryAfterMs } from '../../../runtime/upstream/retry-after';
import { routerConfig } from '../../support/gateway-config-builder';
import type { ConformanceRule } from './conformance-rule';

const ROUTER = routerConfig();

function classify(status: number, error: object): Failure {
  return classifyFailure({
    status,
    body: JSON.stringify({ error }),
    retryAfterMs: null,
    secrets: [],
  });
}

/** What a provider's error means, and what its client hears of it. */
export const ERROR_RULES: readonly ConformanceRule[] = [
  {
    id: 'errors.context-window',
    section: 'errors',
    liteLlm:
      'Each provider has its own wordings of a prompt that is too long; behind `openai/` only eight of them count. `string too long` is one.',
    ours: 'All of them count behind every provider, by 400, 413, 422 and 500: runtime/providers/failure-cues.ts names each with its source. `string_above_max_length` is none.',
    why: 'Most providers stand behind `openai/` with an `api_base`; and a larger window does not help a field with too many characters.',
    prove: () => {
      const long = { message: 'prompt is too long: 210000 tokens > 200000 maximum' };
      for (const status of [400, 413, 422, 500]) {
        const { kind, status: told } = classify(status, long);
        assert.deepEqual([kind, told], ['provider_context_window', 400]);
      }
      const field = { message: 'string too long. Expected a string with maximum length 1048576' };
      assert.equal(classify(400, field).kind, 'provider_bad_request');
    },
  },
  {
    id: 'errors.content-policy',
    section: 'errors',
    liteLlm:
      'Refused content is known by the wordings of a provider; behind Azure every `invalid_request_error` counts as refused.',
    ours: 'The wordings of all providers count, by 400, 403 and 422. `invalid_request_error` says nothing.',
    why: 'A request with a misspelt field would be sent to the fallbacks of refused content.',
    prove: () => {
      const risk = { message: 'Content Exists Risk', type: 'invalid_request_error' };
      assert.equal(classify(400, risk).kind, 'provider_content_policy');
      const field = { message: 'Unknown parameter', type: 'invalid_request_error' };
      assert.equal(classify(400, field).kind, 'provider_bad_request');
    },
  },
  {
    id: 'errors.fields',
    section: 'errors',
    liteLlm:
      "`type` and `param` are the provider's for a bad request and LiteLLM's otherwise; `code` is the status as text.",
    ours: "`type`, `param` and `code` are the provider's wherever it has words of its own; else `type` is LiteLLM's and `code` the status as text. Of credentials and accounts nothing is passed on. `gateway_code` never changes.",
    why: "OpenAI's clients compare `code` with words such as `context_length_exceeded`; the status is that of the answer.",
    prove: () => {
      const { words } = classify(400, { message: 'no', type: 'a', param: 'b', code: 'c' });
      assert.deepEqual(words, { type: 'a', param: 'b', code: 'c' });
      assert.equal(classify(401, { message: 'no', code: 'invalid_api_key' }).words, undefined);
      const codeOf = (openaiCode?: string): unknown => {
        const error = new GatewayError('provider_bad_request', 'no', { openaiCode });
        return (JSON.parse(renderErrorJson(error)) as { error: { code: unknown } }).error.code;
      };
      assert.deepEqual([codeOf('c'), codeOf()], ['c', '400']);
    },
  },
  {
    id: 'errors.retry-after',
    section: 'errors',
    liteLlm: 'Only `retry-after` is read, as seconds or as a date, up to one minute.',
    ours: 'Also `retry-after-ms`, and for a 429 the `x-ratelimit-reset-*` and `anthropic-ratelimit-*-reset` of a limit of which nothing is left. Up to one minute is waited for; of more the client is told at once.',
    why: 'Some providers say it nowhere else.',
    prove: () => {
      const select = (headers: Readonly<Record<string, string>>): number | null =>
        selectRetryAfterMs(headers, { status: 429, wallMs: 0 });
      assert.equal(select({ 'retry-after-ms': '900', 'retry-after': '3' }), 900);
      const hit = { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '7.66s' };
      assert.equal(select(hit), 7660);
      const waits = (retryAfterMs: number | null): boolean => {
        const limited: Failure = { ...classify(429, { message: 'no' }), retryAfterMs };
        return planRetryDelayMs(limited, { earlierRetries: 0, random: 0, router: ROUTER }) !== null;
      };
      assert.deepEqual([waits(60_000), waits(select({ 'retry-after': '61' }))], [true, false]);
    },
  },
];
