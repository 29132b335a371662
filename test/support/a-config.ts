import type { DeploymentConfig, GatewayConfig } from '../../lib/config/gateway-config';
import { deployment, gatewayConfig } from './gateway-config-builder';

/** A configuration as at synth: one OpenAI deployment whose key is referenced, LiteLLM's defaults around it. */
export function aConfig(overrides: Partial<GatewayConfig> = {}): GatewayConfig {
  return {
    ...gatewayConfig([aDeployment()], { timeoutSeconds: 600 }),
    requiredEnvironment: ['OPENAI_API_KEY'],
    canonicalYaml: 'model_list: []\n',
    ...overrides,
  };
}

export function aDeployment(overrides: Partial<DeploymentConfig> = {}): DeploymentConfig {
  return {
    ...deployment({ id: 'openai-1', litellmModel: 'gpt-4o', apiKey: 'os.environ/OPENAI_API_KEY' }),
    apiBase: null,
    ...overrides,
  };
}
