import { Command } from 'commander';
import { simulate } from '../../runtime/simulation/simulate';

interface Options {
  readonly config?: string;
  readonly scenario?: string;
  readonly seed: string;
  readonly compare?: string;
  readonly trace?: string;
  readonly plot?: string;
  readonly swarm?: true;
}

/** `litellm-ha simulate`: what users of a configuration see while its providers misbehave. */
export function simulateCommand(): Command {
  return new Command('simulate')
    .description('run the router through a scenario of failing providers, in virtual time')
    .option('--config <file>', 'a LiteLLM config.yaml')
    .option('--scenario <file>', 'load and faults, see docs/simulation.md')
    .option('--seed <number>', 'chance; the same seed gives the same run', '1')
    .option('--compare <strategies>', 'routing strategies, separated by commas')
    .option('--trace <file>', 'write every event of the first run, one JSON line each')
    .option('--plot <file>', 'write the course of each run as SVG')
    .option('--swarm', 'draw configuration and scenario from the seed instead')
    .action(async ({ config, scenario, ...options }: Options, command: Command) => {
      const seed = Number(options.seed);
      if (!Number.isSafeInteger(seed)) command.error('--seed must be a whole number');
      if (!options.swarm && (!config || !scenario)) command.error('give --config and --scenario');
      const files = { configPath: config ?? '', scenarioPath: scenario ?? '' };
      const { text, invariants } = await simulate({
        world: options.swarm ? { kind: 'swarm' } : { kind: 'files', ...files },
        seed,
        strategies: options.compare?.split(',').map((name) => name.trim()) ?? [],
        tracePath: options.trace ?? null,
        plotPath: options.plot ?? null,
      });
      process.stdout.write(text);
      if (invariants === 'broken') process.exitCode = 1;
    });
}
