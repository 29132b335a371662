import { providerContext } from '../../support/provider-context';
import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import { GatewayError } from '../../../runtime/errors';
import { parseClientBody } from '../../../runtime/providers/client-body';
import { selectForwardable } from '../../../runtime/providers/client-headers';
import { PROVIDERS } from '../../../runtime/providers/providers';
import { isUnsupported } from '../../../runtime/providers/provider';
import { Redactor } from '../../../runtime/redact';
import { parameterFilter } from '../../../runtime/routing/filters/parameters';
import { renderForwardedHeaders } from '../../../runtime/upstream/forwarded-headers';
import { deployment, requestShaping } from '../../support/gateway-config-builder';
import { selectionContext } from '../../support/selection-context';
import type { ConformanceRule } from './conformance-rule';
import { equal } from './selections';

const section = 'parameters';
const NO_DEFAULTS = providerContext();

function parse(fields: object): ReturnType<typeof parseClientBody> {
  const json = { model: 'a', messages: [], ...fields };
  return parseClientBody(Buffer.from(JSON.stringify(json)), null);
}

/** What the provider gets of a body, without its model and its messages, and the headers that start with `x-`. */
function send(
  fields: object,
  parts: Partial<DeploymentConfig> = {},
): { readonly body: unknown; readonly headers: Readonly<Record<string, string>> } {
  const config = deployment({ id: 'x', providerModel: 'm', ...parts });
  const provider = PROVIDERS.get('openai')?.prepare(config, NO_DEFAULTS);
  if (provider === undefined) throw new Error('OpenAI is not supported');
  if (isUnsupported(provider)) throw new Error(provider.reason);
  const request = provider.toUpstream(parse(fields), config.providerModel);
  const {
    model: _,
    messages: __,
    ...body
  } = JSON.parse(request.body.toString()) as Record<string, unknown>;
  const headers: Record<string, string> = {};
  for (let at = 0; at < request.headers.length; at += 2) {
    const name = request.headers[at] ?? '';
    if (name.startsWith('x-')) headers[name] = request.headers[at + 1] ?? '';
  }
  return { body, headers };
}

function refusalOf(fields: object): string {
  try {
    parse(fields);
  } catch (error) {
    if (error instanceof GatewayError) return `${error.status} ${error.code}`;
    throw error;
  }
  return 'taken';
}

/** Who of a group may be asked. */
function askable(fields: object, candidates: readonly DeploymentConfig[]): readonly string[] {
  const context = selectionContext({ traits: parse(fields).traits });
  return parameterFilter.keep(candidates, context).map(({ id }) => id);
}

const O3 = deployment({ id: 'o3', providerModel: 'o3' });

