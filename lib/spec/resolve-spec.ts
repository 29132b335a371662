import { SpecError, type Warning } from '../errors';
import type { TargetTraits } from '../topology/target-traits';
import * as defaults from './defaults';
import type { GatewayProps } from './props';
import { checkRules } from './rules';
import type { GatewaySpec, PoolerSpec } from './spec';
import { noticeWarnings } from './warnings';

/** A complete description and what deserves a look in it. */
export interface ResolvedSpec {
  readonly spec: GatewaySpec;
  readonly warnings: readonly Warning[];
}

/**
 * Completes a description with the defaults and checks it against every rule. `pooler`: what stands between replicas and
 * the database, where that is not what the target always puts there.
 *
 * @throws {SpecError} naming every broken rule at once.
 */
export function resolveSpec(
  props: GatewayProps,
  traits: TargetTraits,
  pooler: PoolerSpec | null = traits.pooler,
): ResolvedSpec {
  const spec = completeSpec(props, pooler);
  const problems = checkRules(spec, traits);
  if (problems.length > 0) throw new SpecError(`${spec.name} on ${traits.target}`, problems);
  return { spec, warnings: [...props.config.warnings, ...noticeWarnings(spec, traits)] };
}

/** Fills in the defaults and checks nothing. */
export function completeSpec(props: GatewayProps, pooler: PoolerSpec | null = null): GatewaySpec {
  return {
    name: props.name ?? defaults.DEFAULT_NAME,
    config: props.config,
    zones: props.zones ?? defaults.DEFAULT_ZONES,
    cidr: props.cidr ?? defaults.DEFAULT_CIDR,
    domainName: props.domain?.name ?? null,
    secretNames: Object.keys(props.secrets ?? {}).sort(),
    image:
      props.image === undefined
        ? { kind: 'packaged' }
        : { kind: 'registry', reference: props.image.reference },
    compute: {
      cpuMillicores: props.compute?.cpuMillicores ?? defaults.DEFAULT_CPU_MILLICORES,
      memoryMib: props.compute?.memoryMib ?? defaults.DEFAULT_MEMORY_MIB,
    },
    autoscaling: {
      minReplicas: props.autoscaling?.minReplicas ?? defaults.DEFAULT_MIN_REPLICAS,
      maxReplicas: props.autoscaling?.maxReplicas ?? defaults.DEFAULT_MAX_REPLICAS,
      cpuPercent: props.autoscaling?.cpuPercent ?? defaults.DEFAULT_CPU_PERCENT,
      memoryPercent: props.autoscaling?.memoryPercent ?? null,
      scaleUp: defaults.DEFAULT_SCALE_UP,
      scaleDown: defaults.DEFAULT_SCALE_DOWN,
    },
    streaming: {
      maxStreamSeconds: props.streaming?.maxStreamSeconds ?? defaults.DEFAULT_MAX_STREAM_SECONDS,
      idleSeconds: props.streaming?.idleSeconds ?? defaults.DEFAULT_IDLE_SECONDS,
    },
    probe: {
      intervalSeconds: props.probe?.intervalSeconds ?? defaults.DEFAULT_PROBE.intervalSeconds,
      timeoutSeconds: props.probe?.timeoutSeconds ?? defaults.DEFAULT_PROBE.timeoutSeconds,
      healthyThreshold: props.probe?.healthyThreshold ?? defaults.DEFAULT_PROBE.healthyThreshold,
      unhealthyThreshold:
        props.probe?.unhealthyThreshold ?? defaults.DEFAULT_PROBE.unhealthyThreshold,
    },
    database: {
      majorVersion: defaults.DEFAULT_POSTGRES_MAJOR,
      readReplicas: props.database?.readReplicas ?? defaults.DEFAULT_READ_REPLICAS,
      storageGib: props.database?.storageGib ?? defaults.DEFAULT_STORAGE_GIB,
      maxConnections: props.database?.maxConnections ?? defaults.DEFAULT_MAX_CONNECTIONS,
      pooler,
    },
    cache: { replicas: props.cache?.replicas ?? defaults.DEFAULT_CACHE_REPLICAS },
    backup: {
      retentionDays: props.backup?.retentionDays ?? defaults.DEFAULT_BACKUP_RETENTION_DAYS,
      window: props.backup?.window ?? defaults.DEFAULT_BACKUP_WINDOW,
    },
    objectives: {
      rtoSeconds: props.objectives?.rtoSeconds ?? null,
      rpoSeconds: props.objectives?.rpoSeconds ?? null,
      uptimePercent: props.objectives?.uptimePercent ?? null,
    },
  };
}
