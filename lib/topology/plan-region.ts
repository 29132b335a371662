import { GATEWAY_ENVIRONMENT, GATEWAY_PATHS, GATEWAY_PORT } from '../gateway-contract';
import { MONITORING, SENTINELS, SENTINEL_TIMERS } from '../spec/defaults';
import type { GatewaySpec } from '../spec/spec';
import { parseCidr, renderCidr, splitCidr } from './cidr';
import type { TargetTraits } from './target-traits';
import { planTimers, type Timers } from './timers';
import type { RegionPlan } from './topology';

const POSTGRES_PORT = 5432;
const REDIS_PORT = 6379;
const SENTINEL_PORT = 26379;

/** Cuts a complete description into one slice for each noun. */
export function planRegion(spec: GatewaySpec, traits: TargetTraits): RegionPlan {
  const timers = planTimers({ streaming: spec.streaming, probe: spec.probe, traits });
  const [windowStart, windowEnd] = spec.backup.window.split('-') as [string, string];
  return {
    name: spec.name,
    role: 'primary',
    network: planNetwork(spec),
    secrets: {
      given: spec.secretNames,
      generated: ['master-key', 'salt-key', 'database-password', 'cache-password'],
    },
    database: {
      majorVersion: spec.database.majorVersion,
      databaseName: 'litellm',
      userName: 'litellm',
      port: POSTGRES_PORT,
      standbyInOtherZone: true,
      encrypted: true,
      deletionProtection: true,
      readReplicas: spec.database.readReplicas,
      zones: spec.zones,
      storageGib: spec.database.storageGib,
      maxConnections: spec.database.maxConnections,
      connectionsPerReplica: spec.config.general.databaseConnectionPoolLimit,
      pooler: spec.database.pooler,
    },
    cache: {
      port: REDIS_PORT,
      replicas: spec.cache.replicas,
      zones: spec.zones,
      automaticFailover: true,
      encrypted: true,
      sentinel: {
        port: SENTINEL_PORT,
        serviceName: 'mymaster',
        ...SENTINELS,
        ...SENTINEL_TIMERS,
      },
    },
    compute: {
      name: spec.name,
      regionName: null,
      image: spec.image,
      port: GATEWAY_PORT,
      zones: spec.zones,
      cpuMillicores: spec.compute.cpuMillicores,
      memoryMib: spec.compute.memoryMib,
      livenessPath: GATEWAY_PATHS.liveness,
      readinessPath: GATEWAY_PATHS.readiness,
      timers,
      configYaml: spec.config.canonicalYaml,
      environment: planEnvironment(timers),
    },
    loadBalancer: {
      name: spec.name,
      domainName: spec.domainName,
      targetPort: GATEWAY_PORT,
      probePath: GATEWAY_PATHS.readiness,
      timers,
      redirectHttp: true,
    },
    autoscaling: spec.autoscaling,
    backup: { retentionDays: spec.backup.retentionDays, windowStart, windowEnd },
    monitoring: {
      ...MONITORING,
      availabilityPercent: spec.objectives.uptimePercent ?? MONITORING.availabilityPercent,
    },
  };
}

function planNetwork(spec: GatewaySpec): RegionPlan['network'] {
  const range = parseCidr(spec.cidr);
  if (range === null) throw new Error(`network.cidr let ${spec.cidr} pass`);
  const [computeCidr, dataCidr] = splitCidr(range, 2).map(renderCidr) as [string, string];
  return { cidr: spec.cidr, computeCidr, dataCidr, zones: spec.zones };
}

function planEnvironment(timers: Timers): Readonly<Record<string, string>> {
  return {
    [GATEWAY_ENVIRONMENT.host]: '0.0.0.0',
    [GATEWAY_ENVIRONMENT.port]: String(GATEWAY_PORT),
    [GATEWAY_ENVIRONMENT.keepAliveSeconds]: String(timers.keepAliveSeconds),
    [GATEWAY_ENVIRONMENT.propagationSeconds]: String(timers.propagationSeconds),
    [GATEWAY_ENVIRONMENT.drainSeconds]: String(timers.drainSeconds),
  };
}
