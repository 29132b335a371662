import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import {
  AwsCustomResource,
  AwsCustomResourcePolicy,
  PhysicalResourceId,
} from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { acknowledgeUnscopedActions } from '../../foundation/acknowledge';
import { lookUpParameter } from '../../foundation/region-parameters';

export interface DistributedDatabaseLinkProps {
  /** Name of the gateway. */
  readonly name: string;
  readonly witnessRegion: string;
  /** The cluster of the stack that this stands in. */
  readonly own: LinkedCluster;
  readonly otherRegions: readonly string[];
}

interface LinkedCluster {
  readonly region: string;
  readonly clusterId: string;
}

/**
 * Tells each cluster of a database that spans regions the others, by a call of Aurora DSQL in its region while this stack is
 * deployed. Told again it changes nothing. When the stack goes nothing is taken back: the clusters stay, and so does what
 * joins them.
 *
 * Costs: nothing. Survives, does not survive: it is not needed once the clusters know each other.
 *
 * @see https://docs.aws.amazon.com/aurora-dsql/latest/userguide/multi-region-aws-cli.html
 */
export class DistributedDatabaseLink extends Construct {
  constructor(scope: Construct, id: string, props: DistributedDatabaseLinkProps) {
    super(scope, id);
    const { name, own, otherRegions } = props;
    const others = otherRegions.map((region) => ({
      region,
      clusterId: lookUpParameter(this, { name, parameter: 'database', region }),
    }));
    const clusters = [...others, own];
    const introductions = clusters.map((cluster) =>
      this.introduce(
        cluster,
        clusters.filter((each) => each !== cluster),
        props,
      ),
    );
    introductions.forEach((each, index) => {
      const before = introductions[index - 1];
      // One after another: a cluster that is being changed takes no second wish.
      if (before !== undefined) each.node.addDependency(before);
    });
  }

  private introduce(
    cluster: LinkedCluster,
    others: readonly LinkedCluster[],
    { witnessRegion }: DistributedDatabaseLinkProps,
  ): AwsCustomResource {
    const { region, clusterId } = cluster;
    const arns = others.map(renderArn);
    const removable = `arn:${Aws.PARTITION}:dsql:*:${Aws.ACCOUNT_ID}:cluster/*`;
    const resource = new AwsCustomResource(this, `Of-${region}`, {
      resourceType: 'Custom::DistributedDatabaseLink',
      onUpdate: {
        service: 'dsql',
        action: 'UpdateCluster',
        parameters: {
          identifier: clusterId,
          multiRegionProperties: { witnessRegion, clusters: arns },
        },
        region,
        physicalResourceId: PhysicalResourceId.of(`link-${region}`),
        outputPaths: ['identifier'],
      },
      policy: AwsCustomResourcePolicy.fromStatements([
        new iam.PolicyStatement({
          actions: ['dsql:UpdateCluster', 'dsql:GetCluster', 'dsql:PutMultiRegionProperties'],
          resources: [renderArn(cluster)],
        }),
        new iam.PolicyStatement({
          actions: ['dsql:AddPeerCluster'],
          resources: [renderArn(cluster), ...arns],
        }),
        new iam.PolicyStatement({
          actions: ['dsql:PutWitnessRegion'],
          // AWS asks for it in the region of the cluster and in that of the witness.
          resources: [renderArn(cluster), renderArn({ region: witnessRegion, clusterId })],
          conditions: { StringEquals: { 'dsql:WitnessRegion': witnessRegion } },
        }),
        // UpdateCluster asks for it whatever is changed, and for every cluster there could be.
        new iam.PolicyStatement({
          actions: ['dsql:RemovePeerCluster'],
          resources: [removable],
        }),
      ]),
      // The one that comes with Lambda knows this call.
      installLatestAwsSdk: false,
    });
    acknowledgeUnscopedActions(resource, [removable]);
    return resource;
  }
}

function renderArn({ region, clusterId }: LinkedCluster): string {
  return `arn:${Aws.PARTITION}:dsql:${region}:${Aws.ACCOUNT_ID}:cluster/${clusterId}`;
}
