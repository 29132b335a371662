import { renderDeploymentReport } from '../../../runtime/dispatch/render-deployment-report';
import { UNTRIED } from '../../../runtime/routing/health';
import { aLoad } from '../../support/a-load';

const NOW = { nowMs: 50_000, wallMs: 600_500 };

describe('renderDeploymentReport', () => {
  it('has nothing to tell of a deployment that is idle and well', () => {
    expect(renderDeploymentReport({ health: undefined, load: undefined }, NOW)).toBeNull();
    const idle = aLoad({ minute: 9, requests: 5, turn: { start: 1, finish: 2 } });
    expect(renderDeploymentReport({ health: UNTRIED, load: idle }, NOW)).toBeNull();
  });

  it('tells times of day of the future, and ages of the past', () => {
    const health = { ...UNTRIED, coolingUntilMs: 55_000, cooldownReason: 'rate-limit' } as const;
    const stream = { valueMs: 123.4, atMs: 49_000 };
    const old = { valueMs: 900, atMs: -60_000 };
    const load = aLoad({
      ...{ inFlight: 1, minute: 10, requests: 2, tokens: 3 },
      answers: { json: old, stream },
    });
    expect(renderDeploymentReport({ health, load }, NOW)).toEqual({
      ...{ inFlight: 1, minute: 10, requests: 2, tokens: 3 },
      restsUntilMs: 605_500,
      restReason: 'rate-limit',
      answers: { json: null, stream: { valueMs: 123, atMs: 1000 } },
    });
  });

  it('tells no rest that is over', () => {
    const health = { ...UNTRIED, coolingUntilMs: 50_000, cooldownReason: 'failures' } as const;
    const load = aLoad({ inFlight: 1 });
    expect(renderDeploymentReport({ health, load }, NOW)).toMatchObject({
      restsUntilMs: null,
      restReason: 'none',
    });
  });
});
