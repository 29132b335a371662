import { type GatewayProps, type GatewaySpec, SpecError } from '../../lib';
import { readGatewayBundle } from '../../lib/gateway-bundle';
import type { KedaChoice } from './autoscaling/autoscaling';
import { Backup } from './backup/backup';
import { checkNames } from './check-names';
import { Cache } from './cache/cache';
import { Database } from './database/database';
import { DEFAULT_DATA_VOLUME_MIB, DEFAULT_SIZE, DEFAULT_SPREAD } from './defaults';
import { type PodsProps, resolvePods } from './foundation/pod-choices';
import type { K8sGatewayProps } from './props';
import type { RegionHandles } from './region';
import { resolveProxy } from './resolve-proxy';
import { Secrets } from './secrets/secrets';
import { SIZES } from './foundation/sizes';

/** The part of a description that all targets have in common. */
export function describeInCommon({ cache, ...props }: Omit<K8sGatewayProps, 'cidr'>): GatewayProps {
  // Only with Sentinels is the number of replicas a choice.
  return cache?.kind === 'sentinel' ? { ...props, cache } : props;
}

/**
 * What the user handed over or chose beyond the common description, complete.
 *
 * @throws {SpecError} naming every name that a cluster or an object storage would refuse.
 */
export function resolveHandles(
  props: Omit<K8sGatewayProps, 'cidr'>,
  spec: GatewaySpec,
): RegionHandles {
  const problems = checkNames(props);
  if (problems.length > 0) throw new SpecError(`${spec.name} on k8s`, problems);
  const { gatewayScript } = props;
  const { namespace, namespaceOrigin } = chooseNamespace(props, spec);
  const database = props.database ?? Database.patroni();
  return {
    namespace,
    namespaceOrigin,
    secrets: props.secrets ?? {},
    secretSource: props.secretSource ?? Secrets.generated(),
    database,
    cache: props.cache ?? Cache.sentinel(),
    spread: props.spread ?? DEFAULT_SPREAD,
    dataVolume: props.dataVolume ?? { kind: 'empty-dir', sizeMib: DEFAULT_DATA_VOLUME_MIB },
    pods: resolvePods(choosePods(props)),
    sizes: SIZES[props.size ?? DEFAULT_SIZE],
    service: props.service ?? null,
    migrationRollout: props.migrationRollout ?? 'gateway',
    domainName: props.domain.name,
    tlsSecretName: props.domain.tlsSecretName ?? `${spec.name}-tls`,
    issuer: props.domain.issuer ?? null,
    proxy: resolveProxy(props, namespace),
    backup: props.backup ?? (database.kind === 'existing' ? null : Backup.volume()),
    keda: chooseKeda(props),
    chaos: props.chaos ?? null,
    loadTest: props.loadTest ?? null,
    monitoring: props.monitoring ?? null,
    place: null,
    readGatewayScript: gatewayScript === undefined ? readGatewayBundle : () => gatewayScript,
  };
}

/** The older word for what `pods.gateway` says too. */
function choosePods({ pods, priorityClassName }: Omit<K8sGatewayProps, 'cidr'>): PodsProps {
  return priorityClassName === undefined
    ? { ...pods }
    : { ...pods, gateway: { priorityClassName, ...pods?.gateway } };
}

function chooseNamespace(
  { namespace }: Omit<K8sGatewayProps, 'cidr'>,
  { name }: GatewaySpec,
): Pick<RegionHandles, 'namespace' | 'namespaceOrigin'> {
  return typeof namespace === 'object'
    ? { namespace: namespace.name, namespaceOrigin: 'existing' }
    : { namespace: namespace ?? name, namespaceOrigin: 'created' };
}

function chooseKeda({ autoscaling }: Omit<K8sGatewayProps, 'cidr'>): KedaChoice | null {
  return autoscaling !== undefined && 'kind' in autoscaling ? autoscaling : null;
}
