import type { DeploymentConfig, GatewayConfig } from '../../lib/config/gateway-config';

/** One OpenAI deployment whose key is referenced, with LiteLLM's defaults around it. */
export function aConfig(overrides: Partial<GatewayConfig> = {}): GatewayConfig {
  return {
    deployments: [aDeployment()],
    router: {
      strategy: 'simple-shuffle',
      retries: 2,
      retryAfterSeconds: 0,
      timeoutSeconds: 600,
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
    },
    general: { masterKey: null, databaseUrl: null, databaseConnectionPoolLimit: 10 },
    cache: null,
    environmentVariables: {},
    requiredEnvironment: ['OPENAI_API_KEY'],
    warnings: [],
    canonicalYaml: 'model_list: []\n',
    ...overrides,
  };
}

export function aDeployment(overrides: Partial<DeploymentConfig> = {}): DeploymentConfig {
  return {
    id: 'openai-1',
    modelName: 'gpt-4o',
    provider: 'openai',
    providerModel: 'gpt-4o',
    litellmModel: 'gpt-4o',
    apiKey: 'os.environ/OPENAI_API_KEY',
    apiBase: null,
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
    ...overrides,
  };
}
