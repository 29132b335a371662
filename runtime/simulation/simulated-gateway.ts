import { NO_CREDENTIALS } from '../credentials/no-credentials';
import type { ProviderContext } from '../providers/provider';
import type { DeploymentConfig, GatewayConfig } from '../../lib/config/gateway-config';
import { Dispatcher } from '../dispatch/dispatcher';
import { Fleet } from '../dispatch/fleet';
import type { Ports, Random, UpstreamRequest } from '../ports';
import { PROVIDERS } from '../providers/providers';
import { ScriptedUpstream, type RequestMark } from './scripted-upstream';
import { mixSeeds } from './seeded-random';
import { TraceRecorder } from './trace-recorder';
import type { Behaviour } from './scenario';
import type { VirtualClock } from './virtual-clock';

/** What is simulated is routing; nothing runs out of memory. */
const ENDLESS_MEMORY: Ports['memory'] = {
  take: () => undefined,
  give: () => undefined,
  hold: () => 'held',
  release: () => undefined,
};

export interface SimulatedGateway {
  readonly dispatcher: Dispatcher;
  readonly fleet: Fleet;
  readonly recorder: TraceRecorder;
}

export interface SimulatedGatewayParts {
  readonly config: GatewayConfig;
  readonly behaviours: ReadonlyMap<string, Behaviour>;
  readonly clock: VirtualClock;
  /** The router's chance. */
  readonly random: Random;
  readonly seed: number;
}

/** The real router with a scripted world around it. */
export function createSimulatedGateway(parts: SimulatedGatewayParts): SimulatedGateway {
  const { clock, random, seed } = parts;
  const config = redirectDeployments(parts.config);
  const recorder = new TraceRecorder({
    clock,
    deployments: config.deployments,
    health: () => fleet.health,
    isFailing: (id) => fleet.targets.get(id)?.budget.isFailing === true,
  });
  const behaviours = config.deployments.map(({ id }) => {
    const behaviour = parts.behaviours.get(id);
    if (behaviour === undefined) throw new Error(`deployment ${id} has no behaviour`);
    return behaviour;
  });
  const upstreamSeed = mixSeeds(seed, UPSTREAM);
  const ports: Ports = {
    clock,
    random,
    upstream: new ScriptedUpstream({
      clock,
      seed: upstreamSeed,
      behaviours,
      readMark,
      observer: recorder,
    }),
    memory: ENDLESS_MEMORY,
    credentials: NO_CREDENTIALS,
    writeLog: () => undefined,
  };
  const fleet = new Fleet(config, CONTEXT, clock);
  return { dispatcher: new Dispatcher(fleet, config.router, ports), fleet, recorder };
}

/** The deployments that a gateway would ask; the others it skips with a warning. */
export function selectSupported(config: GatewayConfig): readonly DeploymentConfig[] {
  return config.deployments.filter(({ provider }) => PROVIDERS.has(provider));
}

/** Content of a simulated request: tells the upstream which call it belongs to. */
export function renderCallMark(call: number): string {
  return `#${call}#`;
}

const UPSTREAM = 1;
const CONTEXT: ProviderContext = { variable: () => null, credentials: NO_CREDENTIALS };

/**
 * Every deployment gets an address of its own, by which the upstream knows it, and no real key. All speak OpenAI's
 * dialect: routing does not depend on the dialect, and keys that are not there must not matter.
 */
function redirectDeployments(config: GatewayConfig): GatewayConfig {
  return {
    ...config,
    deployments: selectSupported(config).map((deployment, index) => ({
      ...deployment,
      provider: 'openai',
      apiBase: `http://${index}.simulated`,
      apiKey: 'simulated-key',
    })),
  };
}

function readMark(request: UpstreamRequest): RequestMark {
  const { body } = request;
  const start = body.indexOf('#');
  const call = Number(body.toString('latin1', start + 1, body.indexOf('#', start + 1)));
  return {
    call,
    deployment: Number.parseInt(request.origin.slice('http://'.length), 10),
    delivery: body.includes('"stream":true') ? 'stream' : 'json',
  };
}
