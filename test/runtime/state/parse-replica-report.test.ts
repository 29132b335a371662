import { MOST_REPORT_BYTES, parseReplicaReport } from '../../../runtime/state/parse-replica-report';
import type { ReplicaReport } from '../../../runtime/state/replica-report';

const REPORT: ReplicaReport = {
  boot: 'b1',
  atMs: 5_000_000,
  directoryPosition: '17',
  deployments: {
    a: {
      inFlight: 3,
      minute: 83,
      requests: 7,
      tokens: 900,
      restsUntilMs: 5_004_000,
      restReason: 'rate-limit',
      answers: { json: null, stream: { valueMs: 250, atMs: 40 } },
    },
  },
};

const read = (value: unknown): ReplicaReport | null =>
  parseReplicaReport({ text: JSON.stringify(value), ageMs: 600, wallMs: 1_000_000 });

describe('parseReplicaReport', () => {
  it("moves times to the reader's clock, however wrong the writer's is", () => {
    expect(read(REPORT)).toEqual({
      ...REPORT,
      atMs: 999_400,
      deployments: {
        a: {
          ...REPORT.deployments['a'],
          restsUntilMs: 1_003_400,
          answers: { json: null, stream: { valueMs: 250, atMs: 640 } },
        },
      },
    });
  });

  it.each([
    ['no JSON', '{"boot":'],
    ['another shape', '[]'],
    ['a negative count', JSON.stringify(withDeployment({ inFlight: -1 }))],
    ['a count that is no number', JSON.stringify(withDeployment({ tokens: 'many' }))],
    ['a reason unknown', JSON.stringify(withDeployment({ restReason: 'tired' }))],
    ['a time beyond all calendars', JSON.stringify(withDeployment({ restsUntilMs: 1e300 }))],
    ['more than fits', ' '.repeat(MOST_REPORT_BYTES) + JSON.stringify(REPORT)],
  ])('takes %s for nothing', (_, text) => {
    expect(parseReplicaReport({ text, ageMs: 0, wallMs: 0 })).toBeNull();
  });
});

function withDeployment(parts: Readonly<Record<string, unknown>>): unknown {
  return { ...REPORT, deployments: { a: { ...REPORT.deployments['a'], ...parts } } };
}