export const PARAMETER_RULES: readonly ConformanceRule[] = [
  {
    id: 'parameters.own-fields',
    section,
    liteLlm:
      'Its own fields of a body (`tags`, `num_retries`, `model_info`, prices, …) are acted on or ignored, and never reach a provider.',
    ours: 'The same, by one table (`lib/config/request-fields.ts`); what is not in it is a provider’s own field and is sent.',
    why: null,
    prove: () => {
      const own = {
        tags: [],
        num_retries: 1,
        model_info: {},
        input_cost_per_token: 0,
        prompt_id: 'p',
      };
      equal(send({ ...own, top_k: 4, seed: 1 }).body, { top_k: 4, seed: 1 });
    },
  },
  {
    id: 'parameters.metadata',
    section,
    liteLlm:
      '`metadata` of a body is for its own books, and goes to OpenAI only with `enable_preview_features`.',
    ours: 'It goes to a provider with `store: true` alone, its texts as OpenAI takes them; without `store` OpenAI answers 400 to it.',
    why: 'Whoever has OpenAI store an answer wants to find it again.',
    prove: () => {
      equal(send({ metadata: { k: 'v' } }).body, {});
      equal(send({ metadata: { k: 'v', tags: ['a'] }, store: true }).body, {
        metadata: { k: 'v' },
        store: true,
      });
    },
  },
  {
    id: 'parameters.deployment',
    section,
    liteLlm:
      '`extra_headers`, `extra_body` and every further entry of `litellm_params` (`top_k`, `verbosity`) are sent; a request’s own parameter wins, `extra_body` over both.',
    ours: 'The same. `extra_body` cannot set what the gateway decides itself (`model`, `messages`, `stream`), nor raise a bound that a budget was set aside for.',
    why: null,
    prove: () => {
      const request = requestShaping({
        extraHeaders: [['x-a', '1']],
        extraBody: { p: { q: 1 }, n: 9 },
      });
      const otherParams = { top_k: 4, seed: 2 };
      const sent = send({ seed: 1, n: 1, p: 0 }, { request, otherParams });
      equal(sent, { body: { top_k: 4, seed: 1, n: 1, p: { q: 1 } }, headers: { 'x-a': '1' } });
    },
  },
  {
    id: 'parameters.unsupported',
    section,
    liteLlm:
      'A parameter that a model does not take is answered 400 `UnsupportedParamsError`, also where a sibling of the group takes it. `drop_params` drops it, `allowed_openai_params` sends it all the same.',
    ours: 'A sibling that takes it is asked; 400 only when there is none. The rest is the same.',
    why: 'A request fails only where nobody can answer it.',
    prove: () => {
      const chat = deployment({ id: 'chat', providerModel: 'gpt-4o' });
      equal(askable({ top_p: 0.5 }, [O3, chat]), ['chat']);
      equal(askable({ top_p: 0.5 }, [O3]), []);
      equal(askable({ top_p: 0.5, drop_params: true }, [O3]), ['o3']);
      equal(send({ top_p: 0.5, drop_params: true }, { providerModel: 'o3' }).body, {});
      const allowed = { top_p: 0.5, allowed_openai_params: ['top_p'] };
      equal(askable(allowed, [O3]), ['o3']);
      equal(send(allowed, { providerModel: 'o3' }).body, { top_p: 0.5 });
    },
  },
  {
    id: 'parameters.unknown-models',
    section,
    liteLlm:
      'A model that it does not know (`openai/llama-3` behind an address of one’s own) is taken for one of OpenAI’s without reasoning: `reasoning_effort`, `verbosity`, `store`, `prompt_cache_key` are refused.',
    ours: 'Everything is sent to a model that nobody knows, and `store` and `prompt_cache_key` to every model.',
    why: 'Whoever serves the model knows best what it takes.',
    prove: () => {
      const fields = { reasoning_effort: 'low', prompt_cache_key: 'k' };
      equal(askable(fields, [deployment({ id: 'own', providerModel: 'llama-3' })]), ['own']);
      equal(send(fields).body, fields);
    },
  },
  {
    id: 'parameters.max-tokens',
    section,
    liteLlm: '`max_tokens` goes to reasoning models as `max_completion_tokens`.',
    ours: 'The same.',
    why: null,
    prove: () => {
      equal(send({ max_tokens: 7 }, { providerModel: 'gpt-5' }).body, { max_completion_tokens: 7 });
      equal(send({ max_tokens: 7 }, { providerModel: 'gpt-4o' }).body, { max_tokens: 7 });
    },
  },
  {
    id: 'parameters.dropped-by-name',
    section,
    liteLlm:
      '`additional_drop_params` drops fields by name or by path (`tools[*].function.strict`).',
    ours: 'The same. A request’s own list is applied to its own fields before they are checked and priced.',
    why: null,
    prove: () => {
      const tools = [{ function: { strict: true } }];
      const dropped = {
        tools,
        user: 'u',
        additional_drop_params: ['user', 'tools[*].function.strict'],
      };
      equal(send(dropped).body, { tools: [{ function: {} }] });
    },
  },
  {
    id: 'parameters.client-credentials',
    section,
    liteLlm:
      'A request may bring its own `api_key`, with it its own `api_base`, and any `extra_headers`; an `api_base` alone needs `allow_client_side_credentials` or the deployment’s `configurable_clientside_auth_params`.',
    ours: 'Neither keys nor addresses are taken from a request (401), whatever the settings. Of `extra_headers` those are that start with `x-`, say nothing of keys or of proxies, and that the deployment does not set itself.',
    why: 'An address of the client’s own gets the gateway’s key, or reaches into its network.',
    prove: () => {
      equal(refusalOf({ api_key: 'sk' }), '401 client_credentials_refused');
      equal(refusalOf({ extra_body: { api_base: 'http://x' } }), '401 client_credentials_refused');
      equal(refusalOf({ extra_headers: { authorization: 'x' } }), '401 client_credentials_refused');
      const request = requestShaping({ extraHeaders: [['x-a', 'own']] });
      equal(send({ extra_headers: { 'x-a': '1', 'x-b': '2' } }, { request }).headers, {
        'x-a': 'own',
        'x-b': '2',
      });
    },
  },
  {
    id: 'parameters.guardrails',
    section,
    liteLlm: '`guardrails` of a request names checks; a name that it does not have is ignored.',
    ours: '400: this gateway has no guardrails. Taken out where the file accepts in writing to go without (`accept_without: [guardrails]`).',
    why: 'An answer that nobody checked must not look checked.',
    prove: () => {
      equal(refusalOf({ guardrails: ['pii'] }), '400 invalid_request');
      const bytes = Buffer.from(JSON.stringify({ model: 'a', messages: [], guardrails: ['pii'] }));
      equal(parseClientBody(bytes, null, 'taken-out').model, 'a');
    },
  },
  {
    id: 'parameters.client-headers',
    section,
    liteLlm:
      'With `forward_client_headers_to_llm_api`, for all models or for those of `model_group_settings`, a client’s `x-` headers go to the provider, save `x-stainless-`; `anthropic-beta` too.',
    ours: 'The same, save those that hold a key or speak to the gateway or of proxies before it (`x-api-key`, `x-litellm-`, `x-forwarded-`), and any whose value holds the client’s key.',
    why: 'A key to this gateway is nobody else’s business.',
    prove: () => {
      const rules = { clientHeaders: 'forwarded', clientOrganization: 'kept-back' } as const;
      const headers = {
        'x-mine': '1',
        'x-api-key': 'k',
        'x-litellm-tags': 'a',
        'x-forwarded-for': '::1',
        'x-stainless-os': 'x',
        'x-own': 'Bearer sk-client',
      };
      equal(selectForwardable(headers, rules, 'sk-client'), ['x-mine', '1']);
    },
  },
  {
    id: 'parameters.rate-limit-headers',
    section,
    liteLlm:
      '`x-ratelimit-` headers of the provider are passed on under their own name, beside those of the key’s own limits under longer names.',
    ours: 'The key’s own limits have the name where there are any; otherwise the provider’s. Both never stand beside each other.',
    why: 'A client that slows down by itself goes by the bound that holds for it.',
    prove: () => {
      const limit = { 'x-ratelimit-limit-requests': '9' };
      const named = (ownLimits: 'told' | 'none'): readonly string[] =>
        renderForwardedHeaders(limit, { redactor: new Redactor([]), ownLimits });
      equal(named('told'), ['llm_provider-x-ratelimit-limit-requests', '9']);
      equal(named('none').slice(2), ['x-ratelimit-limit-requests', '9']);
    },
  },
];
