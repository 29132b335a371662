import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import type { UpstreamRequest } from '../../ports';
import { parseBaseUrl } from '../base-url';
import type { ClientBody } from '../client-body';
import type { PreparedProvider, Provider, ProviderContext, Unsupported } from '../provider';
import { translateAnswer } from '../translate/translate-answer';
import { UpstreamCall } from '../upstream-call';
import { withBetas } from '../messages-api/betas';
import { MESSAGES_DIALECT } from '../messages-api/dialect';
import { renderMessagesRequest } from '../messages-api/request';

const API_BASE = 'https://api.anthropic.com';
const VERSION = '2023-06-01';
/** Tokens of Anthropic's own sign-in, which are shown like those of OAuth. */
const OAUTH_TOKEN = 'sk-ant-oat';

/** Anthropic's own API. */
export const anthropic: Provider = {
  prepare(
    deployment: DeploymentConfig,
    { variable }: ProviderContext,
  ): PreparedProvider | Unsupported {
    const base = parseBaseUrl(
      deployment.apiBase ??
        variable('ANTHROPIC_API_BASE') ??
        variable('ANTHROPIC_BASE_URL') ??
        API_BASE,
    );
    if ('reason' in base) return base;
    const apiKey =
      deployment.apiKey ?? variable('ANTHROPIC_API_KEY') ?? variable('ANTHROPIC_AUTH_TOKEN');
    if (apiKey === null) return { reason: 'api_key is not set, and neither is ANTHROPIC_API_KEY' };
    const isToken = apiKey.startsWith(OAUTH_TOKEN) || apiKey === variable('ANTHROPIC_AUTH_TOKEN');
    const shown = isToken ? ['authorization', `Bearer ${apiKey}`] : ['x-api-key', apiKey];
    const headers = [...shown, 'anthropic-version', VERSION];
    const call = new UpstreamCall(deployment, { base, apiKey, headers });
    const path = renderPath(base.path);
    return {
      apiBase: call.apiBase,
      secrets: call.secrets,
      undisclosed: call.undisclosed,
      usageEvents: 'supported',
      toUpstream: (client: ClientBody, providerModel): UpstreamRequest => {
        const { body, betas } = renderMessagesRequest(call.shape(client), providerModel);
        const stream = client.delivery === 'stream';
        return {
          origin: base.origin,
          path,
          headers: withBetas(call.headers(client), isToken ? [...betas, OAUTH_BETA] : betas),
          body: Buffer.from(JSON.stringify({ model: providerModel, ...body, stream })),
        };
      },
      authorize: null,
      translate: (answered) => translateAnswer(MESSAGES_DIALECT, answered),
    };
  },
};

const OAUTH_BETA = 'oauth-2025-04-20';

/** The base may lead to the API's root, to its version, or to the very endpoint. */
function renderPath(basePath: string): string {
  if (basePath.endsWith('/messages')) return basePath;
  return basePath.endsWith('/v1') ? `${basePath}/messages` : `${basePath}/v1/messages`;
}
