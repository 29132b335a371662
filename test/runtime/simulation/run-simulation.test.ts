import { runSimulation } from '../../../runtime/simulation/run-simulation';
import { checkInvariants } from '../../../runtime/simulation/invariants';
import { renderTrace } from '../../../runtime/simulation/trace';
import { aConfig, aDeployment } from '../../support/a-config';
import { aGroup, aWorld } from './a-world';

const EASY = 'load: { requests_per_second: 5, duration_seconds: 40 }';

describe('runSimulation', () => {
  it('answers everything and shares it evenly when nothing is wrong', async () => {
    const { summary } = await runSimulation(
      aWorld('load: { requests_per_second: 20, duration_seconds: 60 }'),
    );

    expect(summary.requests).toBeGreaterThan(1000);
    expect(summary).toMatchObject({
      successRate: 1,
      attemptsPerRequest: 1,
      fallbacks: 0,
      failed: 0,
    });
    for (const { share, rests } of summary.deployments) {
      expect(Math.abs(share - 1 / 3)).toBeLessThan(0.05);
      expect(rests).toBe(0);
    }
  });

  it('gives the same trace for the same seed, and another for another', async () => {
    const world = aWorld(
      `${EASY}\ndeployments: [{ match: a, faults: [{ kind: down, share: 0.5 }] }]`,
    );

    const first = renderTrace((await runSimulation(world)).trace);
    const second = renderTrace((await runSimulation(world)).trace);
    const other = renderTrace((await runSimulation({ ...world, seed: 2 })).trace);

    expect(first.length).toBeGreaterThan(10_000);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  it('brings the same requests whatever the router does with them', async () => {
    const world = aWorld(EASY);
    const config = { ...world.config, deployments: aGroup('a') };

    const arrivals = (
      await Promise.all([runSimulation(world), runSimulation({ ...world, config })])
    ).map(({ trace }) => renderTrace(trace.filter(({ kind }) => kind === 'arrive')));

    expect(arrivals[0]).toBe(arrivals[1]);
  });

  it('keeps a dead deployment from the clients', async () => {
    const { summary } = await runSimulation(
      aWorld(`${EASY}\ndeployments: [{ match: b, faults: [{ kind: down }] }]`),
    );

    expect(summary.successRate).toBe(1);
    expect(summary.retries).toBeGreaterThan(0);
    expect(summary.deployments[1]).toMatchObject({ id: 'b', answered: 0 });
    expect(summary.deployments[1]?.rests).toBeGreaterThan(0);
  });

  it('moves to the fallback when a whole group is down', async () => {
    const { summary } = await runSimulation(
      aWorld(
        [
          'load: { requests_per_second: 5, duration_seconds: 40, models: { gpt-4o: 1 } }',
          'deployments: [{ match: gpt-4o, faults: [{ kind: down }] }]',
        ].join('\n'),
        {
          deployments: [
            ...aGroup('a', 'b'),
            aDeployment({ id: 'spare', modelName: 'gpt-4o-mini', litellmModel: 'gpt-4o-mini' }),
          ],
          router: { ...aConfig().router, fallbacks: { 'gpt-4o': ['gpt-4o-mini'] } },
        },
      ),
    );

    expect(summary.successRate).toBe(1);
    expect(summary.fallbacks).toBeGreaterThan(0);
    expect(summary.deployments.map(({ answered }) => answered > 0)).toEqual([false, false, true]);
  });

  it('lets clients leave, and their provider with them', async () => {
    const result = await runSimulation(
      aWorld(
        'load: { requests_per_second: 5, duration_seconds: 40, abandon_share: 1, abandon_within_seconds: 1 }',
      ),
    );

    expect(result.summary.abandoned).toBeGreaterThan(100);
    expect(checkInvariants(result)).toEqual([]);
    const aborted = result.trace.filter(
      (event) => event.kind === 'outcome' && event.end === 'aborted',
    );
    expect(aborted).toHaveLength(result.summary.abandoned);
  });

  it('counts what is spent, and what is spent in vain', async () => {
    const world = aWorld(
      [
        'load: { requests_per_second: 1, duration_seconds: 20, arrivals: constant, stream_share: 1 }',
        'deployments:',
        '  - { match: "*", tokens: 10, prompt_tokens: 100 }',
        '  - { match: "*", faults: [{ kind: cut, after_tokens: 4, from_seconds: 10 }] }',
      ].join('\n'),
      {
        deployments: [aDeployment({ inputCostPerToken: 0.01, outputCostPerToken: 0.1 })],
      },
    );

    const { summary } = await runSimulation(world);

    // Nine whole answers of 100 + 10 tokens, and eleven of which four came.
    expect(summary).toMatchObject({ requests: 20, successes: 9, cut: 11 });
    expect(summary.cost).toMatchObject({
      promptTokens: 2000,
      completionTokens: 9 * 10 + 11 * 4,
      wastedTokens: 11 * 104,
    });
    expect(summary.cost.dollars).toBeCloseTo(2000 * 0.01 + 134 * 0.1);
  });

  it('rejects a rule that fits no deployment', async () => {
    await expect(runSimulation(aWorld('deployments: [{ match: azure/* }]'))).rejects.toThrow(
      'scenario: 1 problem\n  - deployments[0].match must fit a deployment of the configuration, got "azure/*"; write an id, a model name, a model or an address, such as a, gpt-4o, b, c',
    );
  });

  it('rejects a model that is not configured', async () => {
    await expect(runSimulation(aWorld('load: { models: { gpt-5: 1 } }'))).rejects.toThrow(
      'scenario: 1 problem\n  - load.models.gpt-5 must be a model of the configuration, got "gpt-5"; write one of gpt-4o',
    );
  });

  it('rejects wildcards without the models asked for', async () => {
    const deployments = [aDeployment({ modelName: 'openai/*', providerModel: '*' })];

    await expect(runSimulation(aWorld('{}', { deployments }))).rejects.toThrow(
      'scenario: 1 problem\n  - load.models must name the models asked for when the configuration has wildcards only, got nothing; write a model and its weight, such as gpt-4o: 1',
    );
  });

  it('rejects a configuration of which nothing is supported', async () => {
    const deployments = [aDeployment({ provider: 'carrier-pigeon' })];

    await expect(runSimulation(aWorld('{}', { deployments }))).rejects.toThrow(
      'gateway configuration: 1 problem\n  - model_list must hold a deployment of a provider that this gateway supports, got none; add one, such as openai, azure or anthropic; docs/providers.md names them all',
    );
  });
});
