import { POOLER } from '../spec/defaults';
import type { PoolerSpec } from '../spec/spec';

/** A number that somebody else decided, and where they say so. */
export interface Sourced {
  readonly value: number;
  readonly source: string;
}

/** What a target's own parts take, allow and promise. Rules and objectives compute with these. */
export interface TargetTraits {
  readonly target: 'aws' | 'gcp' | 'k8s' | 'local';
  /** Whether the values of the configuration's references are handed over as secrets of the target. */
  readonly secretsFrom: 'handles' | 'environment';
  /** Until writes work again after the loss of the database's primary. Unit: seconds. */
  readonly databaseFailoverSeconds: Sourced;
  /** Until writes work again after the loss of the cache's primary. Unit: seconds. */
  readonly cacheFailoverSeconds: Sourced;
  /** What stands between replicas and the database that the target makes unless told otherwise. Null: nothing. */
  readonly pooler: PoolerSpec | null;
  /** Why the loss of a zone is not promised to be survived. Null: it is. */
  readonly zoneLossNotPromised: string | null;
  /** Until the first replica serves where none runs. Unit: seconds. */
  readonly coldStartSeconds: Sourced;
  /** Longest silence the load balancer can be told to allow. Unit: seconds. */
  readonly maxIdleSeconds: Sourced;
  /** Longest wait for open streams of a replica that is removed. Unit: seconds. */
  readonly maxDrainSeconds: Sourced;
  /** How long the load balancer keeps idle connections to replicas, where that cannot be set. Unit: seconds. */
  readonly fixedKeepAliveSeconds: Sourced | null;
  /** Published availability of the parts every request passes. Unit: percent. Empty: nobody promises any. */
  readonly serviceLevels: readonly { readonly part: string; readonly percent: Sourced }[];
}

export const AWS_TRAITS: TargetTraits = {
  target: 'aws',
  secretsFrom: 'handles',
  databaseFailoverSeconds: {
    value: 120,
    source: 'Amazon RDS User Guide, "Failing over a Multi-AZ DB instance": 60–120 s',
  },
  cacheFailoverSeconds: {
    value: 60,
    source: 'Amazon ElastiCache User Guide, "Minimizing downtime": seconds to a minute',
  },
  pooler: null,
  zoneLossNotPromised: null,
  coldStartSeconds: {
    value: 300,
    source:
      'a node, an image and the start of the gateway, when the region has capacity; 300 s is ours',
  },
  maxIdleSeconds: { value: 4000, source: 'Elastic Load Balancing: idle_timeout.timeout_seconds' },
  maxDrainSeconds: {
    value: 3600,
    source: 'Elastic Load Balancing: deregistration_delay.timeout_seconds',
  },
  fixedKeepAliveSeconds: null,
  serviceLevels: [
    {
      part: 'Application Load Balancer',
      percent: { value: 99.99, source: 'Elastic Load Balancing Service Level Agreement' },
    },
    {
      part: 'EC2 over several zones',
      percent: { value: 99.99, source: 'Amazon Compute Service Level Agreement, region level' },
    },
  ],
};

export const GCP_TRAITS: TargetTraits = {
  target: 'gcp',
  secretsFrom: 'handles',
  databaseFailoverSeconds: {
    value: 120,
    source:
      'Cloud SQL documentation, "About high availability": 60 s to notice, about 60 s to move',
  },
  cacheFailoverSeconds: {
    value: 60,
    source: 'Memorystore for Redis documentation, "High availability": under a minute',
  },
  pooler: null,
  zoneLossNotPromised: null,
  coldStartSeconds: {
    value: 180,
    source:
      'a machine, its image from Artifact Registry and its code from Cloud Storage, when the region has capacity; 180 s is ours',
  },
  maxIdleSeconds: { value: 86400, source: 'Cloud Load Balancing: backend service timeout' },
  maxDrainSeconds: { value: 3600, source: 'Cloud Load Balancing: connection draining timeout' },
  fixedKeepAliveSeconds: {
    value: 600,
    source: 'Cloud Load Balancing: keep-alive of the proxies to backends, fixed',
  },
  serviceLevels: [
    {
      part: 'Cloud Load Balancing',
      percent: { value: 99.99, source: 'Cloud Load Balancing Service Level Agreement' },
    },
    {
      part: 'Compute Engine over several zones',
      percent: { value: 99.99, source: 'Compute Engine Service Level Agreement' },
    },
  ],
};

export const K8S_TRAITS: TargetTraits = {
  target: 'k8s',
  secretsFrom: 'handles',
  databaseFailoverSeconds: {
    value: 40,
    source: 'Patroni: ttl 30 s + loop_wait 10 s; 22–31 s measured for a killed node',
  },
  cacheFailoverSeconds: {
    value: 15,
    source: 'Sentinel: down-after 5 s + election and promotion; 7–9 s measured',
  },
  pooler: {
    kind: 'pools',
    poolers: POOLER.replicas,
    surge: POOLER.surge,
    poolSize: POOLER.poolSize,
    reserve: POOLER.reserve,
  },
  zoneLossNotPromised:
    'nodes need not carry topology.kubernetes.io/zone, so pods keep to different nodes and to different zones only where possible; Spread.zones() promises it',
  coldStartSeconds: {
    value: 300,
    source:
      'a node, an image and the start of the gateway, when the cluster can grow; 300 s is ours',
  },
  maxIdleSeconds: { value: 3600, source: 'proxy_read_timeout has no bound; an hour is ours' },
  maxDrainSeconds: {
    value: 3600,
    source: 'terminationGracePeriodSeconds has no bound; an hour is ours',
  },
  fixedKeepAliveSeconds: null,
  serviceLevels: [],
};

export const LOCAL_TRAITS: TargetTraits = {
  target: 'local',
  secretsFrom: 'environment',
  databaseFailoverSeconds: {
    value: 5,
    source:
      'supervisor: one-second probe, two failures, pg_promote; 0.1–0.2 s measured for the promotion',
  },
  cacheFailoverSeconds: { value: 0, source: 'no cache runs on one machine' },
  pooler: null,
  zoneLossNotPromised: null,
  coldStartSeconds: { value: 10, source: 'the start of a process; 10 s is ours' },
  maxIdleSeconds: { value: 3600, source: 'the local load balancer; an hour is ours' },
  maxDrainSeconds: { value: 3600, source: 'the local supervisor; an hour is ours' },
  fixedKeepAliveSeconds: null,
  serviceLevels: [],
};
