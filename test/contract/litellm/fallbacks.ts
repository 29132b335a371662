import assert from 'node:assert/strict';
import { isContentFiltered } from '../../../runtime/providers/check-answer';
import { parseClientBody, renderFallbackBody } from '../../../runtime/providers/client-body';
import { parseDrill } from '../../../runtime/providers/drill';
import { reduceAttempt, reduceDecision, startCallState } from '../../../runtime/routing/call-state';
import { planFallbacks } from '../../../runtime/routing/decide';
import { resolveModel } from '../../../runtime/routing/resolve-model';
import { createRoutingTable } from '../../../runtime/routing/routing-table';
import { failure } from '../../support/failure-builder';
import { deployment, routerConfig } from '../../support/gateway-config-builder';
import type { ConformanceRule } from './conformance-rule';
import { decideAfter } from './decide-after';

const INTERNAL = failure();
const MISTAKEN = failure({ kind: 'provider_bad_request', status: 400 });
const LONG = failure({ kind: 'provider_context_window', status: 400 });
const REFUSED = failure({ kind: 'provider_content_policy', status: 400 });
const FALLBACKS = { 'gpt-4o': ['claude', 'mini'] };

function groupAfter(
  why: typeof INTERNAL,
  router: Parameters<typeof routerConfig>[0],
  context: Parameters<typeof decideAfter>[2] = {},
): string | null {
  const config = routerConfig({ retries: 0, ...router });
  const decision = decideAfter(1, why, { router: config, ...context });
  return decision.kind === 'fallback' ? decision.group : null;
}

