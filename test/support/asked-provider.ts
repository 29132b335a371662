import type { DeploymentConfig } from '../../lib/config/gateway-config';
import { parseClientBody } from '../../runtime/providers/client-body';
import { isUnsupported } from '../../runtime/providers/provider';
import type { PreparedProvider, Provider } from '../../runtime/providers/provider';
import { deployment } from './gateway-config-builder';
import { providerContext } from './provider-context';

export type Variables = Readonly<Record<string, string>>;

export const JSON_BODY = parseClientBody(
  Buffer.from('{"model":"a","messages":[{"role":"user","content":"Hi"}]}'),
  null,
);

/** A deployment made ready; a text: why it cannot be asked. */
export function prepareProvider(
  provider: Provider,
  parts: Partial<DeploymentConfig>,
  variables: Variables = {},
): PreparedProvider | string {
  const config = deployment({ id: 'x', apiBase: null, apiKey: null, ...parts });
  const prepared = provider.prepare(config, providerContext(variables));
  return isUnsupported(prepared) ? prepared.reason : prepared;
}

export interface Asked {
  readonly url: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: readonly string[];
}

/** What reaches the provider; a text: why nothing can. */
export function askProvider(
  prepared: PreparedProvider | string,
  model: string,
  body = JSON_BODY,
): Asked | string {
  if (typeof prepared === 'string') return prepared;
  const { origin, path, body: bytes, headers } = prepared.toUpstream(body, model);
  return { url: origin + path, body: JSON.parse(bytes.toString()) as Asked['body'], headers };
}
