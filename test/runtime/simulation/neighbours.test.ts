import { findNeighbourDifference } from '../../../runtime/simulation/neighbours';
import { aConfig, aDeployment } from '../../support/a-config';
import { aWorld } from './a-world';

const MODELS = [
  aDeployment({ id: 'a', modelName: 'first' }),
  aDeployment({ id: 'b', modelName: 'second' }),
  aDeployment({ id: 'c', modelName: 'third' }),
];
const SCENARIO = [
  'load: { requests_per_second: 20, duration_seconds: 10 }',
  'deployments:',
  '  - { match: a, faults: [{ kind: down }] }',
  '  - { match: b, faults: [{ kind: down, share: 0.5 }] }',
].join('\n');

describe('findNeighbourDifference', () => {
  it('finds none between models that share nothing', async () => {
    expect(await findNeighbourDifference(aWorld(SCENARIO, { deployments: MODELS }))).toBeNull();
  });

  it('compares nothing where all lead to one model', async () => {
    const router = { ...aConfig().router, defaultFallbacks: ['third'] };
    const world = aWorld(SCENARIO, { deployments: MODELS, router });

    expect(await findNeighbourDifference(world)).toBe('alone');
  });

  it('finds where a shared limit is noticed', async () => {
    // One budget of spending for a whole provider is such a limit, and meant to be.
    const priced = MODELS.map((model) => ({
      ...model,
      inputCostPerToken: 1,
      outputCostPerToken: 1,
    }));
    const router = {
      ...aConfig().router,
      providerBudgets: { openai: { limitDollars: 1e5, windowSeconds: 86_400 } },
    };
    const world = aWorld(SCENARIO, { deployments: priced, router });

    expect(await findNeighbourDifference(world)).toMatch(/^line \d+ is .* once and /);
  });
});
