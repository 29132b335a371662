import type {
  DeploymentConfig,
  GatewayConfig,
  RouterConfig,
} from '../../lib/config/gateway-config';

const ROUTER: RouterConfig = {
  strategy: 'simple-shuffle',
  retries: 2,
  retryAfterSeconds: 0,
  timeoutSeconds: 30,
  streamTimeoutSeconds: null,
  allowedFails: null,
  cooldownSeconds: 5,
  cooldownsDisabled: false,
  retriesByException: {},
  retryAfterSecondsByStatus: {},
  fallbacks: {},
  contextWindowFallbacks: {},
  contentPolicyFallbacks: {},
  defaultFallbacks: [],
  maxFallbacks: 5,
  modelGroupAlias: {},
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
    tags: [],
    otherParams: {},
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
    general: { masterKey: null, databaseUrl: null, databaseConnectionPoolLimit: 10 },
    cache: null,
    environmentVariables: {},
    requiredEnvironment: [],
    warnings: [],
    canonicalYaml: '',
  };
}
