import { writeFileSync } from 'node:fs';
import { loadConfigText, parseGatewayConfig, type RoutingStrategy } from '../../lib/config';
import type { GatewayConfig } from '../../lib/config/gateway-config';
import { SpecError } from '../../lib/errors';
import { compareStrategies, type StrategyRun } from './compare-strategies';
import { ROUTING_STRATEGIES } from './routing-strategies';
import { checkInvariants } from './invariants';
import { parseScenario } from './parse-scenario';
import { renderPlot } from './render-plot';
import { renderReport } from './render-report';
import { selectSupported } from './simulated-gateway';
import { drawSwarm } from './swarm';
import { renderTrace } from './trace';

export interface SimulateOptions {
  /** Two files, or a world drawn from the seed. */
  readonly world:
    | { readonly kind: 'files'; readonly configPath: string; readonly scenarioPath: string }
    | { readonly kind: 'swarm' };
  readonly seed: number;
  /** Names of strategies; empty: the configuration's own. */
  readonly strategies: readonly string[];
  /** Where the trace of the first run goes; null: nowhere. */
  readonly tracePath: string | null;
  /** Where the plot goes, as SVG; null: nowhere. */
  readonly plotPath: string | null;
}

export interface SimulateOutcome {
  readonly text: string;
  readonly invariants: 'hold' | 'broken';
}

/** `litellm-ha simulate`. */
export async function simulate(options: SimulateOptions): Promise<SimulateOutcome> {
  const { seed } = options;
  const input =
    options.world.kind === 'swarm'
      ? drawSwarm(seed)
      : {
          config: loadConfig(options.world.configPath),
          scenario: parseScenario(
            loadConfigText(options.world.scenarioPath),
            options.world.scenarioPath,
          ),
          seed,
        };
  const strategies = parseStrategies(options.strategies, input.config.router.strategy);
  const runs = await compareStrategies(input, strategies);
  const first = runs[0];
  if (options.tracePath !== null && first !== undefined) {
    writeFileSync(options.tracePath, renderTrace(first.result.trace));
  }
  if (options.plotPath !== null) {
    writeFileSync(options.plotPath, renderPlot(runs.filter(({ sameAs }) => sameAs === null)));
  }
  const findings = runs.flatMap(describeViolations);
  const text = [
    ...describeSkipped(input.config),
    renderReport(runs),
    findings.length === 0 ? 'every invariant holds' : findings.join('\n'),
    '',
  ].join('\n');
  return { text, invariants: findings.length === 0 ? 'hold' : 'broken' };
}

/** Keys are not needed: nobody is really asked. */
function loadConfig(path: string): GatewayConfig {
  return parseGatewayConfig(loadConfigText(path), { environment: 'unresolved', fileName: path });
}

function parseStrategies(
  names: readonly string[],
  configured: RoutingStrategy,
): readonly RoutingStrategy[] {
  if (names.length === 0) return [configured];
  const unknown = names.filter((name) => !ROUTING_STRATEGIES.some((known) => known === name));
  if (unknown.length > 0) {
    throw new SpecError(
      'simulate',
      unknown.map((name) => ({
        rule: 'simulate.strategy',
        path: '--compare',
        allowed: 'name routing strategies',
        got: JSON.stringify(name),
        fix: `choose among ${ROUTING_STRATEGIES.join(', ')}`,
      })),
    );
  }
  return ROUTING_STRATEGIES.filter((known) => names.includes(known));
}

function describeSkipped(config: GatewayConfig): readonly string[] {
  const supported = selectSupported(config);
  return config.deployments
    .filter((deployment) => !supported.includes(deployment))
    .map(
      ({ id, provider }) => `skipped ${id}: provider ${provider} is not supported by this gateway`,
    );
}

function describeViolations({ name, result, sameAs }: StrategyRun): readonly string[] {
  if (sameAs !== null) return [];
  return checkInvariants(result).map(
    ({ invariant, finding }) => `${name} breaks ${invariant}: ${finding}`,
  );
}
