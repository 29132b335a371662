import type {
  DeploymentConfig,
  GatewayConfig,
  RouterConfig,
} from '../../lib/config/gateway-config';
import { parseGatewayConfig } from '../../lib/config/parse-gateway-config';
import type { Random } from '../ports';
import type { BehaviourRule, Fault, FaultKind, FaultWindow, Scenario } from './scenario';
import { FAULT_KINDS } from './scenario';
import {
  createSeededRandom,
  drawBetween,
  drawChance,
  drawOne,
  drawWhole,
  mixSeeds,
} from './seeded-random';
import { ROUTING_STRATEGIES } from './routing-strategies';
import type { SimulationInput } from './run-simulation';

const CONFIG = 11;
const SCENARIO = 12;
const STORM = 13;

/**
 * Draws a whole world from a seed: a configuration, its traffic and its misfortunes. Swarm testing: each world leaves
 * most kinds of fault out, because a few of them, often, find more than all of them at once.
 */
export function drawSwarm(seed: number): SimulationInput {
  const config = drawConfig(createSeededRandom(mixSeeds(seed, CONFIG)));
  const scenario = drawScenario(createSeededRandom(mixSeeds(seed, SCENARIO)), config.deployments);
  return { config, scenario, seed };
}

/**
 * The same with more traffic, and with most deployments or all of them down after a few seconds: who is still reached, and
 * what an outage is multiplied by. Without clients that leave, who would also end their calls' retries.
 */
export function drawStorm(seed: number): SimulationInput {
  const { config, scenario } = drawSwarm(seed);
  const random = createSeededRandom(mixSeeds(seed, STORM));
  const groups = [...new Set(config.deployments.map(({ modelName }) => modelName))];
  const downShare = drawOne(random, [1, 0.8, 0.6]);
  const down = config.deployments.filter(() => drawChance(random, downShare));
  return {
    config: {
      ...config,
      router: {
        ...config.router,
        cooldownsDisabled: drawChance(random, 0.5),
        fallbacks: drawChance(random, 0.7) ? renderChains(groups) : config.router.fallbacks,
        maxFallbacks: PLAIN.router.maxFallbacks,
      },
    },
    scenario: {
      load: {
        ...scenario.load,
        requestsPerSecond: drawWhole(random, 5, 40),
        durationSeconds: 40,
        abandonShare: 0,
        timeoutSeconds: null,
      },
      rules: [
        QUICK,
        ...down.map(({ id }): BehaviourRule => ({
          ...SAME,
          match: id,
          faults: [drawCrash(random)],
        })),
      ],
    },
    seed,
  };
}

/** Whatever fails may go to each of the others. */
function renderChains(groups: readonly string[]): RouterConfig['fallbacks'] {
  return Object.fromEntries(
    groups.map((group) => [group, groups.filter((other) => other !== group)]),
  );
}

function drawCrash(random: Random): Fault {
  const window = { fromSeconds: 3, toSeconds: 40, periodSeconds: null, share: 1 };
  const kind = drawOne(random, ['down', 'reset', 'status'] as const);
  return kind === 'status'
    ? { ...window, kind, status: drawOne(random, [500, 503, 429]), retryAfterSeconds: null }
    : { ...window, kind };
}

/** What a configuration says where it says nothing: what is not drawn is as it ships. */
const PLAIN = parseGatewayConfig(
  'model_list: [{ model_name: plain, litellm_params: { model: openai/plain } }]',
  { environment: 'unresolved' },
);
const [PLAIN_DEPLOYMENT] = PLAIN.deployments as [DeploymentConfig];

function drawConfig(random: Random): GatewayConfig {
  const groups = Array.from(
    { length: drawWhole(random, 1, 4) },
    (_, index) => `group-${index + 1}`,
  );
  const deployments = groups.flatMap((group) => drawGroup(random, group));
  return { ...PLAIN, deployments, router: drawRouter(random, groups) };
}

function drawGroup(random: Random, group: string): readonly DeploymentConfig[] {
  const weighted = drawChance(random, 0.2);
  const ordered = drawChance(random, 0.2);
  return Array.from({ length: drawWhole(random, 1, 5) }, (_, index) => ({
    ...PLAIN_DEPLOYMENT,
    id: `${group}-${index + 1}`,
    modelName: group,
    providerModel: group,
    litellmModel: `openai/${group}`,
    weight: weighted ? drawWhole(random, 1, 5) : null,
    order: ordered ? drawWhole(random, 1, 2) : null,
    timeoutSeconds: drawChance(random, 0.1) ? drawWhole(random, 2, 10) : null,
    retries: drawChance(random, 0.1) ? drawWhole(random, 0, 3) : null,
    cooldownSeconds: drawChance(random, 0.1) ? drawWhole(random, 1, 10) : null,
  }));
}

