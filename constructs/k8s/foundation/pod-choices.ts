import type { k8s } from 'cdk8s-plus-28';

/** Settings of any pod that depend on the cluster: where it runs and what it carries. */
export interface PodPlacementProps {
  /**
   * Taints that pods may run in spite of.
   *
   * @default - none
   */
  readonly tolerations?: readonly k8s.Toleration[];

  /**
   * Labels that a node must carry.
   *
   * @default - any node
   */
  readonly nodeSelector?: Readonly<Record<string, string>>;

  /**
   * Rules that labels cannot state. They come on top of `spread`.
   *
   * @default - none
   */
  readonly affinity?: k8s.Affinity;

  /**
   * Who is evicted first when a node is full.
   *
   * @default - the cluster's own
   */
  readonly priorityClassName?: string;

  /**
   * What runs the containers, such as gVisor.
   *
   * @default - the cluster's own
   */
  readonly runtimeClassName?: string;

  /**
   * Annotations of pods, such as those of a service mesh.
   *
   * @default - none
   */
  readonly annotations?: Readonly<Record<string, string>>;

  /**
   * Labels of pods, such as a cost center. Labels that select pods stay what they are.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;

  /**
   * Secrets of the gateway's namespace with the passwords of registries.
   *
   * @default - images are public
   */
  readonly imagePullSecrets?: readonly string[];
}

/** What else is mounted into the containers of a pod. */
export interface ExtraVolume {
  readonly volume: k8s.Volume;
  readonly mountPath: string;

  /**
   * Whether containers may only read it.
   *
   * @default true
   */
  readonly readOnly?: boolean;
}

export interface PodVolumeProps {
  /**
   * Volumes that every container of the pod mounts, such as a company's certificates.
   *
   * @default - none
   */
  readonly volumes?: readonly ExtraVolume[];
}

export interface PodSidecarProps {
  /**
   * Containers that run beside ours. Without a `securityContext` of their own they get the one that Pod Security
   * *restricted* demands.
   *
   * @default - none
   */
  readonly sidecars?: readonly k8s.Container[];
}

/** Settings of the pods of one part. */
export type PodProps = PodPlacementProps & PodVolumeProps & PodSidecarProps;

/** Pod settings, part by part. Those of a part are added to those of `all`. */
export interface PodsProps {
  /**
   * Every pod.
   *
   * @default - nothing
   */
  readonly all?: PodPlacementProps;

  /**
   * Replicas of the gateway.
   *
   * @default - nothing
   */
  readonly gateway?: PodProps;

  /**
   * Members of the database. CloudNativePG takes no `runtimeClassName`, `volumes` or `sidecars`.
   *
   * @default - nothing
   */
  readonly database?: PodProps;

  /**
   * PgBouncer.
   *
   * @default - nothing
   */
  readonly pooler?: PodProps;

  /**
   * Redis and its Sentinels.
   *
   * @default - nothing
   */
  readonly cache?: PodProps;

  /**
   * Jobs: migrations, backups, restores and load tests. A sidecar would keep them from ending.
   *
   * @default - nothing
   */
  readonly jobs?: PodPlacementProps & PodVolumeProps;
}

export const PARTS = ['gateway', 'database', 'pooler', 'cache', 'jobs'] as const;
export type Part = (typeof PARTS)[number];

/** Settings of the pods of one part, complete. */
export interface PodChoices {
  readonly part: Part;
  readonly tolerations: readonly k8s.Toleration[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Null: no rules beyond those of `spread`. */
  readonly affinity: k8s.Affinity | null;
  /** Null: the cluster's own. */
  readonly priorityClassName: string | null;
  /** Null: the cluster's own. */
  readonly runtimeClassName: string | null;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly imagePullSecrets: readonly string[];
  readonly volumes: readonly ExtraVolume[];
  readonly sidecars: readonly k8s.Container[];
}

export type PodsSpec = Readonly<Record<Part, PodChoices>>;

export function resolvePods(props: PodsProps = {}): PodsSpec {
  const resolve = (part: Part): PodChoices => {
    const all = props.all ?? {};
    const own: PodProps = props[part] ?? {};
    return {
      part,
      tolerations: [...(all.tolerations ?? []), ...(own.tolerations ?? [])],
      nodeSelector: { ...all.nodeSelector, ...own.nodeSelector },
      affinity: own.affinity ?? all.affinity ?? null,
      priorityClassName: own.priorityClassName ?? all.priorityClassName ?? null,
      runtimeClassName: own.runtimeClassName ?? all.runtimeClassName ?? null,
      annotations: { ...all.annotations, ...own.annotations },
      labels: { ...all.labels, ...own.labels },
      imagePullSecrets: [...(all.imagePullSecrets ?? []), ...(own.imagePullSecrets ?? [])],
      volumes: own.volumes ?? [],
      // JavaScript has no types to keep a sidecar from a Job.
      sidecars: part === 'jobs' ? [] : (own.sidecars ?? []),
    };
  };
  return {
    gateway: resolve('gateway'),
    database: resolve('database'),
    pooler: resolve('pooler'),
    cache: resolve('cache'),
    jobs: resolve('jobs'),
  };
}
