import {
  type ConnectionBudget,
  planConnectionBudget,
  planPoolersBudget,
  planRegionLoss,
} from '../topology/capacity';
import { selectDataMode } from '../topology/data-modes';
import type { MultiRegionRule } from './multi-region-rule';
import type { RegionSpec } from './multi-region-spec';

/** What is left after a region is lost has to carry everybody. */
export const CAPACITY_RULES: readonly MultiRegionRule[] = [
  {
    id: 'capacity.peak',
    because: 'Half a replica, or none at all, carries nobody.',
    check: (spec) => {
      if (spec.pattern !== 'active-active') return [];
      if (Number.isInteger(spec.peakReplicas) && spec.peakReplicas >= 1) return [];
      return [
        {
          path: 'peakReplicas',
          allowed: 'be a whole number of 1 or more (replicas)',
          got: String(spec.peakReplicas),
          fix: 'measure it, or leave it out',
        },
      ];
    },
  },
  {
    id: 'capacity.region-loss',
    because:
      'Regions that are full by themselves fall one after the other when the first one is lost.',
    check: (spec) => {
      if (spec.pattern !== 'active-active' || spec.regions.length < 2) return [];
      const loss = planRegionLoss({
        regions: spec.regions.map(({ region, spec: { autoscaling } }) => ({
          region,
          maxReplicas: autoscaling.maxReplicas,
        })),
        peakReplicas: spec.peakReplicas,
      });
      if (loss.leftReplicas >= spec.peakReplicas) return [];
      return [
        {
          path: 'autoscaling.maxReplicas',
          allowed: `let the regions that are left carry the peak of ${spec.peakReplicas} replicas (${loss.arithmetic})`,
          got: `${loss.leftReplicas} replicas`,
          fix: `raise it to ${loss.neededPerRegion}, add a region, or lower peakReplicas`,
        },
      ];
    },
  },
  {
    id: 'capacity.writer-connections',
    because: 'One writer serves the replicas of all regions; those it turns away record nothing.',
    check: (spec, { target }) => {
      if (spec.pattern !== 'active-active') return [];
      const [first] = spec.regions;
      if (first === undefined || selectDataMode(target, spec.dataMode)?.writers !== 'one') {
        return [];
      }
      const budget = planWriterBudget(spec.regions);
      if (budget.needed <= budget.available) return [];
      return [
        {
          path: 'database.maxConnections',
          allowed: `be ${budget.needed} or more, because the replicas of ${spec.regions.length} regions share one writer (${budget.arithmetic})`,
          got: String(budget.available),
          fix: "raise it, lower autoscaling.maxReplicas, or choose dataMode 'regional-primaries'",
        },
      ];
    },
  },
];

/** Replicas beside the writer may share its poolers; those of other regions cannot. */
function planWriterBudget(regions: readonly RegionSpec[]): ConnectionBudget {
  const [first] = regions;
  if (first === undefined) throw new Error('there are regions');
  const { config, database } = first.spec;
  const { maxConnections, pooler } = database;
  const connectionsPerReplica = config.general.databaseConnectionPoolLimit;
  const maxima = regions.map(({ spec }) => spec.autoscaling.maxReplicas);
  const maxReplicas = maxima.reduce((sum, max) => sum + max, 0);
  if (pooler?.kind !== 'pools') {
    return planConnectionBudget({ maxReplicas, connectionsPerReplica, maxConnections });
  }
  // After a failover any region may write: the one with the fewest replicas has the most elsewhere.
  const elsewhere = maxReplicas - Math.min(...maxima);
  const direct = { maxReplicas: elsewhere, connectionsPerReplica };
  return planPoolersBudget({ pooler, maxConnections, direct });
}
