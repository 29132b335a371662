import type {
  AutoscalingPlan,
  BackupPlan,
  CachePlan,
  ComputePlan,
  DatabasePlan,
  DnsPlan,
  LoadBalancerPlan,
  MonitoringPlan,
  NetworkPlan,
  SecretsPlan,
} from '../blocks';
import type { RecoveryObjectives } from './objectives';

/** Which regions there are, what each is for, and what all of it promises. A pattern is a function that makes one. */
export interface Topology {
  readonly pattern: 'single-region';
  readonly name: string;
  readonly regions: readonly RegionPlan[];
  /** Null: clients use the load balancer's own name. */
  readonly dns: DnsPlan | null;
  readonly recoveryObjectives: RecoveryObjectives;
}

/** One slice for each noun: all that a target needs to know to build a region. */
export interface RegionPlan {
  readonly name: string;
  readonly role: 'primary';
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