function drawRouter(random: Random, groups: readonly string[]): RouterConfig {
  const fallbacks = Object.fromEntries(
    groups.flatMap((group) => {
      const targets = groups.filter((target) => target !== group && drawChance(random, 0.4));
      return targets.length === 0 ? [] : [[group, targets]];
    }),
  );
  const last = groups.at(-1);
  return {
    ...PLAIN.router,
    strategy: drawChance(random, 0.5) ? 'simple-shuffle' : drawOne(random, ROUTING_STRATEGIES),
    retries: drawWhole(random, 0, 4),
    retryAfterSeconds: drawChance(random, 0.2) ? drawWhole(random, 1, 3) : 0,
    timeoutSeconds: drawWhole(random, 5, 30),
    streamTimeoutSeconds: drawChance(random, 0.3) ? drawWhole(random, 3, 10) : null,
    allowedFails: drawOne(random, [null, 0, 1, 3]),
    cooldownSeconds: drawWhole(random, 1, 10),
    cooldownsDisabled: drawChance(random, 0.05),
    retriesByException: drawChance(random, 0.2)
      ? { RateLimitError: drawWhole(random, 0, 3), InternalServerError: drawWhole(random, 0, 3) }
      : {},
    retryAfterSecondsByStatus: drawChance(random, 0.1) ? { '429': drawWhole(random, 1, 5) } : {},
    fallbacks: drawChance(random, 0.5) ? fallbacks : {},
    defaultFallbacks: drawChance(random, 0.2) && last !== undefined ? [last] : [],
    maxFallbacks: drawOne(random, [PLAIN.router.maxFallbacks, 0, 1, 2]),
  };
}

/** Traffic goes on after the last fault has gone, so that recovery can be seen. */
const FAULTS_END_SECONDS = 30;
const LOAD_SECONDS = 50;

function drawScenario(random: Random, deployments: readonly DeploymentConfig[]): Scenario {
  const kinds = FAULT_KINDS.filter(() => drawChance(random, 0.35));
  const troubled = drawBetween(random, 0.2, 1);
  return {
    load: {
      requestsPerSecond: drawBetween(random, 0.4, 1),
      durationSeconds: LOAD_SECONDS,
      arrivals: drawOne(random, ['poisson', 'constant']),
      streamShare: drawOne(random, [0, 0.5, 1]),
      models: null,
      abandonShare: drawOne(random, [0, 0, 0.2]),
      abandonWithinSeconds: drawBetween(random, 0.1, 4),
      timeoutSeconds: drawChance(random, 0.1) ? drawWhole(random, 4, 12) : null,
    },
    rules: [
      QUICK,
      ...deployments
        .filter(() => drawChance(random, troubled))
        .map(({ id }): BehaviourRule => {
          const faults = kinds.filter(() => drawChance(random, 0.6));
          return { ...SAME, match: id, faults: faults.map((kind) => drawFault(random, kind)) };
        }),
    ],
  };
}

const SAME: Omit<BehaviourRule, 'match' | 'faults'> = {
  firstTokenMs: null,
  tokenIntervalMs: null,
  promptTokens: null,
  tokens: null,
};

/** Short answers, so that many worlds fit into a minute. */
const QUICK: BehaviourRule = {
  match: '*',
  firstTokenMs: { kind: 'lognormal', median: 200, p99: 900 },
  tokenIntervalMs: { kind: 'constant', value: 50 },
  promptTokens: { kind: 'constant', value: 10 },
  tokens: { kind: 'normal', mean: 3, deviation: 1 },
  faults: [],
};

function drawFault(random: Random, kind: FaultKind['kind']): Fault {
  const fromSeconds = drawWhole(random, 0, FAULTS_END_SECONDS / 2);
  const window: FaultWindow = {
    fromSeconds,
    toSeconds: drawChance(random, 0.02)
      ? Infinity
      : drawWhole(random, fromSeconds + 5, FAULTS_END_SECONDS),
    periodSeconds: drawChance(random, 0.2) ? drawWhole(random, 1, 6) : null,
    share: drawOne(random, [1, 1, 0.5, 0.1]),
  };
  return { ...window, ...drawFaultKind(random, kind) };
}

function drawFaultKind(random: Random, kind: FaultKind['kind']): FaultKind {
  switch (kind) {
    case 'slow':
      return { kind, factor: drawWhole(random, 2, 20) };
    case 'brown-out':
      return { kind, factor: drawWhole(random, 1, 20), errorShare: random.next() };
    case 'status':
      return {
        kind,
        status: drawOne(random, [429, 500, 503, 529, 400, 401, 404, 408, 422]),
        retryAfterSeconds: drawChance(random, 0.4) ? drawWhole(random, 1, 8) : null,
      };
    case 'rate-limit':
      return { kind, requestsPerMinute: drawWhole(random, 0, 5) };
    case 'stall-mid-stream':
    case 'cut':
    case 'truncate':
      return { kind, afterTokens: drawWhole(random, 0, 3) };
    case 'error-event':
      return { kind, status: drawOne(random, [500, 429, 503, 400]) };
    case 'down':
    case 'reset':
    case 'stall':
      return { kind };
  }
}
