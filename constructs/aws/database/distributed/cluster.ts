import { RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { CfnCluster } from 'aws-cdk-lib/aws-dsql';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { MultiRegionTopology } from '../../../../lib';
import { publishParameter } from '../../foundation/region-parameters';
import { createStorageKey } from '../settings';
import { DistributedDatabaseLink } from './link';

export interface DistributedDatabaseClusterProps {
  readonly topology: MultiRegionTopology;
  /** Where only the log is kept. */
  readonly witnessRegion: string;
}

/**
 * A region's cluster of Aurora DSQL, in a stack of its own that is deployed before the region's. Together with that of the
 * other region, and the witness, it is one database: a write is acknowledged when two of the three have it.
 *
 * A cluster of several regions names those of the others, whose ids AWS makes up. So each is made with the witness alone, as
 * AWS documents for CloudFormation; it waits then (`PENDING_SETUP`). Whoever is deployed last links all of them
 * (`DistributedDatabaseLink`).
 *
 * Not seen running, for want of an account: how long the clusters take from being linked until they answer, and whether a
 * later change to this resource, whose template goes on to name the witness alone, leaves the link as it is. AWS forms such
 * clusters in some sets of regions only, and refuses the others when they are linked.
 *
 * Costs: what is read, written and stored, in each region for itself; nothing while nothing happens; a key.
 * Survives: the loss of any one of the three regions, without losing a write and without anybody doing anything.
 * Does not survive: the loss of two of the three: then no write is taken until one of them is back.
 *
 * @see https://docs.aws.amazon.com/aurora-dsql/latest/userguide/mr-cluster-setup.html
 */
export class DistributedDatabaseCluster extends Construct {
  readonly resource: CfnCluster;
  readonly key: kms.Key;

  constructor(scope: Construct, id: string, props: DistributedDatabaseClusterProps) {
    super(scope, id);
    const { topology, witnessRegion } = props;
    this.key = this.createKey();
    this.resource = new CfnCluster(this, 'Resource', {
      deletionProtectionEnabled: true,
      kmsEncryptionKey: this.key.keyArn,
      multiRegionProperties: { witnessRegion },
      tags: [{ key: 'Name', value: topology.name }],
    });
    this.resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
    publishParameter(this, {
      name: topology.name,
      parameter: 'database',
      value: this.resource.attrIdentifier,
    });
  }

  /** Kept when the stack goes, as is the cluster: without it the data is noise. */
  private createKey(): kms.Key {
    const key = createStorageKey(this);
    // Of clusters of this account and region: the id of the one is not known before its key is.
    const sourceArn = Stack.of(this).formatArn({
      service: 'dsql',
      resource: 'cluster',
      resourceName: '*',
    });
    const allow = (actions: string[], conditions: Readonly<Record<string, unknown>>): void => {
      key.addToResourcePolicy(
        new iam.PolicyStatement({
          principals: [new iam.ServicePrincipal('dsql.amazonaws.com')],
          actions,
          resources: ['*'],
          conditions: { StringLike: { 'aws:SourceArn': sourceArn }, ...conditions },
        }),
      );
    };
    allow(
      ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
      { 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'aws:dsql:ClusterId' } },
    );
    allow(['kms:DescribeKey'], {});
    return key;
  }
}

/** A region's cluster, and the stack that makes it. */
export interface DeployedCluster {
  readonly region: string;
  readonly stack: Stack;
  readonly cluster: DistributedDatabaseCluster;
}

/**
 * The clusters of a database that spans regions, each in a stack named after the gateway and the region, in the order of the
 * topology. None: another kind of database keeps the data.
 *
 * The last of these stacks links what the others made, so it is the only one that asks another region, and only when it is
 * deployed itself. Once the regions run, none of these has to be deployed for a region's own stack to be.
 */
export function createDistributedDatabase(
  scope: Construct,
  input: { readonly topology: MultiRegionTopology; readonly account: string | undefined },
): readonly DeployedCluster[] {
  const { topology, account } = input;
  const { witnessRegion, dataMode } = topology.replication;
  if (dataMode !== 'distributed-sql' || witnessRegion === null) return [];
  const clusters = topology.regions.map(({ region }): DeployedCluster => {
    const stack = new Stack(scope, `${region}-database`, {
      stackName: `${topology.name}-${region}-database`,
      env: { region, ...(account === undefined ? {} : { account }) },
    });
    const place = new Construct(stack, scope.node.id);
    Tags.of(place).add('litellm-ha:name', topology.name);
    Tags.of(place).add('litellm-ha:pattern', topology.pattern);
    const cluster = new DistributedDatabaseCluster(place, 'Cluster', { topology, witnessRegion });
    return { region, stack, cluster };
  });
  const earlier = clusters.slice(0, -1);
  const last = clusters.at(-1);
  if (last === undefined) return [];
  for (const { region, stack } of earlier) {
    last.stack.addStackDependency(stack, `links the cluster of ${region}`);
  }
  new DistributedDatabaseLink(last.cluster.node.scope ?? last.stack, 'Link', {
    name: topology.name,
    witnessRegion,
    own: { region: last.region, clusterId: last.cluster.resource.attrIdentifier },
    otherRegions: earlier.map(({ region }) => region),
  });
  return clusters;
}
