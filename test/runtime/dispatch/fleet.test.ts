import type { RoutingStrategy } from '../../../lib/config/gateway-config';
import type { SimulationInput } from '../../../runtime/simulation/run-simulation';
import { planLoad } from '../../../runtime/simulation/plan-load';
import { resolveBehaviours } from '../../../runtime/simulation/resolve-behaviours';
import { createSeededRandom } from '../../../runtime/simulation/seeded-random';
import { SimulatedClient } from '../../../runtime/simulation/simulated-client';
import {
  createSimulatedGateway,
  selectSpoken,
} from '../../../runtime/simulation/simulated-gateway';
import type { SimulatedGateway } from '../../../runtime/simulation/simulated-gateway';
import { drawSwarm } from '../../../runtime/simulation/swarm';
import { VirtualClock } from '../../../runtime/simulation/virtual-clock';
import { STRATEGIES } from '../../../runtime/routing/strategies/strategies';

const NAMES = Object.keys(STRATEGIES) as readonly RoutingStrategy[];

/** A whole world of faults, until the last request has ended; hands over the gateway that it left behind. */
async function play({ config, scenario, seed }: SimulationInput): Promise<SimulatedGateway> {
  const clock = new VirtualClock();
  const behaviours = resolveBehaviours(scenario, selectSpoken(config));
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
