import { dirname, join } from 'node:path';
import { existsSync } from 'node:fs';
import { GatewayConfig } from '../lib';

/** What the apps of cdk.json, cdktf.json and cdk8s.yaml deploy; the environment names it, the example stands in. */
export interface DeploymentInput {
  readonly config: GatewayConfig;
  readonly domainName: string;
}

/** Reads `LITELLM_HA_CONFIG` (a file) and `LITELLM_HA_DOMAIN`. */
export function readDeploymentInput(): DeploymentInput {
  const example = join(packageRoot(), 'examples', 'config', 'getting-started.yaml');
  return {
    config: GatewayConfig.fromFile(process.env.LITELLM_HA_CONFIG ?? example),
    domainName: process.env.LITELLM_HA_DOMAIN ?? 'api.example.com',
  };
}

/** One handle for each reference of the configuration, by its NAME. */
export function mapReferences<Handle>(
  { config }: DeploymentInput,
  handleOf: (name: string) => Handle,
): Readonly<Record<string, Handle>> {
  return Object.fromEntries(config.requiredEnvironment.map((name) => [name, handleOf(name)]));
}

/** Compiled or not, the folder that holds package.json. */
export function packageRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
