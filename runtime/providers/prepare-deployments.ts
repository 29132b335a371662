import type { DeploymentConfig } from '../../lib/config/gateway-config';
import { isUnsupported, type ProviderContext, type PreparedProvider } from './provider';
import { PROVIDERS } from './providers';

export interface PreparedDeployment {
  readonly config: DeploymentConfig;
  readonly provider: PreparedProvider;
}

/** A deployment that gets no requests, and why. */
export interface SkippedDeployment {
  readonly config: DeploymentConfig;
  /** `unsupported`: this gateway cannot. `incomplete`: its operator can mend it. */
  readonly kind: 'unsupported' | 'incomplete';
  readonly reason: string;
}

export interface PreparedDeployments {
  readonly prepared: readonly PreparedDeployment[];
  readonly skipped: readonly SkippedDeployment[];
}

/** Makes ready what can be served. What is skipped is the same for the check, for the start and for a request. */
export function prepareDeployments(
  deployments: readonly DeploymentConfig[],
  context: ProviderContext,
): PreparedDeployments {
  const prepared: PreparedDeployment[] = [];
  const skipped: SkippedDeployment[] = [];
  for (const config of deployments) {
    const made = prepare(config, context);
    if ('provider' in made) prepared.push(made);
    else skipped.push(made);
  }
  return { prepared, skipped };
}

function prepare(
  config: DeploymentConfig,
  context: ProviderContext,
): PreparedDeployment | SkippedDeployment {
  const dialect = PROVIDERS.get(config.provider);
  if (dialect === undefined) {
    const reason = `provider ${config.provider} is not supported by this gateway`;
    return { config, kind: 'unsupported', reason };
  }
  if (config.unsetVariables.length > 0) {
    const reason = `not set in the environment: ${config.unsetVariables.join(', ')}`;
    return { config, kind: 'incomplete', reason };
  }
  const provider = dialect.prepare(config, context);
  if (isUnsupported(provider)) return { config, kind: 'incomplete', reason: provider.reason };
  return { config, provider };
}

/** `deployment a (openai/gpt-4o) of gpt-4o: …`. */
export function describeSkipped({ config, reason }: SkippedDeployment): string {
  return `deployment ${config.id} (${config.litellmModel}) of ${config.modelName}: ${reason}`;
}
