import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import type { UpstreamRequest } from '../../ports';
import { parseBaseUrl } from '../base-url';
import type { BaseUrl } from '../base-url';
import type { ClientBody } from '../client-body';
import type { PreparedProvider, Provider, ProviderContext, Unsupported } from '../provider';
import { UpstreamCall } from '../upstream-call';
import type { OpenAiFormat } from './table';

const ENDPOINT = '/chat/completions';

/** A provider that speaks OpenAI's format, as its row of the table says. */
export function createOpenAiFormatProvider(name: string, format: OpenAiFormat): Provider {
  return {
    prepare: (deployment, context) => prepare({ name, format }, deployment, context),
  };
}

interface Row {
  readonly name: string;
  readonly format: OpenAiFormat;
}

function prepare(
  { name, format }: Row,
  deployment: DeploymentConfig,
  { variable }: ProviderContext,
): PreparedProvider | Unsupported {
  const address = deployment.apiBase ?? firstOf(format.baseVariables, variable) ?? format.base;
  if (address === null) {
    return { reason: `api_base is not set${describeVariables(format.baseVariables)}` };
  }
  const base = parseBaseUrl(address);
  if ('reason' in base) return base;
  const apiKey = deployment.apiKey ?? firstOf(format.keyVariables, variable);
  if (apiKey === null && format.key === 'required') {
    return { reason: `api_key is not set${describeVariables(format.keyVariables)}` };
  }
  const headers = apiKey === null ? [] : format.showKey(apiKey, base);
  if (name === 'openai' && deployment.organization !== null) {
    headers.push('openai-organization', deployment.organization);
  }
  const call = new UpstreamCall(deployment, { base, apiKey, headers, dialect: format.body });
  const path = renderPath(format, base, deployment);
  return {
    apiBase: call.apiBase,
    secrets: call.secrets,
    undisclosed: call.undisclosed,
    // Others that speak like OpenAI may refuse a field that they do not know.
    usageEvents: base.origin === OPENAI_ORIGIN ? 'supported' : format.usageEvents,
    toUpstream: (body: ClientBody, providerModel, usageEvent = 'as-asked'): UpstreamRequest => ({
      origin: base.origin,
      path,
      headers: call.headers(body),
      body: call.body(body, { providerModel: format.renderModel(providerModel), usageEvent }),
    }),
    authorize: null,
    translate: null,
  };
}

const OPENAI_ORIGIN = 'https://api.openai.com';

/** An address may lead to the API's base, or to the very endpoint. */
function renderPath(
  format: OpenAiFormat,
  { path, query }: BaseUrl,
  { apiVersion }: DeploymentConfig,
): string {
  const prefix = path.endsWith(format.prefix) ? path : path + format.prefix;
  const endpoint = path.endsWith(ENDPOINT) ? path : prefix + ENDPOINT;
  const hasVersion = new URLSearchParams(query).has('api-version');
  const version =
    format.apiVersion === 'in-query' && apiVersion !== null && !hasVersion
      ? `api-version=${encodeURIComponent(apiVersion)}`
      : '';
  const parts = [query.slice(1), version].filter((part) => part !== '');
  return parts.length === 0 ? endpoint : `${endpoint}?${parts.join('&')}`;
}

function firstOf(names: readonly string[], variable: ProviderContext['variable']): string | null {
  for (const name of names) {
    const value = variable(name);
    if (value !== null) return value;
  }
  return null;
}

/** `, and neither is GROQ_API_KEY`. */
function describeVariables(names: readonly string[]): string {
  return names.length === 0 ? '' : `, and neither is ${names.join(' or ')}`;
}
