import { renderReplicationMetrics } from '../../../../operations/failover/aws/replication-metrics';
import type { ReplicationReport } from '../../../../operations/replication/keep-replication';

const REPORT: ReplicationReport = {
  region: 'us-east-1',
  peers: [
    { peer: 'eu-west-1', state: 'kept', lagSeconds: 0.5, detail: 'rows of eu-west-1 arrive' },
    { peer: 'ap-southeast-2', state: 'failed', lagSeconds: null, detail: 'not reached' },
  ],
  heldBack: [{ peer: 'ap-southeast-2', bytes: 1024 }],
};

function render(report: ReplicationReport | null): readonly unknown[] {
  return renderReplicationMetrics({
    gateway: 'litellm',
    region: 'us-east-1',
    report,
    nowMs: 1_764_000_000_000,
  }).map((line) => JSON.parse(line) as unknown);
}

function line(
  fields: Readonly<Record<string, string | number>>,
  [name, unit, ...dimensions]: readonly [string, string, ...string[]],
): unknown {
  return {
    _aws: {
      Timestamp: 1_764_000_000_000,
      CloudWatchMetrics: [
        {
          Namespace: 'LitellmHa',
          Dimensions: [dimensions],
          Metrics: [{ Name: name, Unit: unit }],
        },
      ],
    },
    ...fields,
  };
}

describe('renderReplicationMetrics', () => {
  it('tells failures, lag and what is kept for others, and nothing of what is not known', () => {
    expect(render(REPORT)).toEqual([
      line({ Gateway: 'litellm', Region: 'us-east-1', ReplicationFailures: 1 }, [
        'ReplicationFailures',
        'Count',
        'Gateway',
        'Region',
      ]),
      line({ Gateway: 'litellm', From: 'eu-west-1', To: 'us-east-1', ReplicationLag: 0.5 }, [
        'ReplicationLag',
        'Seconds',
        'Gateway',
        'From',
        'To',
      ]),
      line(
        { Gateway: 'litellm', From: 'us-east-1', To: 'ap-southeast-2', ReplicationHeldBack: 1024 },
        ['ReplicationHeldBack', 'Bytes', 'Gateway', 'From', 'To'],
      ),
    ]);
  });

  it('tells a run that could not begin as a failure, and of no lag', () => {
    expect(render(null)).toEqual([
      line({ Gateway: 'litellm', Region: 'us-east-1', ReplicationFailures: 1 }, [
        'ReplicationFailures',
        'Count',
        'Gateway',
        'Region',
      ]),
    ]);
  });
});
