import type { DeploymentConfig } from '../../lib/config/gateway-config';
import type { UpstreamRequest } from '../ports';
import { parseBaseUrl } from './base-url';
import type { ClientBody } from './client-body';
import type { Provider, ProviderDefaults, Speaker, Unspeakable } from './provider';
import { UpstreamCall } from './upstream-call';

const OPENAI_ORIGIN = 'https://api.openai.com';
const OPENAI_API_BASE = `${OPENAI_ORIGIN}/v1`;

/** OpenAI itself, and with `api_base` everything that speaks like it. */
export const openai: Provider = {
  prepare(deployment: DeploymentConfig, defaults: ProviderDefaults): Speaker | Unspeakable {
    const apiBase = deployment.apiBase ?? defaults.openaiApiBase ?? OPENAI_API_BASE;
    const base = parseBaseUrl(apiBase);
    if ('reason' in base) return base;
    const apiKey = deployment.apiKey ?? defaults.openaiApiKey;
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
      usageEvents: base.origin === OPENAI_ORIGIN ? 'spoken' : 'unknown',
      toUpstream: (body: ClientBody, providerModel, usageEvent = 'as-asked'): UpstreamRequest => ({
        origin: base.origin,
        path,
        headers: call.headers(body),
        body: call.body(body, { providerModel, usageEvent }),
      }),
    };
  },
};
