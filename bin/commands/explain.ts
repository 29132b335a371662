import { Command, Option } from 'commander';
import { AWS_TRAITS, GCP_TRAITS, GatewayConfig, K8S_TRAITS, LOCAL_TRAITS } from '../../lib';
import { planSingleRegion, resolveSpec } from '../../lib';
import { renderExplanation } from '../../lib/explain/render-explanation';

const TRAITS = { aws: AWS_TRAITS, gcp: GCP_TRAITS, k8s: K8S_TRAITS, local: LOCAL_TRAITS };

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
    .action((options: { config: string; target: keyof typeof TRAITS }) => {
      const traits = TRAITS[options.target];
      const config = GatewayConfig.fromFile(options.config);
      // Which secrets are given is the deployment's business; explaining takes them all as given.
      const secrets = Object.fromEntries(config.requiredEnvironment.map((name) => [name, name]));
      const { spec, warnings } = resolveSpec({ config, secrets }, traits);
      const topology = planSingleRegion(spec, traits);
      process.stdout.write(renderExplanation({ topology, traits, warnings }));
    });
}
