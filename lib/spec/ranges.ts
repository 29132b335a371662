import type { GatewaySpec } from './spec';

/** Bounds of one whole number of a description. */
export interface Range {
  readonly path: string;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  readonly read: (spec: GatewaySpec) => number | null;
}

/** Ranges that the documentation of the props states; kept as data so that both can be compared. */
export const RANGES: readonly Range[] = [
  { path: 'zones', min: 2, max: 6, unit: 'zones', read: (s) => s.zones },
  {
    path: 'compute.cpuMillicores',
    min: 250,
    max: 4000,
    unit: 'thousandths of a core',
    read: (s) => s.compute.cpuMillicores,
  },
  {
    path: 'compute.memoryMib',
    min: 256,
    max: 16384,
    unit: 'MiB',
    read: (s) => s.compute.memoryMib,
  },
  {
    path: 'autoscaling.minReplicas',
    min: 2,
    max: 1000,
    unit: 'replicas',
    read: (s) => s.autoscaling.minReplicas,
  },
  {
    path: 'autoscaling.maxReplicas',
    min: 2,
    max: 1000,
    unit: 'replicas',
    read: (s) => s.autoscaling.maxReplicas,
  },
  {
    path: 'autoscaling.cpuPercent',
    min: 10,
    max: 90,
    unit: 'percent',
    read: (s) => s.autoscaling.cpuPercent,
  },
  {
    path: 'autoscaling.memoryPercent',
    min: 10,
    max: 95,
    unit: 'percent',
    read: (s) => s.autoscaling.memoryPercent,
  },
  {
    path: 'streaming.maxStreamSeconds',
    min: 30,
    max: 3600,
    unit: 'seconds',
    read: (s) => s.streaming.maxStreamSeconds,
  },
  {
    path: 'streaming.idleSeconds',
    min: 30,
    max: 3600,
    unit: 'seconds',
    read: (s) => s.streaming.idleSeconds,
  },
  {
    path: 'probe.intervalSeconds',
    min: 5,
    max: 60,
    unit: 'seconds',
    read: (s) => s.probe.intervalSeconds,
  },
  {
    path: 'probe.timeoutSeconds',
    min: 2,
    max: 30,
    unit: 'seconds',
    read: (s) => s.probe.timeoutSeconds,
  },
  {
    path: 'probe.healthyThreshold',
    min: 2,
    max: 10,
    unit: 'probes',
    read: (s) => s.probe.healthyThreshold,
  },
  {
    path: 'probe.unhealthyThreshold',
    min: 2,
    max: 10,
    unit: 'probes',
    read: (s) => s.probe.unhealthyThreshold,
  },
  {
    path: 'database.readReplicas',
    min: 1,
    max: 5,
    unit: 'replicas',
    read: (s) => s.database.readReplicas,
  },
  {
    path: 'database.storageGib',
    min: 20,
    max: 16384,
    unit: 'GiB',
    read: (s) => s.database.storageGib,
  },
  {
    path: 'database.maxConnections',
    min: 100,
    max: 5000,
    unit: 'connections',
    read: (s) => s.database.maxConnections,
  },
  { path: 'cache.replicas', min: 2, max: 5, unit: 'replicas', read: (s) => s.cache.replicas },
  {
    path: 'backup.retentionDays',
    min: 7,
    max: 35,
    unit: 'days',
    read: (s) => s.backup.retentionDays,
  },
];
