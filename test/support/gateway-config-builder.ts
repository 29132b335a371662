import type {
  DeploymentConfig,
  GatewayConfig,
  RouterConfig,
} from '../../lib/config/gateway-config';
import type { RequestShaping } from '../../lib/config/request-shaping';
import { EMPTY_PRICE_LIST } from '../../lib/prices';
import { NO_GUARDS } from './no-guards';

const ROUTER: RouterConfig = {
  strategy: 'simple-shuffle',
  retries: 2,
  retryAfterSeconds: 0,
  timeoutSeconds: 30,
  callTimeoutSeconds: null,
  streamTimeoutSeconds: null,
  streamIdleTimeoutSeconds: null,
  streamContentTimeoutSeconds: null,
  maxStreamSeconds: 3600,
  connectTimeoutSeconds: 5,
  allowedFails: null,
  allowedFailsByException: {},
  cooldownSeconds: 5,
  cooldownGrowth: 'growing',
  cooldownRules: { failureShare: 0.5, leastCalls: 5, loneLeastCalls: 1000 },
  cooldownsDisabled: false,
  retriesByException: {},
  retriesByGroup: {},
  retryAfterSecondsByStatus: {},
  fallbacks: {},
  contextWindowFallbacks: {},
  contentPolicyFallbacks: {},
  defaultFallbacks: [],
  maxFallbacks: 5,
  modelGroupAlias: {},
  hedging: null,
  hiddenAliases: [],
  latency: { ttlSeconds: 3600, buffer: 0, listSize: 10 },
  providerBudgets: {},
  tagFiltering: 'off',
  preCallChecks: 'off',
  rateLimits: 'by-strategy',
  defaultMaxParallelRequests: null,
  defaultPriority: 0,
  stickyBy: [],
  budgetUnpriced: 'estimate',
};

/** An OpenAI-like deployment; name what the test is about. */
export function deployment(
  parts: Partial<DeploymentConfig> & { readonly id: string },
): DeploymentConfig {
  return {
    modelName: 'gpt-4o',
    provider: 'openai',
    providerModel: 'gpt-4o',
    litellmModel: 'openai/gpt-4o',
    apiKey: 'sk-provider-canary',
    unsetVariables: [],
    apiBase: 'http://127.0.0.1:9',
    apiVersion: null,
    organization: null,
    weight: null,
    rpm: null,
    tpm: null,
    order: null,
    maxParallelRequests: null,
    timeoutSeconds: null,
    streamTimeoutSeconds: null,
    retries: null,
    cooldownSeconds: null,
    allowedFails: null,
    allowedFailsByException: {},
    healthCheck: { model: null, timeoutSeconds: 60, maxTokens: 5, background: 'on' },
    tags: [],
    inputCostPerToken: null,
    outputCostPerToken: null,
    otherCosts: {},
    priceList: EMPTY_PRICE_LIST,
    maxBudgetDollars: null,
    budgetSeconds: null,
    maxInputTokens: null,
    baseModel: null,
    region: null,
    responseSchemas: null,
    accessGroups: [],
    request: requestShaping(),
    otherParams: {},
    ...parts,
  };
}

/** Requests go out as clients send them; name what the test is about. */
export function requestShaping(parts: Partial<RequestShaping> = {}): RequestShaping {
  return {
    extraHeaders: [],
    extraBody: {},
    unsupported: 'refused',
    droppedPaths: [],
    allowedParams: [],
    clientHeaders: 'kept-back',
    clientOrganization: 'kept-back',
    secretValues: [],
    undisclosedValues: [],
    ...parts,
  };
}

export function routerConfig(parts: Partial<RouterConfig> = {}): RouterConfig {
  return { ...ROUTER, ...parts };
}

export function gatewayConfig(
  deployments: readonly DeploymentConfig[],
  router: Partial<RouterConfig> = {},
): GatewayConfig {
  return {
    deployments,
    router: routerConfig(router),
    general: {
      masterKey: null,
      databaseUrl: null,
      databaseReaderUrl: null,
      budgetEnforcement: 'estimated',
      staleKeys: 'serve',
      staleKeysSeconds: 86_400,
      databaseConnectionPoolLimit: 10,
      mostInFlight: null,
      healthChecks: {
        background: 'off',
        intervalSeconds: 300,
        concurrency: 8,
        details: 'full',
        routing: 'off',
        stalenessSeconds: 600,
        transientErrors: 'counted',
      },
    },
    guards: NO_GUARDS,
    cache: null,
    responseCache: null,
    environmentVariables: {},
    requiredEnvironment: [],
    warnings: [],
    acceptedWithout: [],
    canonicalYaml: '',
  };
}
