import type { Construct } from 'constructs';
import { type Endpoint, GATEWAY_ENVIRONMENT, SpecError } from '../../../lib';
import type { SecretKeyReference } from '../foundation/secret-key-reference';
import { Cache } from './cache';
import type { CacheAddress, ExistingCacheChoice } from './choice';

/**
 * A Redis that is there already.
 *
 * Costs, survives, does not survive: what its owner provides for.
 */
export class ExistingCache extends Cache {
  readonly kind = 'existing';
  readonly primary: Endpoint;
  readonly environment: Readonly<Record<string, string>>;
  readonly secretEnvironment: Readonly<Record<string, SecretKeyReference>>;
  readonly pods = null;

  /** @throws {SpecError} when there is no node to ask. */
  constructor(scope: Construct, id: string, choice: ExistingCacheChoice) {
    super(scope, id);
    const { reachedBy, password } = choice;
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
    this.primary = first;
    this.environment = {
      ...renderAddress(reachedBy),
      ...(choice.tls === 'off' ? {} : { [GATEWAY_ENVIRONMENT.redisTls]: 'true' }),
    };
    this.secretEnvironment = {
      ...(password === undefined ? {} : { [GATEWAY_ENVIRONMENT.redisPassword]: password }),
      ...renderSentinelPassword(reachedBy, password),
    };
  }
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
