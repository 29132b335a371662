import { Command } from 'commander';
import { describeWarning } from '../../lib';
import { loadConfigText, parseGatewayConfig } from '../../lib/config';

/** `litellm-ha check`: reads a configuration as the gateway would, and says what is wrong and what has a better form. */
export function checkCommand(): Command {
  return new Command('check')
    .description('read a configuration and name everything wrong in it')
    .requiredOption('--config <file>', "a LiteLLM config.yaml, or the guide's dialect of it")
    .option('--with-environment', 'also demand that every os.environ/NAME is set here')
    .action((options: { config: string; withEnvironment?: true }) => {
      const config = parseGatewayConfig(loadConfigText(options.config), {
        environment: options.withEnvironment ? process.env : 'unresolved',
        fileName: options.config,
      });
      const needs = config.requiredEnvironment;
      const lines = [
        `${options.config}: ${config.deployments.length} deployments of ${countModels(config.deployments)} models, ${config.warnings.length} warnings`,
        ...config.warnings.map((warning) => `  - ${describeWarning(warning)}`),
        ...(needs.length > 0 ? [`needs in the environment: ${needs.join(', ')}`] : []),
      ];
      process.stdout.write(`${lines.join('\n')}\n`);
    });
}

function countModels(deployments: readonly { readonly modelName: string }[]): number {
  return new Set(deployments.map((deployment) => deployment.modelName)).size;
}
