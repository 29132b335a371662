import { readNeighbours } from '../../../runtime/dispatch/read-neighbours';
import type { DeploymentReport, ReplicaReport } from '../../../runtime/state/replica-report';
import { deployment, routerConfig } from '../../support/gateway-config-builder';

const TOLD: DeploymentReport = {
  inFlight: 2,
  minute: 9,
  requests: 3,
  tokens: 40,
  restsUntilMs: null,
  restReason: 'none',
  answers: { json: null, stream: { valueMs: 300, atMs: 1500 } },
};

const report = (boot: string, deployments: ReplicaReport['deployments']): ReplicaReport => ({
  boot,
  atMs: 0,
  directoryPosition: null,
  deployments,
});

const CONTEXT = {
  deployments: new Map([['a', { config: deployment({ id: 'a' }) }]]),
  router: routerConfig(),
  nowMs: 20_000,
  wallMs: 1_700_000_000_000,
};

describe('readNeighbours', () => {
  it("adds up what all say, in this replica's own time", () => {
    const reports = [report('x', { a: TOLD }), report('y', { a: { ...TOLD, tokens: 2 } })];
    expect([...readNeighbours({ reports }, CONTEXT).loads]).toEqual([
      [
        'a',
        {
          inFlight: 4,
          minute: 9,
          requests: 6,
          tokens: 42,
          answers: { json: null, stream: { valueMs: 300, atMs: 18_500 } },
        },
      ],
    ]);
  });

  it('takes the longest rest', () => {
    const rest = (afterMs: number): DeploymentReport => ({
      ...TOLD,
      restsUntilMs: CONTEXT.wallMs + afterMs,
      restReason: 'failures',
    });
    const reports = [report('x', { a: rest(4000) }), report('y', { a: rest(2000) })];
    expect(readNeighbours({ reports }, CONTEXT).rests.get('a')).toEqual({
      untilMs: 24_000,
      reason: 'failures',
    });
  });

  it('takes nothing over for a deployment it does not have', () => {
    const { loads, rests } = readNeighbours({ reports: [report('x', { b: TOLD })] }, CONTEXT);
    expect([loads.size, rests.size]).toEqual([0, 0]);
  });
});
