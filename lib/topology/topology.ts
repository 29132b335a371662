import type {
  AutoscalingPlan,
  BackupPlan,
  CachePlan,
  ComputePlan,
  DatabasePlan,
  DatabaseRole,
  DnsPlan,
  LoadBalancerPlan,
  MonitoringPlan,
  NetworkPlan,
  ReplicationPlan,
  RoutingPlan,
  SecretsOrigin,
  SecretsPlan,
} from '../blocks';
import type { RecoveryObjectives } from './objectives';
import type { TargetTraits } from './target-traits';

/** Which regions there are, what each is for, and what all of it promises. A pattern is a function that makes one. */
export type Topology = SingleRegionTopology | MultiRegionTopology;

export interface SingleRegionTopology {
  readonly pattern: 'single-region';
  readonly name: string;
  readonly regions: readonly RegionPlan[];
  /** Null: clients use the load balancer's own name. */
  readonly dns: DnsPlan | null;
  readonly recoveryObjectives: RecoveryObjectives;
}

/** A region needs its own plan alone; what stands between regions needs the rest. */
export interface MultiRegionTopology {
  readonly pattern: 'active-passive' | 'active-active';
  readonly name: string;
  /** Whose services it is built of. */
  readonly target: TargetTraits['target'];
  /** In the order they were written: the primary, or the most important, first. */
  readonly regions: readonly PlacedRegionPlan[];
  readonly dns: DnsPlan;
  readonly routing: RoutingPlan;
  readonly replication: ReplicationPlan;
  readonly recoveryObjectives: RecoveryObjectives;
}

/** One slice for each noun: all that a target needs to know to build a region. */
export interface RegionPlan {
  readonly name: string;
  readonly role: 'primary' | 'standby' | 'active';
  readonly network: NetworkPlan;
  readonly secrets: SecretsPlan;
  readonly database: DatabasePlan;
  readonly cache: CachePlan;
  readonly compute: ComputePlan;
  readonly loadBalancer: LoadBalancerPlan;
  readonly autoscaling: AutoscalingPlan;
  readonly backup: BackupPlan;
  readonly monitoring: MonitoringPlan;
}

/** A region among others: what it is to them. Nothing of it names a value that exists only after another is built. */
export interface PlacedRegionPlan extends RegionPlan {
  /** The target's own name for it; also told to the gateway. */
  readonly region: string;
  readonly databaseRole: DatabaseRole;
  readonly secretsOrigin: SecretsOrigin;
  /** How many replicas run here once the region carries what another one carried. */
  readonly takeover: AutoscalingPlan;
}
