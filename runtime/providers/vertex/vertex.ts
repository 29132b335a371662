import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import type { UpstreamRequest } from '../../ports';
import { authorizeByToken } from '../authorize-by-token';
import { parseBaseUrl } from '../base-url';
import type { BaseUrl } from '../base-url';
import type { PreparedProvider, Provider, ProviderContext, Unsupported } from '../provider';
import { translateAnswer } from '../translate/translate-answer';
import type { TranslatedCall, Translation } from '../translation';
import { UpstreamCall } from '../upstream-call';
import { selectVertexFormat } from './vertex-format';
import { renderVertexOrigin, selectVertexPlace } from './vertex-place';
import type { VertexPlace } from './vertex-place';

/** Vertex AI: Gemini, and the models of other publishers that Google runs. */
export const vertex: Provider = {
  prepare(
    deployment: DeploymentConfig,
    { variable, credentials }: ProviderContext,
  ): PreparedProvider | Unsupported {
    const place = selectVertexPlace(deployment, { variable });
    if ('reason' in place) return place;
    const base = parseBaseUrl(deployment.apiBase ?? renderVertexOrigin(place.location));
    if ('reason' in base) return base;
    const { privateKey: apiKey } = place;
    const call = new UpstreamCall(deployment, { base, apiKey, headers: [] });
    return {
      apiBase: call.apiBase,
      secrets: call.secrets,
      undisclosed: call.undisclosed,
      usageEvents: 'supported',
      toUpstream: (client, model, usageEvent = 'as-asked'): UpstreamRequest => {
        const format = selectVertexFormat(model);
        const { path, headers, body } = format.render({ call, client, model, usageEvent });
        return { origin: base.origin, path: renderPath(path, { base, place }), headers, body };
      },
      authorize: authorizeByToken(() => credentials.google(place.access)),
      translate,
    };
  },
};

function translate(call: TranslatedCall): Translation | null {
  const { dialect } = selectVertexFormat(call.providerModel);
  return dialect === null ? null : translateAnswer(dialect, call);
}

/** As LiteLLM has it, an `api_base` with a path leads to the very model, and the method alone is put behind it. */
function renderPath(
  path: string,
  { base, place }: { readonly base: BaseUrl; readonly place: VertexPlace },
): string {
  if (base.path !== '') return base.path + selectMethod(path);
  const project = encodeURIComponent(place.project);
  return `/v1/projects/${project}/locations/${place.location}/${path}`;
}

function selectMethod(path: string): string {
  const at = path.lastIndexOf(':');
  return at === -1 ? '' : path.slice(at);
}
