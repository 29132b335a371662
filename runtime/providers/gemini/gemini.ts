import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import type { UpstreamRequest } from '../../ports';
import { parseBaseUrl } from '../base-url';
import type { ClientBody } from '../client-body';
import type { PreparedProvider, Provider, ProviderContext, Unsupported } from '../provider';
import { translateAnswer } from '../translate/translate-answer';
import { UpstreamCall } from '../upstream-call';
import { GENERATE_CONTENT_DIALECT, renderMethod } from '../generate-content/dialect';
import { renderGenerateContent } from '../generate-content/request';

const API_BASE = 'https://generativelanguage.googleapis.com/v1beta';

/** Google AI Studio: Gemini by an API key. */
export const gemini: Provider = {
  prepare(
    deployment: DeploymentConfig,
    { variable }: ProviderContext,
  ): PreparedProvider | Unsupported {
    const base = parseBaseUrl(deployment.apiBase ?? variable('GEMINI_API_BASE') ?? API_BASE);
    if ('reason' in base) return base;
    const apiKey = deployment.apiKey ?? variable('GOOGLE_API_KEY') ?? variable('GEMINI_API_KEY');
    if (apiKey === null) return { reason: 'api_key is not set, and neither is GEMINI_API_KEY' };
    // In the address, where Google takes it too, it would end up in logs.
    const headers = ['x-goog-api-key', apiKey];
    const call = new UpstreamCall(deployment, { base, apiKey, headers });
    return {
      apiBase: call.apiBase,
      secrets: call.secrets,
      undisclosed: call.undisclosed,
      usageEvents: 'supported',
      toUpstream: (client: ClientBody, providerModel): UpstreamRequest => ({
        origin: base.origin,
        path: `${base.path}/${renderModel(providerModel)}${renderMethod(client.delivery)}`,
        headers: call.headers(client),
        body: Buffer.from(JSON.stringify(renderGenerateContent(call.shape(client), providerModel))),
      }),
      authorize: null,
      translate: (answered) => translateAnswer(GENERATE_CONTENT_DIALECT, answered),
    };
  },
};

/** `models/gemini-2.5-pro`; a tuned model is named with its collection. */
function renderModel(model: string): string {
  const [, collection = 'models', name = model] = /^(models|tunedModels)\/(.+)$/.exec(model) ?? [];
  return `${collection}/${encodeURIComponent(name)}`;
}
