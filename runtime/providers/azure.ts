import type { DeploymentConfig } from '../../lib/config/gateway-config';
import type { UpstreamRequest } from '../ports';
import { parseBaseUrl } from './base-url';
import type { ClientBody } from './client-body';
import type { PreparedProvider, Provider, ProviderContext, Unsupported } from './provider';
import { UpstreamCall } from './upstream-call';

/** LiteLLM's default where neither the deployment nor `AZURE_API_VERSION` names one. */
const AZURE_API_VERSION = '2024-07-01-preview';
/** Versions are dates; the ones before refuse `stream_options`. */
const USAGE_EVENTS_SINCE = '2024-09-01';
const DEPLOYMENTS = '/openai/deployments';

/** Azure OpenAI: the model is the name of a deployment and stands in the path. */
export const azure: Provider = {
  prepare(
    deployment: DeploymentConfig,
    { variable }: ProviderContext,
  ): PreparedProvider | Unsupported {
    const apiBase = deployment.apiBase ?? variable('AZURE_API_BASE');
    if (apiBase === null) return { reason: 'api_base is not set, and neither is AZURE_API_BASE' };
    const base = parseBaseUrl(apiBase);
    if ('reason' in base) return base;
    const apiKey = deployment.apiKey ?? variable('AZURE_API_KEY');
    if (apiKey === null) return { reason: 'api_key is not set, and neither is AZURE_API_KEY' };
    const version = deployment.apiVersion ?? variable('AZURE_API_VERSION') ?? AZURE_API_VERSION;
    const query = `?api-version=${encodeURIComponent(version)}`;
    const prefix = renderDeploymentsPath(base.path);
    const call = new UpstreamCall(deployment, { base, apiKey, headers: ['api-key', apiKey] });
    return {
      apiBase: call.apiBase,
      secrets: call.secrets,
      undisclosed: call.undisclosed,
      usageEvents: version < USAGE_EVENTS_SINCE ? 'unsupported' : 'unknown',
      toUpstream: (body: ClientBody, providerModel, usageEvent = 'as-asked'): UpstreamRequest => ({
        origin: base.origin,
        path: `${prefix}/${encodeURIComponent(providerModel)}/chat/completions${query}`,
        headers: call.headers(body),
        body: call.body(body, { providerModel, usageEvent }),
      }),
      authorize: null,
      translate: null,
    };
  },
};

/** `api_base` may be the resource alone, or already lead to its deployments or to one of them. */
function renderDeploymentsPath(basePath: string): string {
  const at = basePath.indexOf(DEPLOYMENTS);
  return at === -1 ? basePath + DEPLOYMENTS : basePath.slice(0, at + DEPLOYMENTS.length);
}