/** Where a request goes once its own model has failed. */
export const FALLBACK_RULES: readonly ConformanceRule[] = [
  {
    id: 'fallback.any-failure',
    section: 'fallbacks',
    liteLlm: 'Any exception leads to the fallbacks once the retries are used up, a 400 included.',
    ours: 'The same.',
    why: null,
    prove: () => {
      assert.equal(groupAfter(INTERNAL, { fallbacks: FALLBACKS }), 'claude');
      assert.equal(groupAfter(MISTAKEN, { fallbacks: FALLBACKS }), 'claude');
    },
  },
  {
    id: 'fallback.disabled',
    section: 'fallbacks',
    liteLlm: '`disable_fallbacks: true` in the request turns them off.',
    ours: 'The same.',
    why: null,
    prove: () => {
      const context = { fallbacks: 'disabled' } as const;
      assert.equal(groupAfter(INTERNAL, { fallbacks: FALLBACKS }, context), null);
    },
  },
  {
    id: 'fallback.typed',
    section: 'fallbacks',
    liteLlm:
      'A prompt that is too long goes to `context_window_fallbacks`, refused content to `content_policy_fallbacks`.',
    ours: 'The same.',
    why: null,
    prove: () => {
      const typed = {
        fallbacks: FALLBACKS,
        contextWindowFallbacks: { 'gpt-4o': ['long'] },
        contentPolicyFallbacks: { 'gpt-4o': ['lenient'] },
      };
      assert.equal(groupAfter(LONG, typed), 'long');
      assert.equal(groupAfter(REFUSED, typed), 'lenient');
    },
  },
  {
    id: 'fallback.typed-silent',
    section: 'fallbacks',
    liteLlm:
      'A typed list without an entry for the model ends the search; without any typed list the ordinary fallbacks are used.',
    ours: 'The same.',
    why: null,
    prove: () => {
      const silent = { fallbacks: FALLBACKS, contextWindowFallbacks: { other: ['long'] } };
      assert.equal(groupAfter(LONG, silent), null);
      assert.equal(groupAfter(LONG, { fallbacks: FALLBACKS }), 'claude');
    },
  },
  {
    id: 'fallback.lookup',
    section: 'fallbacks',
    liteLlm:
      'Looked up by the name asked for (behind a wildcard, too), by that without its provider prefix, then by `*`; typed lists by the name alone.',
    ours: 'The same, in all lists; after the names by the longest pattern that fits.',
    why: 'A list for `openai/*` says plainly what it is meant for, and a typed list no less than another.',
    prove: () => {
      const context = { requestedFallbacks: [], fallbacks: 'allowed' } as const;
      const plan = (group: string, fallbacks: Readonly<Record<string, readonly string[]>>) =>
        planFallbacks(INTERNAL, startCallState(group), {
          ...context,
          router: routerConfig({ fallbacks, defaultFallbacks: ['last'] }),
        });
      assert.deepEqual(plan('openai/mini', { mini: ['claude'] }), ['claude']);
      assert.deepEqual(plan('openai/mini', {}), ['last']);
      const patterns = { 'openai/*': ['short'], 'openai/m*': ['long'], '*': ['any'] };
      assert.deepEqual(plan('openai/mini', patterns), ['long']);
      assert.deepEqual(plan('azure/mini', patterns), ['any']);
      assert.deepEqual(plan('openai/mini', { ...patterns, mini: ['named'] }), ['named']);
      const typed = routerConfig({ contextWindowFallbacks: { mini: ['long'] } });
      const state = startCallState('openai/mini', 'openai/*');
      assert.deepEqual(planFallbacks(LONG, state, { ...context, router: typed }), ['long']);
    },
  },
  {
    id: 'fallback.by-client',
    section: 'fallbacks',
    liteLlm: "A request's own `fallbacks` replace those of the configuration.",
    ours: 'The same, five at most.',
    why: null,
    prove: () => {
      const context = { requestedFallbacks: ['mine'] };
      assert.equal(groupAfter(INTERNAL, { fallbacks: FALLBACKS }, context), 'mine');
    },
  },
  {
    id: 'fallback.by-client-with-params',
    section: 'fallbacks',
    liteLlm: 'A fallback given as a map overrides fields of the request.',
    ours: 'The same. Addresses and credentials are refused there too.',
    why: null,
    prove: () => {
      const client = { model: 'x', messages: [], temperature: 1 };
      const body = parseClientBody(Buffer.from(JSON.stringify(client)), null);
      const changed = renderFallbackBody(body, { temperature: 0 });
      const sent = JSON.parse(changed.bytes.toString()) as { readonly temperature: number };
      assert.equal(sent.temperature, 0);
      const unsafe = { ...client, fallbacks: [{ model: 'y', api_key: 'sk' }] };
      assert.throws(() => parseClientBody(Buffer.from(JSON.stringify(unsafe)), null));
    },
  },
  {
    id: 'fallback.depth',
    section: 'fallbacks',
    liteLlm: '`max_fallbacks` bounds how deep fallbacks of fallbacks go (5).',
    ours: 'It bounds how many models are asked as a fallback at all; one that is cooling down or has no place is passed over and not counted.',
    why: 'With LiteLLM each level may try all of its targets, so that the whole is not bounded by it.',
    prove: () => {
      assert.equal(groupAfter(INTERNAL, { fallbacks: FALLBACKS, maxFallbacks: 0 }), null);
      assert.equal(groupAfter(INTERNAL, { fallbacks: FALLBACKS, maxFallbacks: 1 }), 'claude');
    },
  },
  {
    id: 'fallback.cycles',
    section: 'fallbacks',
    liteLlm:
      'Skips an entry that equals the model itself; a longer cycle runs until the depth ends it.',
    ours: 'No model is entered twice, not even under an alias.',
    why: 'A model that has just failed is the least likely to answer.',
    prove: () => {
      const router = routerConfig({
        retries: 0,
        fallbacks: { a: ['b'], b: ['a', 'alias'] },
        modelGroupAlias: { alias: 'a' },
      });
      const first = reduceAttempt(startCallState('a'), deployment({ id: 'id' }));
      const entered = { kind: 'fallback', group: 'b', waitingGroups: [] } as const;
      const state = reduceDecision(first, entered, INTERNAL);
      const context = { router, requestedFallbacks: [], fallbacks: 'allowed' } as const;
      assert.deepEqual(planFallbacks(INTERNAL, state, context), []);
    },
  },
  {
    id: 'fallback.original-error',
    section: 'fallbacks',
    liteLlm:
      'When all fallbacks fail the client sees the first error, or 429 where one says "No deployments available".',
    ours: 'The client sees the error of the model that it asked for.',
    why: 'A busy fallback says nothing about why the model itself failed.',
    prove: () => {
      const entered = { kind: 'fallback', group: 'b', waitingGroups: [] } as const;
      const state = reduceDecision(startCallState('a'), entered, MISTAKEN);
      const ended = reduceDecision(state, { kind: 'fail' }, INTERNAL);
      assert.equal(ended.originalFailure, MISTAKEN);
    },
  },
  {
    id: 'fallback.unknown-model',
    section: 'fallbacks',
    liteLlm:
      'The proxy refuses an unknown model with 400 before its `default_fallbacks` are looked at.',
    ours: 'The first default fallback serves it.',
    why: 'The setting promises it, and the router behind the proxy would do it.',
    prove: () => {
      const router = routerConfig({ defaultFallbacks: ['gpt-4o'] });
      const table = createRoutingTable([deployment({ id: 'x' })], router);
      const model = resolveModel('unheard-of', table);
      assert.equal(model.kind === 'known' ? model.group : null, 'gpt-4o');
    },
  },
  {
    id: 'fallback.filtered-answer',
    section: 'fallbacks',
    liteLlm:
      'A 200 with `finish_reason: content_filter` counts as refused content where the model has a fallback for that.',
    ours: 'The same, for whole answers; and the answer is kept, and given to the client when the fallbacks fail.',
    why: 'Part of an answer is more than an error, and it has been paid for.',
    prove: () => {
      const answer = (reason: string) =>
        Buffer.from(JSON.stringify({ choices: [{ finish_reason: reason }] }));
      assert.equal(isContentFiltered(answer('content_filter')), true);
      assert.equal(isContentFiltered(answer('stop')), false);
    },
  },
  {
    id: 'fallback.resting-group',
    section: 'fallbacks',
    liteLlm:
      'With no healthy deployment left a request is not retried, unless a policy names its failure.',
    ours: 'It goes to the fallback at once, whatever the policy.',
    why: 'There is nobody to retry with; the policy would only add waits.',
    prove: () => {
      const router = routerConfig({
        fallbacks: FALLBACKS,
        retriesByException: { InternalServerError: 5 },
      });
      assert.equal(decideAfter(1, INTERNAL, { router, available: 0 }).kind, 'fallback');
    },
  },
  {
    id: 'fallback.drills',
    section: 'fallbacks',
    liteLlm:
      '`mock_testing_fallbacks` and its kin, `mock_timeout` and `mock_response` play failures and answers.',
    ours: 'The same. No provider is asked, and no deployment is blamed for a played failure.',
    why: null,
    prove: () => {
      const kindOf = (word: string) => parseDrill({ [word]: true })?.groupFailure?.kind;
      assert.equal(kindOf('mock_testing_fallbacks'), 'provider_internal');
      assert.equal(kindOf('mock_testing_context_window_fallbacks'), 'provider_context_window');
      assert.equal(kindOf('mock_testing_content_policy_fallbacks'), 'provider_content_policy');
      assert.equal(parseDrill({ mock_timeout: true })?.timeout, 'each-attempt');
    },
  },
];
