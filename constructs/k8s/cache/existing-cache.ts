import { type Endpoint, GATEWAY_ENVIRONMENT, SpecError } from '../../../lib';
import type { SecretKeyReference } from '../foundation/secret-key-reference';
import type { CacheAccess, CacheAddress, ExistingCache } from './choice';

/**
 * How a Redis that is brought is reached.
 *
 * @throws {SpecError} when there is no node to ask.
 */
export function describeExistingCache(target: ExistingCache): CacheAccess {
  const { reachedBy, password } = target;
  const [first] = endpointsOf(reachedBy);
  if (first === undefined) {
    throw new SpecError('cache', [
      {
        rule: 'k8s.cache.nodes',
        path: 'cache.reachedBy.nodes',
        allowed: 'name at least one node',
        got: 'none',
        fix: 'list the nodes with host and port',
      },
    ]);
  }
  return {
    primary: first,
    environment: {
      ...renderAddress(reachedBy),
      ...(target.tls === 'off' ? {} : { [GATEWAY_ENVIRONMENT.redisTls]: 'true' }),
    },
    secretEnvironment: {
      ...(password === undefined ? {} : { [GATEWAY_ENVIRONMENT.redisPassword]: password }),
      ...renderSentinelPassword(reachedBy, password),
    },
    pods: null,
  };
}

function endpointsOf(address: CacheAddress): readonly Endpoint[] {
  return address.kind === 'address' ? [address.endpoint] : address.nodes;
}

function renderAddress(address: CacheAddress): Readonly<Record<string, string>> {
  switch (address.kind) {
    case 'address':
      return {
        [GATEWAY_ENVIRONMENT.redisHost]: address.endpoint.host,
        [GATEWAY_ENVIRONMENT.redisPort]: String(address.endpoint.port),
      };
    case 'sentinels':
      return {
        [GATEWAY_ENVIRONMENT.redisSentinelNodes]: JSON.stringify(
          address.nodes.map(({ host, port }) => [host, port]),
        ),
        [GATEWAY_ENVIRONMENT.redisSentinelServiceName]: address.serviceName,
      };
    case 'cluster-nodes':
      return { [GATEWAY_ENVIRONMENT.redisClusterNodes]: renderClusterNodes(address.nodes) };
  }
}

/** The form of LiteLLM's `REDIS_CLUSTER_NODES`. */
export function renderClusterNodes(nodes: readonly Endpoint[]): string {
  return JSON.stringify(nodes.map(({ host, port }) => ({ host, port })));
}

function renderSentinelPassword(
  address: CacheAddress,
  password: SecretKeyReference | undefined,
): Readonly<Record<string, SecretKeyReference>> {
  if (address.kind !== 'sentinels') return {};
  const own = address.sentinelPassword ?? password;
  return own === undefined ? {} : { [GATEWAY_ENVIRONMENT.redisSentinelPassword]: own };
}
