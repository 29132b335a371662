import type { AwsCall } from './aws-call';
import type { Replication } from './executor-ports';
import type { DatabaseSettings } from './executor-settings';

interface GlobalCluster {
  readonly Status?: string;
  readonly GlobalClusterMembers?: readonly {
    readonly DBClusterArn?: string;
    readonly IsWriter?: boolean;
  }[];
}

/** Aurora: the writer moves within the database that spans regions, and what was the writer follows again by itself. */
export function createAuroraReplication(
  call: AwsCall,
  region: string,
  { arn, arns, globalCluster }: DatabaseSettings,
): Replication {
  const rds = (command: string, input: Readonly<Record<string, unknown>>) =>
    call({
      service: 'rds',
      command,
      input: { GlobalClusterIdentifier: globalCluster, ...input },
      region,
    });
  const find = async (): Promise<GlobalCluster> => {
    const { GlobalClusters } = await rds('DescribeGlobalClusters', {});
    return (GlobalClusters as readonly GlobalCluster[] | undefined)?.[0] ?? {};
  };
  return {
    promote: async (mode) => {
      if ((await find()).Status !== 'available') return;
      if (mode === 'planned') {
        await rds('SwitchoverGlobalCluster', { TargetDbClusterIdentifier: arn });
        return;
      }
      await rds('FailoverGlobalCluster', { TargetDbClusterIdentifier: arn, AllowDataLoss: true });
    },
    follows: async (other) => {
      const { GlobalClusterMembers = [] } = await find();
      const isWriter = (wanted: string | undefined, state: boolean): boolean =>
        GlobalClusterMembers.some(
          ({ DBClusterArn, IsWriter }) => DBClusterArn === wanted && IsWriter === state,
        );
      return isWriter(arns[other], true) && isWriter(arn, false);
    },
    // Aurora does it when the region is back; there is nothing to ask for.
    rebuildFrom: () => Promise.resolve(),
  };
}
