import type { DataMode } from '../spec/multi-region-props';
import type { Sourced, TargetTraits } from './target-traits';

/** What a data mode is made of on a target, what it takes and what it allows. */
export interface DataModeTraits {
  /** What keeps the data, in the words of who sells it. */
  readonly product: string;
  /** `synchronous`: a write is acknowledged when a second region has it. */
  readonly replication: 'asynchronous' | 'synchronous';
  /** How changes travel. */
  readonly transport: 'physical' | 'logical' | 'synchronous';
  readonly writers: 'one' | 'every-region';
  /** How far another region usually is behind. Unit: seconds. */
  readonly expectedLagSeconds: Sourced;
  /** Until another region takes writes. Unit: seconds. Null: it does so already. */
  readonly promotionSeconds: Sourced | null;
  /** Until writes work again after a loss within a region. Unit: seconds. Null: as with one region. */
  readonly localFailoverSeconds: Sourced | null;
  readonly maxRegions: Sourced;
  readonly witness: 'required' | 'none';
}

const ANY_REGIONS: Sourced = { value: 8, source: 'the most regions a description may have' };

/** Changes of rows, sent by each PostgreSQL to the others without sending on what came from them. */
const LOGICAL_REPLICATION = {
  replication: 'asynchronous',
  transport: 'logical',
  writers: 'every-region',
  expectedLagSeconds: {
    value: 5,
    source: 'PostgreSQL, "Logical Replication": asynchronous, no bound; 5 s is ours',
  },
  promotionSeconds: null,
  localFailoverSeconds: null,
  maxRegions: ANY_REGIONS,
  witness: 'none',
} as const;

/** A replica of one PostgreSQL in another region. */
const REPLICA = {
  replication: 'asynchronous',
  transport: 'physical',
  writers: 'one',
  localFailoverSeconds: null,
  maxRegions: ANY_REGIONS,
  witness: 'none',
} as const;

/** A mode that is missing is not offered by that target. */
const DATA_MODES: Readonly<
  Record<TargetTraits['target'], Readonly<Partial<Record<DataMode, DataModeTraits>>>>
> = {
  aws: {
    'shared-writer': {
      ...REPLICA,
      product: 'Amazon RDS with cross-Region read replicas',
      expectedLagSeconds: {
        value: 5,
        source: 'Amazon RDS User Guide, "Read replicas": asynchronous, no bound; 5 s is ours',
      },
      promotionSeconds: {
        value: 900,
        source:
          'Amazon RDS User Guide, "Promoting a read replica": several minutes or longer; 900 s is ours',
      },
    },
    'global-database': {
      ...REPLICA,
      product: 'Amazon Aurora Global Database',
      expectedLagSeconds: {
        value: 1,
        source: 'Amazon Aurora User Guide, "Aurora Global Database": typically under a second',
      },
      promotionSeconds: {
        value: 300,
        source: 'Amazon Aurora User Guide, "Disaster recovery": minutes; 300 s is ours',
      },
    },
    'regional-primaries': {
      ...LOGICAL_REPLICATION,
      product: 'Amazon RDS in each region with logical replication',
    },
    'distributed-sql': {
      product: 'Amazon Aurora DSQL',
      replication: 'synchronous',
      transport: 'synchronous',
      writers: 'every-region',
      expectedLagSeconds: {
        value: 0,
        source: 'Aurora DSQL User Guide, "Multi-Region clusters": strongly consistent',
      },
      promotionSeconds: null,
      localFailoverSeconds: {
        value: 10,
        source: 'Aurora DSQL User Guide: no failover step; 10 s to connect again is ours',
      },
      maxRegions: {
        value: 2,
        source: 'Aurora DSQL User Guide, "Multi-Region clusters": two regions and a witness',
      },
      witness: 'required',
    },
  },
  gcp: {
    'shared-writer': {
      ...REPLICA,
      product: 'Cloud SQL with cross-region read replicas',
      expectedLagSeconds: {
        value: 5,
        source: 'Cloud SQL documentation, "About replication": asynchronous, no bound; 5 s is ours',
      },
      promotionSeconds: {
        value: 600,
        source: 'Cloud SQL documentation, "Promote replicas": minutes; 600 s is ours',
      },
    },
    'global-database': {
      ...REPLICA,
      product: 'Cloud SQL Enterprise Plus with advanced disaster recovery',
      expectedLagSeconds: {
        value: 5,
        source:
          'Cloud SQL documentation, "Advanced disaster recovery": asynchronous, no bound; 5 s is ours',
      },
      promotionSeconds: {
        value: 180,
        source:
          'Cloud SQL documentation, "Advanced disaster recovery": replica failover on command; 180 s is ours',
      },
    },
    'regional-primaries': {
      ...LOGICAL_REPLICATION,
      product: 'Cloud SQL in each region with logical replication',
    },
  },
  k8s: {
    'shared-writer': {
      ...REPLICA,
      product: 'PostgreSQL with a standby cluster in each other Kubernetes cluster',
      expectedLagSeconds: {
        value: 5,
        source: 'PostgreSQL, "Streaming Replication": asynchronous, no bound; 5 s is ours',
      },
      promotionSeconds: {
        value: 60,
        source: 'Patroni, "Standby cluster": promoted by its next loops; 60 s is ours',
      },
    },
    'regional-primaries': {
      ...LOGICAL_REPLICATION,
      product: 'PostgreSQL in each Kubernetes cluster with logical replication',
    },
  },
  local: {
    'shared-writer': {
      ...REPLICA,
      product: 'embedded PostgreSQL with a streaming replica',
      expectedLagSeconds: { value: 1, source: 'one machine; 1 s is ours' },
      promotionSeconds: { value: 5, source: 'pg_promote; 0.1–0.2 s measured, 5 s is ours' },
    },
    'regional-primaries': {
      ...LOGICAL_REPLICATION,
      product: 'two embedded PostgreSQL with logical replication',
    },
  },
};

/** Null: the target does not offer the mode. */
export function selectDataMode(
  target: TargetTraits['target'],
  mode: DataMode,
): DataModeTraits | null {
  return DATA_MODES[target][mode] ?? null;
}

/** The targets that offer a mode, in the order of the alphabet. */
export function listTargetsOffering(mode: DataMode): readonly TargetTraits['target'][] {
  return targets().filter((target) => DATA_MODES[target][mode] !== undefined);
}

/** The modes a target offers, weakest promise first. */
export function listDataModes(target: TargetTraits['target']): readonly DataMode[] {
  return Object.keys(DATA_MODES[target]) as DataMode[];
}

function targets(): readonly TargetTraits['target'][] {
  return (Object.keys(DATA_MODES) as TargetTraits['target'][]).sort();
}
