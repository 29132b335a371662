import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import type { UpstreamRequest } from '../../ports';
import { authorizeByToken } from '../authorize-by-token';
import { parseBaseUrl } from '../base-url';
import type { ClientBody } from '../client-body';
import type { PreparedProvider, Provider, ProviderContext, Unsupported } from '../provider';
import { UpstreamCall } from '../upstream-call';
import { selectEntra } from './entra';
import type { EntraIdentity } from './entra';

/** LiteLLM's default where neither the deployment nor `AZURE_API_VERSION` names one. */
const AZURE_API_VERSION = '2024-07-01-preview';
/** Versions are dates; the ones before refuse `stream_options`. */
const USAGE_EVENTS_SINCE = '2024-09-01';
const DEPLOYMENTS = '/openai/deployments';
const V1 = '/openai/v1';

/** Azure OpenAI: the model is the name of a deployment, which stands in the path or, with the v1 API, in the body. */
export const azure: Provider = {
  prepare(
    deployment: DeploymentConfig,
    { variable, credentials }: ProviderContext,
  ): PreparedProvider | Unsupported {
    const apiBase = deployment.apiBase ?? variable('AZURE_API_BASE');
    if (apiBase === null) return { reason: 'api_base is not set, and neither is AZURE_API_BASE' };
    const base = parseBaseUrl(apiBase);
    if ('reason' in base) return base;
    const entra = selectEntra(deployment.otherParams, variable);
    if ('reason' in entra) return entra;
    const shown = selectKey(deployment, entra, variable);
    if (shown === null && entra.kind === 'none') return { reason: WITHOUT_KEY };
    const { apiKey, headers } = shown ?? { apiKey: null, headers: [] };
    const version = deployment.apiVersion ?? variable('AZURE_API_VERSION');
    const { renderPath, usageEvents } = base.path.endsWith(V1)
      ? planV1(base.path, version)
      : planDeployments(base.path, version ?? AZURE_API_VERSION);
    const call = new UpstreamCall(deployment, { base, apiKey, headers });
    return {
      apiBase: call.apiBase,
      secrets: call.secrets,
      undisclosed: call.undisclosed,
      usageEvents,
      toUpstream: (body: ClientBody, providerModel, usageEvent = 'as-asked'): UpstreamRequest => ({
        origin: base.origin,
        path: renderPath(providerModel),
        headers: call.headers(body),
        body: call.body(body, { providerModel, usageEvent }),
      }),
      authorize:
        shown === null && entra.kind !== 'none'
          ? authorizeByToken(() => credentials.azure(entra.access))
          : null,
      translate: null,
    };
  },
};

interface ShownKey {
  readonly apiKey: string;
  readonly headers: readonly string[];
}

const WITHOUT_KEY =
  'api_key, azure_ad_token and client_secret are not set, and neither is AZURE_OPENAI_API_KEY or AZURE_API_KEY, nor an identity of Entra';

/** Null: no key and no fixed token, or the deployment names an identity, which a key of the environment does not replace. */
function selectKey(
  { apiKey: ownKey, otherParams }: DeploymentConfig,
  entra: EntraIdentity,
  variable: ProviderContext['variable'],
): ShownKey | null {
  const token = otherParams.azure_ad_token;
  if (ownKey === null && typeof token !== 'string' && entra.kind === 'named') return null;
  const apiKey = ownKey ?? (typeof token === 'string' ? null : selectVariableKey(variable));
  if (apiKey !== null) return { apiKey, headers: ['api-key', apiKey] };
  const shown = typeof token === 'string' ? token : variable('AZURE_AD_TOKEN');
  if (shown === null) return null;
  return { apiKey: shown, headers: ['authorization', `Bearer ${shown}`] };
}

/** In LiteLLM's order. */
function selectVariableKey(variable: ProviderContext['variable']): string | null {
  return variable('AZURE_OPENAI_API_KEY') ?? variable('AZURE_API_KEY');
}

interface Plan {
  readonly renderPath: (model: string) => string;
  readonly usageEvents: PreparedProvider['usageEvents'];
}

/** The v1 API has no versions, save the word `preview`. */
function planV1(basePath: string, version: string | null): Plan {
  const query = version === 'preview' || version === 'latest' ? `?api-version=${version}` : '';
  const path = `${basePath}/chat/completions${query}`;
  return { renderPath: () => path, usageEvents: 'supported' };
}

/** `api_base` may be the resource alone, or already lead to its deployments or to one of them. */
function planDeployments(basePath: string, version: string): Plan {
  const at = basePath.indexOf(DEPLOYMENTS);
  const prefix = at === -1 ? basePath + DEPLOYMENTS : basePath.slice(0, at + DEPLOYMENTS.length);
  const query = `?api-version=${encodeURIComponent(version)}`;
  return {
    renderPath: (model) => `${prefix}/${encodeURIComponent(model)}/chat/completions${query}`,
    usageEvents: version < USAGE_EVENTS_SINCE ? 'unsupported' : 'unknown',
  };
}
