import type { PlacedRegionPlan, ReplicationPlan } from '../../lib';
import type { DatabasePlace } from './database/place';

/** Where a region stands among the others: what only a deployment of several regions builds. */
export interface RegionPlace {
  readonly plan: PlacedRegionPlan;
  /** Every region of the deployment: who shares a budget. */
  readonly regions: readonly string[];
  /** Name that leads to this region alone. */
  readonly regionDomainName: string;
  /** Null: the database is brought, and its owner sees to replication. */
  readonly database: DatabasePlace | null;
  readonly replication: ReplicationPlan;
  /** Pages that say how each other region is left and how it comes back, by file name. */
  readonly runbooks: Readonly<Record<string, string>>;
}
