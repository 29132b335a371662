import type { GatewayConfig } from '../../lib/config/gateway-config';
import { SpecError, type Problem } from '../../lib/errors';
import type { Random } from '../ports';
import { createRoutingTable } from '../routing/routing-table';
import { resolveModel } from '../routing/resolve-model';
import { planLoad } from './plan-load';
import { resolveBehaviours } from './resolve-behaviours';
import type { Behaviour, Scenario } from './scenario';
import { createSeededRandom, mixSeeds } from './seeded-random';
import { SimulatedClient } from './simulated-client';
import { createSimulatedGateway, selectSupported } from './simulated-gateway';
import { summarize, type Summary } from './summarize';
import type { Trace } from './trace';
import { VirtualClock } from './virtual-clock';

export interface SimulationInput {
  readonly config: GatewayConfig;
  readonly scenario: Scenario;
  readonly seed: number;
}

export interface SimulationResult extends SimulationInput {
  /** How each deployment was made to behave, by id. */
  readonly behaviours: ReadonlyMap<string, Behaviour>;
  readonly trace: Trace;
  readonly summary: Summary;
  /** The gateway's own counters at the end, by deployment. */
  readonly metrics: ReadonlyMap<string, DeploymentCounts>;
}

export interface DeploymentCounts {
  readonly successes: number;
}

const NONE_SUPPORTED: Problem = {
  rule: 'scenario.providers',
  path: 'model_list',
  allowed: 'hold a deployment of a provider that this gateway supports',
  got: 'none',
  fix: 'add one, such as openai, azure or anthropic; docs/providers.md names them all',
};

const ROUTER = 2;
const LOAD = 3;

/**
 * Runs the real router through a scenario. The same input gives the same trace, to the byte. `random` is the router's
 * chance.
 */
export async function runSimulation(
  input: SimulationInput,
  random: Random = createSeededRandom(mixSeeds(input.seed, ROUTER)),
): Promise<SimulationResult> {
  const { config, scenario, seed } = input;
  const supported = selectSupported(config);
  const models = resolveModels(input);
  const behaviours = resolveBehaviours(scenario, supported);
  const clock = new VirtualClock();
  const gateway = createSimulatedGateway({
    config,
    behaviours,
    clock,
    random,
    seed,
  });
  const client = new SimulatedClient({
    gateway,
    clock,
    router: config.router,
    timeoutSeconds: scenario.load.timeoutSeconds,
  });
  const failures: unknown[] = [];
  for (const arrival of planLoad(scenario.load, models, mixSeeds(seed, LOAD))) {
    clock.after(arrival.atMs, () => {
      client.send(arrival).catch((error: unknown) => failures.push(error));
    });
  }
  await clock.run(() => gateway.recorder.recordCooldowns());
  // A request must end in an answer or an error; an exception is a bug of the router, or of this simulator.
  if (failures.length > 0) throw failures[0];
  const { trace } = gateway.recorder;
  return {
    ...input,
    behaviours,
    trace,
    summary: summarize(trace, supported),
    metrics: new Map(
      [...gateway.fleet.targets].map(([id, { metrics }]) => [
        id,
        { successes: readSuccesses(metrics) },
      ]),
    ),
  };
}

/** The gateway's counter as a scraper would read it. */
function readSuccesses(metrics: { renderSuccesses(): string }): number {
  return Number(metrics.renderSuccesses().trim().split(' ').at(-1));
}

/** Which models are asked for; names that the configuration does not know are refused, as typos. */
function resolveModels({ config, scenario }: SimulationInput): readonly string[] {
  const supported = selectSupported(config);
  if (supported.length === 0) throw new SpecError('gateway configuration', [NONE_SUPPORTED]);
  const table = createRoutingTable(supported, config.router);
  if (scenario.load.models === null) {
    const names = [...new Set(supported.map(({ modelName }) => modelName))];
    const plain = names.filter((name) => !name.includes('*'));
    if (plain.length > 0) return plain;
    throw new SpecError('scenario', [
      {
        rule: 'scenario.models',
        path: 'load.models',
        allowed: 'name the models asked for when the configuration has wildcards only',
        got: 'nothing',
        fix: 'write a model and its weight, such as gpt-4o: 1',
      },
    ]);
  }
  const names = Object.keys(scenario.load.models);
  const unknown = names.filter((name) => resolveModel(name, table).kind === 'unknown');
  if (unknown.length === 0) return names;
  throw new SpecError(
    'scenario',
    unknown.map((name) => ({
      rule: 'scenario.models',
      path: `load.models.${name}`,
      allowed: 'be a model of the configuration',
      got: JSON.stringify(name),
      fix: `write one of ${[...table.groups.keys()].join(', ')}`,
    })),
  );
}
