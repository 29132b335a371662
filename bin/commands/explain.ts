import { Command, Option } from 'commander';
import { AWS_TRAITS, GCP_TRAITS, GatewayConfig, K8S_TRAITS, LOCAL_TRAITS } from '../../lib';
import {
  explainDescription,
  EXPLAINED_DATA_MODES,
  EXPLAINED_PATTERNS,
  type DescriptionToExplain,
} from '../../lib/explain/explain-description';

const TRAITS = { aws: AWS_TRAITS, gcp: GCP_TRAITS, k8s: K8S_TRAITS, local: LOCAL_TRAITS };

interface ExplainOptions extends Omit<DescriptionToExplain, 'config'> {
  readonly config: string;
  readonly target: keyof typeof TRAITS;
}

/** `litellm-ha explain`: the topology a configuration gets on a target, its promises with their arithmetic. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('show the topology, what it promises and why')
    .requiredOption('--config <file>', 'a LiteLLM config.yaml')
    .addOption(
      new Option('--target <target>', 'where it would run')
        .choices(Object.keys(TRAITS))
        .default('aws'),
    )
    .addOption(
      new Option('--pattern <pattern>', 'how many regions, and what each is for')
        .choices(EXPLAINED_PATTERNS)
        .default('single-region'),
    )
    .option('--regions <name...>', 'regions of the other patterns, the first one first', [])
    .addOption(
      new Option('--data-mode <mode>', 'where keys, budgets and spend are kept')
        .choices(EXPLAINED_DATA_MODES)
        .default('shared-writer'),
    )
    .action(({ target, config, ...pattern }: ExplainOptions) => {
      const text = explainDescription(
        { ...pattern, config: GatewayConfig.fromFile(config) },
        TRAITS[target],
      );
      process.stdout.write(text);
    });
}
