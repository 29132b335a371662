import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Endpoint } from '../../../lib';
import { Cache, singleEnvironment } from './cache';

export interface ExistingCacheBlockProps {
  readonly primary: Endpoint;
  /** Null: none, the token alone lets replicas in. */
  readonly userName: string | null;
  readonly securityGroups: readonly ec2.ISecurityGroup[];
}

/**
 * A Redis that is there already.
 *
 * Costs: nothing more. Survives, does not survive: what whoever runs it has provided for. It has no alarms here.
 */
export class ExistingCache extends Cache {
  readonly kind = 'existing';
  readonly primary: Endpoint;
  readonly connections: ec2.Connections;
  readonly shards: readonly (readonly string[])[] = [];
  readonly environment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: ExistingCacheBlockProps) {
    super(scope, id);
    const { primary, userName, securityGroups } = props;
    this.primary = primary;
    this.connections = new ec2.Connections({
      securityGroups: [...securityGroups],
      defaultPort: ec2.Port.tcp(primary.port),
    });
    this.environment = singleEnvironment(primary, userName);
  }
}
