import { providerContext } from '../../support/provider-context';
import type { RoutingStrategy } from '../../../lib/config/gateway-config';
import { Fleet } from '../../../runtime/dispatch/fleet';
import type { SimulationInput } from '../../../runtime/simulation/run-simulation';
import { planLoad } from '../../../runtime/simulation/plan-load';
import { resolveBehaviours } from '../../../runtime/simulation/resolve-behaviours';
import { createSeededRandom } from '../../../runtime/simulation/seeded-random';
import { SimulatedClient } from '../../../runtime/simulation/simulated-client';
import {
  createSimulatedGateway,
  selectSupported,
} from '../../../runtime/simulation/simulated-gateway';
import type { SimulatedGateway } from '../../../runtime/simulation/simulated-gateway';
import { drawSwarm } from '../../../runtime/simulation/swarm';
import { VirtualClock } from '../../../runtime/simulation/virtual-clock';
import { STRATEGIES } from '../../../runtime/routing/strategies/strategies';
import type { ReplicaReport } from '../../../runtime/state/replica-report';
import { failure } from '../../support/failure-builder';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';
import { ManualClock } from '../../support/manual-clock';

const NAMES = Object.keys(STRATEGIES) as readonly RoutingStrategy[];

/** A whole world of faults, until the last request has ended; hands over the gateway that it left behind. */
async function play({ config, scenario, seed }: SimulationInput): Promise<SimulatedGateway> {
  const clock = new VirtualClock();
  const behaviours = resolveBehaviours(scenario, selectSupported(config));
  const random = createSeededRandom(seed);
  const gateway = createSimulatedGateway({ config, behaviours, clock, random, seed });
  const client = new SimulatedClient({
    gateway,
    clock,
    router: config.router,
    timeoutSeconds: scenario.load.timeoutSeconds,
  });
  const models = [...new Set(config.deployments.map(({ modelName }) => modelName))];
  let asked = 0;
  for (const arrival of planLoad(scenario.load, models, seed)) {
    clock.after(arrival.atMs, () => void client.send(arrival).then(() => (asked += 1)));
  }
  await clock.run(() => undefined);
  expect(asked).toBeGreaterThan(0);
  return gateway;
}

describe('what is in flight', () => {
  it('is nothing again at the end of every world, whatever the strategy and the faults', async () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const world = drawSwarm(seed);
      const strategy = NAMES[seed % NAMES.length] ?? 'simple-shuffle';
      // Few places, so that requests wait for them as well.
      const defaultMaxParallelRequests = seed % 3 === 0 ? 1 : null;
      const router = { ...world.config.router, strategy, defaultMaxParallelRequests };
      const { fleet } = await play({ ...world, config: { ...world.config, router } });
      const loads = [...fleet.ledger.loads];
      expect(loads.some(([, { turn }]) => turn.finish > 0)).toBe(true);
      const left = loads.filter(([, { inFlight }]) => inFlight !== 0).map(([id]) => id);
      expect({ seed, strategy, left }).toEqual({ seed, strategy, left: [] });
    }
  }, 120_000);
});

/** A replica with two deployments, either of which rests after one rate limit. */
class Replica {
  readonly fleet: Fleet;

  constructor(
    readonly boot: string,
    readonly clock: ManualClock,
  ) {
    const config = gatewayConfig([deployment({ id: 'a' }), deployment({ id: 'b' })]);
    this.fleet = new Fleet(config, providerContext(), clock);
  }

  get report(): ReplicaReport {
    const atMs = this.clock.wallMs();
    return { boot: this.boot, atMs, directoryPosition: null, deployments: this.fleet.reports };
  }

  target(id: string): Parameters<Fleet['recordSuccess']>[0] {
    const target = this.fleet.targets.get(id);
    if (target === undefined) throw new Error(`there is no deployment ${id}`);
    return target;
  }

  hear(...others: readonly Replica[]): void {
    this.fleet.adopt({ reports: others.map(({ report }) => report) });
  }
}

function replicas(): readonly [ManualClock, Replica, Replica] {
  const clock = new ManualClock();
  clock.advance(1000);
  return [clock, new Replica('one', clock), new Replica('two', clock)];
}

const LIMITED = failure({ kind: 'provider_rate_limit', status: 429, retryAfterMs: 8000 });

describe('Fleet', () => {
  it('lets a deployment rest that rests at another replica, as long as it does there', () => {
    const [clock, one, two] = replicas();
    one.fleet.recordFailure(one.target('a'), LIMITED);
    two.hear(one);
    expect(two.fleet.breakerOf(two.target('a'))).toBe('rate-limited');
    expect(two.fleet.health.get('a')?.coolingUntilMs).toBe(9000);
    expect(two.fleet.stateOf(two.target('b'))).toBe('healthy');
    clock.advance(8000);
    expect(two.fleet.breakerOf(two.target('a'))).toBe('half-open');
  });

  it('ends the rest as soon as the other replica does, or is gone', () => {
    const [, one, two] = replicas();
    one.fleet.recordFailure(one.target('a'), failure({ kind: 'provider_authentication' }));
    two.hear(one);
    expect(two.fleet.breakerOf(two.target('a'))).toBe('open');
    one.fleet.recordCheck(one.target('a'), null);
    two.hear(one);
    expect(two.fleet.breakerOf(two.target('a'))).toBe('half-open');
    one.fleet.recordFailure(one.target('a'), failure({ kind: 'provider_authentication' }));
    two.hear(one);
    two.hear();
    expect(two.fleet.breakerOf(two.target('a'))).toBe('half-open');
  });

  it("never tells another's rest on as its own, or it would never end", () => {
    const [clock, one, two] = replicas();
    one.fleet.recordFailure(one.target('a'), LIMITED);
    for (let second = 0; second < 30; second += 1) {
      two.hear(one);
      one.hear(two);
      expect(two.report.deployments['a']?.restsUntilMs ?? null).toBeNull();
      clock.advance(1000);
    }
    expect(one.fleet.breakerOf(one.target('a'))).not.toBe('rate-limited');
    expect(two.fleet.breakerOf(two.target('a'))).not.toBe('rate-limited');
  });

  it('does not ask for another probe each time it hears of the same rest', () => {
    const [clock, one, two] = replicas();
    one.fleet.recordFailure(one.target('a'), LIMITED);
    two.hear(one);
    two.fleet.recordStart(two.target('a'));
    two.fleet.recordSuccess(two.target('a'));
    clock.advance(1000);
    two.hear(one);
    clock.advance(7000);
    expect(two.fleet.breakerOf(two.target('a'))).toBe('closed');
  });

  it('counts what is in flight at others, and tells of its own alone', () => {
    const [, one, two] = replicas();
    const sent = { delivery: 'json', promptTokens: 10 } as const;
    one.fleet.ledger.recordStart(one.target('a').config, sent);
    two.fleet.ledger.recordStart(two.target('a').config, sent);
    two.hear(one);
    one.hear(two);
    expect(two.fleet.ledger.loads.get('a')?.inFlight).toBe(2);
    expect(two.report.deployments).toEqual({
      a: expect.objectContaining({ inFlight: 1, requests: 1, tokens: 10 }) as unknown,
    });
  });
});
