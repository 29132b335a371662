import { planConnectionBudget, planRegionLoss } from '../topology/capacity';
import { selectDataMode } from '../topology/data-modes';
import type { MultiRegionRule } from './multi-region-rule';

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
      const budget = planConnectionBudget({
        maxReplicas: spec.regions.reduce((sum, { spec: s }) => sum + s.autoscaling.maxReplicas, 0),
        connectionsPerReplica: first.spec.config.general.databaseConnectionPoolLimit,
        maxConnections: first.spec.database.maxConnections,
      });
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
