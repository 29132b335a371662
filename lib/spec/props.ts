import type { GatewayConfig } from '../config/gateway-config';

/** What a user writes. Everything but the configuration may be left out; each target adds its own typed handles. */
export interface GatewayProps {
  /**
   * The models, providers and routing rules to serve: a LiteLLM configuration.
   *
   * @see `GatewayConfig.fromFile`
   */
  readonly config: GatewayConfig;

  /**
   * Prefix of every name. Change it to run two gateways side by side.
   *
   * Unit: a DNS label of at most 20 characters.
   *
   * @default 'litellm'
   */
  readonly name?: string;

  /**
   * How many zones replicas, database and cache are spread over. Lower it only where a region has fewer.
   *
   * Unit: zones, 2–6.
   *
   * @default 3
   * @see guide, "Single Region HA"
   */
  readonly zones?: number;

  /**
   * Address range of a network that is created. Change it before peering with a network that overlaps.
   *
   * Unit: IPv4 CIDR, /16 to /20.
   *
   * @default '10.40.0.0/16'
   */
  readonly cidr?: string;

  /**
   * The public name of the gateway.
   *
   * @default - the load balancer's own name, where the target has one
   */
  readonly domain?: DomainProps;

  /**
   * Where the value of each `os.environ/NAME` of the configuration comes from: the target's own kind of secret by NAME.
   *
   * @default - none; refused when the configuration references any
   */
  readonly secrets?: Readonly<Record<string, unknown>>;

  /**
   * The container image to run.
   *
   * @default - the gateway of this package
   */
  readonly image?: ImageProps;

  /**
   * Size of one replica.
   *
   * @default - one core and 768 MiB each
   */
  readonly compute?: ComputeProps;

  /**
   * How many replicas run, and when that changes.
   *
   * @default - 3 to 20 replicas at 70 % of their processor
   */
  readonly autoscaling?: AutoscalingProps;

  /**
   * The longest answers the gateway has to carry.
   *
   * @default - ten minutes, with five minutes of silence
   */
  readonly streaming?: StreamingProps;

  /**
   * How load balancers find out that a replica is gone.
   *
   * @default - every 5 seconds; out after 3 failures
   */
  readonly probe?: ProbeProps;

  /**
   * Size of the PostgreSQL database.
   *
   * @default - 100 GiB and two read replicas
   */
  readonly database?: DatabaseProps;

  /**
   * Size of the Redis cache.
   *
   * @default - two replicas
   */
  readonly cache?: CacheProps;

  /**
   * When backups are taken and how long they are kept.
   *
   * @default - daily, kept for 30 days
   */
  readonly backup?: BackupProps;

  /**
   * What the deployment has to promise. A description that cannot keep it is refused, with the arithmetic.
   *
   * @default - nothing is demanded; what the topology gives is computed all the same
   */
  readonly objectives?: ObjectivesProps;
}

/** The public name of the gateway. */
export interface DomainProps {
  /**
   * Fully qualified host name that clients use, such as `api.example.com`.
   */
  readonly name: string;
}

/** An image that is brought: it must serve LiteLLM's paths on port 4000, as the official LiteLLM image does. */
export interface ImageProps {
  /**
   * Full reference. Pin it by digest: a tag that moves changes replicas one by one at each restart.
   */
  readonly reference: string;
}

/** Size of one replica. */
export interface ComputeProps {
  /**
   * Processor share of one replica. The gateway is one process: more than two cores buy nothing, replicas do.
   *
   * Unit: thousandths of a core, 250–4000.
   *
   * @default 1000
   */
  readonly cpuMillicores?: number;

  /**
   * Memory of one replica, requested and limited alike. Raise it for many thousand concurrent streams.
   *
   * Unit: MiB, 256–16384.
   *
   * @default 768
   */
  readonly memoryMib?: number;
}

/** How many replicas run, and when that changes. */
export interface AutoscalingProps {
  /**
   * Fewest replicas. Never below the number of zones, or a zone is left without one.
   *
   * Unit: replicas, 2–1000.
   *
   * @default 3
   * @see guide, "Kubernetes HPA"
   */
  readonly minReplicas?: number;

  /**
   * Most replicas. Bounded by the connections the database accepts.
   *
   * Unit: replicas, 2–1000.
   *
   * @default 20
   * @see guide, "Kubernetes HPA"
   */
  readonly maxReplicas?: number;

