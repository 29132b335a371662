import type { DeploymentConfig } from '../../lib/config/gateway-config';
import { isUnspeakable, type ProviderDefaults, type Speaker } from './provider';
import { PROVIDERS } from './providers';

export interface PreparedDeployment {
  readonly config: DeploymentConfig;
  readonly speaker: Speaker;
}

/** A deployment that gets no requests, and why. */
export interface SkippedDeployment {
  readonly config: DeploymentConfig;
  /** `unspoken`: this gateway cannot. `incomplete`: its operator can mend it. */
  readonly kind: 'unspoken' | 'incomplete';
  readonly reason: string;
}

export interface PreparedDeployments {
  readonly prepared: readonly PreparedDeployment[];
  readonly skipped: readonly SkippedDeployment[];
}

/** Makes ready what can be served. What is skipped is the same for the check, for the start and for a request. */
export function prepareDeployments(
  deployments: readonly DeploymentConfig[],
  defaults: ProviderDefaults,
): PreparedDeployments {
  const prepared: PreparedDeployment[] = [];
  const skipped: SkippedDeployment[] = [];
  for (const config of deployments) {
    const made = prepare(config, defaults);
    if ('speaker' in made) prepared.push(made);
    else skipped.push(made);
  }
  return { prepared, skipped };
}

function prepare(
  config: DeploymentConfig,
  defaults: ProviderDefaults,
): PreparedDeployment | SkippedDeployment {
  const provider = PROVIDERS.get(config.provider);
  if (provider === undefined) {
    const reason = `provider ${config.provider} is not spoken by this gateway`;
    return { config, kind: 'unspoken', reason };
  }
  if (config.unsetVariables.length > 0) {
    const reason = `not set in the environment: ${config.unsetVariables.join(', ')}`;
    return { config, kind: 'incomplete', reason };
  }
  const speaker = provider.prepare(config, defaults);
  if (isUnspeakable(speaker)) return { config, kind: 'incomplete', reason: speaker.reason };
  return { config, speaker };
}

/** `deployment a (openai/gpt-4o) of gpt-4o: …`. */
export function describeSkipped({ config, reason }: SkippedDeployment): string {
  return `deployment ${config.id} (${config.litellmModel}) of ${config.modelName}: ${reason}`;
}
