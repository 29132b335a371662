import type { DeploymentConfig } from '../../lib/config/gateway-config';
import type { UpstreamRequest } from '../ports';
import { parseBaseUrl } from './base-url';
import type { ClientBody } from './client-body';
import type { PreparedProvider, Provider, ProviderContext, Unsupported } from './provider';
import { UpstreamCall } from './upstream-call';

const OPENAI_ORIGIN = 'https://api.openai.com';
const OPENAI_API_BASE = `${OPENAI_ORIGIN}/v1`;

/** OpenAI itself, and with `api_base` everything that speaks like it. */
export const openai: Provider = {
  prepare(
    deployment: DeploymentConfig,
    { variable }: ProviderContext,
  ): PreparedProvider | Unsupported {
    const apiBase =
      deployment.apiBase ??
      variable('OPENAI_BASE_URL') ??
      variable('OPENAI_API_BASE') ??
      OPENAI_API_BASE;
    const base = parseBaseUrl(apiBase);
    if ('reason' in base) return base;
    const apiKey = deployment.apiKey ?? variable('OPENAI_API_KEY');
    if (apiKey === null) return { reason: 'api_key is not set, and neither is OPENAI_API_KEY' };
    const { organization } = deployment;
    const headers = ['authorization', `Bearer ${apiKey}`];
    if (organization !== null) headers.push('openai-organization', organization);
    const call = new UpstreamCall(deployment, { base, apiKey, headers });
    const path = `${base.path}/chat/completions`;
    return {
      apiBase: call.apiBase,
      secrets: call.secrets,
      undisclosed: call.undisclosed,
      // Others that speak like OpenAI may refuse a field that they do not know.
      usageEvents: base.origin === OPENAI_ORIGIN ? 'supported' : 'unknown',
      toUpstream: (body: ClientBody, providerModel, usageEvent = 'as-asked'): UpstreamRequest => ({
        origin: base.origin,
        path,
        headers: call.headers(body),
        body: call.body(body, { providerModel, usageEvent }),
      }),
      authorize: null,
      translate: null,
    };
  },
};