  /**
   * Mean processor use that autoscaling aims for. Lower it to absorb spikes sooner.
   *
   * Unit: percent of what replicas request, 10–90.
   *
   * @default 70
   * @see guide, "Kubernetes HPA"
   */
  readonly cpuPercent?: number;

  /**
   * Mean memory use that autoscaling aims for. The gateway's memory follows its peak, not its load, so this scales up
   * and seldom down; the guide sets 80.
   *
   * Unit: percent of what replicas request, 10–95.
   *
   * @default - memory does not scale the gateway
   * @see guide, "Kubernetes HPA"
   */
  readonly memoryPercent?: number;
}

/** The longest answers the gateway has to carry. All timeouts from load balancer to process follow from these two. */
export interface StreamingProps {
  /**
   * The longest a whole answer may take. A replica that is replaced waits this long for its open streams.
   *
   * Unit: seconds, 30–3600.
   *
   * @default 600
   */
  readonly maxStreamSeconds?: number;

  /**
   * The longest silence within an answer, most often before its first token.
   *
   * Unit: seconds, 30–3600, at most `maxStreamSeconds`.
   *
   * @default 300
   */
  readonly idleSeconds?: number;
}

/** How load balancers find out that a replica is gone. */
export interface ProbeProps {
  /**
   * Time between two probes of a replica. Lower it to notice a dead replica sooner.
   *
   * Unit: seconds, 5–60.
   *
   * @default 5
   */
  readonly intervalSeconds?: number;

  /**
   * How long a probe waits for its answer.
   *
   * Unit: seconds, 2–30, less than `intervalSeconds`.
   *
   * @default 3
   */
  readonly timeoutSeconds?: number;

  /**
   * Good probes in a row that put a replica into service.
   *
   * Unit: probes, 2–10.
   *
   * @default 2
   * @see guide, "Application Load Balancer"
   */
  readonly healthyThreshold?: number;

  /**
   * Failed probes in a row that take a replica out of service.
   *
   * Unit: probes, 2–10.
   *
   * @default 3
   * @see guide, "Application Load Balancer"
   */
  readonly unhealthyThreshold?: number;
}

/** PostgreSQL: a primary with a synchronous standby in another zone, and replicas for reading. */
export interface DatabaseProps {
  /**
   * Replicas that serve reads, spread over the other zones.
   *
   * Unit: replicas, 1–5.
   *
   * @default 2
   * @see guide, "AWS RDS"
   */
  readonly readReplicas?: number;

  /**
   * Storage of each instance.
   *
   * Unit: GiB, 20–16384.
   *
   * @default 100
   * @see guide, "AWS RDS"
   */
  readonly storageGib?: number;

  /**
   * `max_connections` of the server. Raise it together with `autoscaling.maxReplicas`.
   *
   * Unit: connections, 100–5000.
   *
   * @default 400
   */
  readonly maxConnections?: number;
}

/** Redis: a primary and replicas with automatic failover. */
export interface CacheProps {
  /**
   * Replicas of the primary, spread over the other zones.
   *
   * Unit: replicas, 2–5.
   *
   * @default 2
   */
  readonly replicas?: number;
}

/** Automatic backups of the database. */
export interface BackupProps {
  /**
   * How long a backup is kept, and how far back in time the database can be taken.
   *
   * Unit: days, 7–35.
   *
   * @default 30
   * @see guide, "Backup Strategy"
   */
  readonly retentionDays?: number;

  /**
   * When the daily backup is taken. Choose the quietest hour.
   *
   * Unit: `hh:mm-hh:mm` in UTC, 30 minutes or more.
   *
   * @default '03:00-04:00'
   * @see guide, "Backup Strategy"
   */
  readonly window?: string;
}

/** What the deployment has to promise. */
export interface ObjectivesProps {
  /**
   * Recovery time objective: the longest that requests may fail after any failure the pattern survives.
   *
   * Unit: seconds.
   *
   * @default - nothing is demanded
   */
  readonly rtoSeconds?: number;

  /**
   * Recovery point objective: the most recent writes that any failure the pattern survives may lose.
   *
   * Unit: seconds of writes.
   *
   * @default - nothing is demanded
   */
  readonly rpoSeconds?: number;

  /**
   * Share of time in which requests are answered.
   *
   * Unit: percent.
   *
   * @default - nothing is demanded
   * @see guide, "Overview": 99.9
   */
  readonly uptimePercent?: number;
}
