import { RedisInstance } from '@cdktf/provider-google/lib/redis-instance';
import { SecretManagerSecretVersion } from '@cdktf/provider-google/lib/secret-manager-secret-version';
import { Construct } from 'constructs';
import type { CacheOutputs, CachePlan, Endpoint } from '../../../lib';
import { MAINTENANCE } from '../defaults';
import type { Placement } from '../foundation/placement';
import type { Network } from '../network/network';
import type { Secrets } from '../secrets/secrets';
import type { MemorystoreChoice, MemorystoreProps, MemorystoreSpec } from './choice';

export interface CacheBlockProps {
  readonly plan: CachePlan;
  readonly placement: Placement;
  readonly memorystore: MemorystoreSpec;
  readonly network: Network;
  readonly secrets: Secrets;
}

/**
 * Memorystore for Redis: a primary and replicas in other zones. Google generates the password; it is copied into Secret
 * Manager for the replicas of the gateway.
 *
 * Costs: the memory of the primary and of each replica. Survives the loss of a zone or of the primary in under a minute,
 * losing what had not reached a replica. Does not survive the loss of the region, and need not: it holds nothing that cannot
 * be rebuilt.
 */
export class Cache extends Construct implements CacheOutputs {
  readonly primary: Endpoint;
  readonly resource: RedisInstance;
  readonly password: SecretManagerSecretVersion;

  /** Redis as Memorystore; the choice of `cache`. */
  static memorystore(props: MemorystoreProps = {}): MemorystoreChoice {
    return { kind: 'memorystore', ...props };
  }

  constructor(scope: Construct, id: string, props: CacheBlockProps) {
    super(scope, id);
    this.resource = this.createInstance(props);
    this.password = new SecretManagerSecretVersion(this, 'Password', {
      secret: props.secrets.resource['cache-password'].id,
      secretData: this.resource.authString,
    });
    // Not the plan's port: Memorystore listens on another one for TLS.
    this.primary = { host: this.resource.host, port: this.resource.port };
  }

  private createInstance(props: CacheBlockProps): RedisInstance {
    const { plan, placement, memorystore, network } = props;
    return new RedisInstance(this, 'Resource', {
      name: `${placement.name}-cache`,
      project: placement.project,
      region: placement.region,
      // The zones of the replicas are Google's choice once reads are served by them.
      locationId: placement.zoneNames[0],
      tier: 'STANDARD_HA',
      redisVersion: 'REDIS_7_2',
      memorySizeGb: memorystore.memoryGib,
      replicaCount: plan.replicas,
      readReplicasMode: 'READ_REPLICAS_ENABLED',
      transitEncryptionMode: 'SERVER_AUTHENTICATION',
      authEnabled: true,
      authorizedNetwork: network.networkId,
      connectMode: 'PRIVATE_SERVICE_ACCESS',
      ...(network.servicesRangeName === null ? {} : { reservedIpRange: network.servicesRangeName }),
      redisConfigs: { 'maxmemory-policy': 'allkeys-lru' },
      persistenceConfig: { persistenceMode: 'RDB', rdbSnapshotPeriod: 'TWELVE_HOURS' },
      maintenancePolicy: {
        weeklyMaintenanceWindow: [
          { day: MAINTENANCE.dayName, startTime: { hours: MAINTENANCE.hour, minutes: 0 } },
        ],
      },
      dependsOn: [...network.privateServices],
      lifecycle: { preventDestroy: true },
    });
  }
}
