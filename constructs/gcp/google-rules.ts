import { Token } from 'cdktf';
import type { Problem } from '../../lib';
import { DEFAULT_ZONES } from '../../lib/spec/defaults';
import type { CloudSqlSpec } from './database/choice';
import {
  DEFAULT_CACHE_MEMORY_GIB,
  DEFAULT_DATABASE_REPLICA_TIER,
  DEFAULT_DATABASE_TIER,
  LEAST_CACHE_MEMORY_GIB,
} from './defaults';
import { accept, type Checked, refuse } from './foundation/checked';
import { knownZoneNames } from './foundation/placement';
import type { ExistingNetwork } from './network/existing-network';
import type { GoogleGatewayProps } from './props';
import type { GivenSecret, SecretReference } from './secrets/given-secret';

/** Project and region have the form that Google gives them. */
export function checkNames(props: GoogleGatewayProps): readonly Problem[] {
  const problems: Problem[] = [];
  const projectPattern = /^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
  if (!Token.isUnresolved(props.project) && !projectPattern.test(props.project)) {
    problems.push({
      rule: 'gcp.project',
      path: 'project',
      allowed: 'be the id of a project',
      got: JSON.stringify(props.project),
      fix: 'write it like my-project-123, not its display name or number',
    });
  }
  if (!/^[a-z]+-[a-z]+\d+$/.test(props.region)) {
    problems.push({
      rule: 'gcp.region',
      path: 'region',
      allowed: 'be the name of a region',
      got: JSON.stringify(props.region),
      fix: 'write it like us-central1, without a zone',
    });
  }
  return problems;
}

/** There are as many zones as the plan spreads over, all of the region. */
export function checkZoneNames(props: GoogleGatewayProps): Checked<readonly string[]> {
  const zones = props.zones ?? DEFAULT_ZONES;
  const known = knownZoneNames(props.region);
  if (props.zoneNames === undefined) {
    if (known.length >= zones) return accept(known.slice(0, zones));
    return refuse({
      rule: 'gcp.zones',
      path: 'zones',
      allowed: `be at most ${known.length}, the zones known of ${props.region} (${known.join(', ')})`,
      got: String(zones),
      fix: 'lower it, or name the zones in zoneNames',
    });
  }
  const { zoneNames } = props;
  const distinct = new Set(zoneNames).size === zoneNames.length;
  const inRegion = zoneNames.every((zone) => /^[a-z]$/.test(zone.replace(`${props.region}-`, '')));
  if (zoneNames.length === zones && distinct && inRegion) return accept(zoneNames);
  return refuse({
    rule: 'gcp.zones',
    path: 'zoneNames',
    allowed: `be ${zones} different zones of ${props.region}, as many as zones says`,
    got: JSON.stringify(zoneNames),
    fix: `write them like ${known.slice(0, 3).join(', ')}`,
  });
}

/** There is a name to issue the certificate for. */
export function checkDomain(props: Partial<GoogleGatewayProps>): Checked<string> {
  if (props.domain !== undefined) return accept(props.domain.name);
  return refuse({
    rule: 'gcp.domain',
    path: 'domain',
    allowed: 'be given, because Google issues the certificate of the load balancer for a name',
    got: 'nothing',
    fix: "add domain: { name: 'api.example.com' }",
  });
}

/** Nothing is asked of the autoscaler that instance groups cannot do. */
export function checkAutoscaling(props: GoogleGatewayProps): readonly Problem[] {
  const memoryPercent = props.autoscaling?.memoryPercent;
  if (memoryPercent === undefined) return [];
  return [
    {
      rule: 'gcp.autoscaling.memory',
      path: 'autoscaling.memoryPercent',
      allowed: 'be left out, because instance groups do not scale by memory',
      got: String(memoryPercent),
      fix: 'remove it; autoscaling.cpuPercent scales the group',
    },
  ];
}

/** The tiers have a service level, and replicas the edition of their primary. */
export function checkDatabase(props: GoogleGatewayProps): Checked<CloudSqlSpec> {
  const tier = props.database?.tier ?? DEFAULT_DATABASE_TIER;
  const replicaTier = props.database?.replicaTier ?? DEFAULT_DATABASE_REPLICA_TIER;
  const edition = editionOf(tier);
  if (edition === null) {
    return refuse({
      rule: 'gcp.database.tier',
      path: 'database.tier',
      allowed: 'be db-custom-CPUS-MIB or db-perf-optimized-N-…; shared cores have no service level',
      got: JSON.stringify(tier),
      fix: `write it like ${DEFAULT_DATABASE_TIER}`,
    });
  }
  if (editionOf(replicaTier) === edition) return accept({ tier, replicaTier, edition });
  return refuse({
    rule: 'gcp.database.tier',
    path: 'database.replicaTier',
    allowed: `be of the same edition as database.tier (${tier})`,
    got: JSON.stringify(replicaTier),
    fix:
      edition === 'ENTERPRISE'
        ? `write it like ${DEFAULT_DATABASE_REPLICA_TIER}`
        : 'write it like db-perf-optimized-N-2',
  });
}

/** New instances of PostgreSQL 16 become Enterprise Plus unless told otherwise, and that edition refuses custom tiers. */
function editionOf(tier: string): CloudSqlSpec['edition'] | null {
  if (/^db-custom-\d+-\d+$/.test(tier)) return 'ENTERPRISE';
  if (/^db-perf-optimized-N-\d+$/.test(tier)) return 'ENTERPRISE_PLUS';
  return null;
}

/** The cache is large enough to have replicas. */
export function checkCacheMemory(props: GoogleGatewayProps): Checked<number> {
  const memoryGib = props.cache?.memoryGib ?? DEFAULT_CACHE_MEMORY_GIB;
  if (Number.isInteger(memoryGib) && memoryGib >= LEAST_CACHE_MEMORY_GIB && memoryGib <= 300) {
    return accept(memoryGib);
  }
  return refuse({
    rule: 'gcp.cache.memory',
    path: 'cache.memoryGib',
    allowed: 'be a whole number from 5 to 300 (GiB), because smaller instances have no replicas',
    got: String(memoryGib),
    fix: 'write it like 5',
  });
}

/** Each secret is an id, never a value, under the name of an environment variable. */
export function checkSecrets(props: GoogleGatewayProps): Checked<readonly GivenSecret[]> {
  const problems: Problem[] = [];
  const secrets: GivenSecret[] = [];
  for (const [name, reference] of Object.entries(props.secrets ?? {}).sort(byName)) {
    const secret = parseSecret(reference, props.project);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      problems.push({
        rule: 'gcp.secrets',
        path: 'secrets',
        allowed: 'have names of environment variables (letters, digits and underscores) as keys',
        got: JSON.stringify(name),
        fix: 'write it like OPENAI_API_KEY',
      });
    } else if (secret === null) {
      problems.push({
        rule: 'gcp.secrets',
        path: `secrets.${name}.secretId`,
        allowed: 'be the id of a secret in Secret Manager, or projects/PROJECT/secrets/ID',
        got: 'something else',
        fix: 'give the id of the secret, never its value',
      });
    } else secrets.push({ environmentName: name, ...secret });
  }
  return problems.length === 0 ? accept(secrets) : { value: null, problems };
}

/** The reference may hold a secret's value by mistake, so that a refusal never prints it. */
function parseSecret(
  reference: SecretReference,
  project: string,
): Omit<GivenSecret, 'environmentName'> | null {
  const { secretId } = reference;
  const version = reference.version ?? 'latest';
  if (Token.isUnresolved(secretId)) return { project, secretId, version };
  const pattern = /^(?:projects\/([a-z0-9.:-]+)\/secrets\/)?([A-Za-z0-9_-]{1,255})$/;
  const [matched, owner, shortId = ''] = pattern.exec(secretId) ?? [];
  if (matched === undefined || !/^[A-Za-z0-9_-]{1,63}$/.test(version)) return null;
  return { project: owner ?? project, secretId: shortId, version };
}

/** A network that is brought is whole. */
export function checkNetwork(network: ExistingNetwork | null): {
  readonly value: ExistingNetwork | null;
  readonly problems: readonly Problem[];
} {
  if (network === null) return { value: null, problems: [] };
  const problems = (['networkId', 'subnetworkId'] as const)
    .filter((key) => network[key] === '')
    .map((key) => ({
      rule: 'gcp.network',
      path: `network.${key}`,
      allowed: 'be given for a network that exists already',
      got: 'nothing',
      fix: 'give both ids, or leave network out to have one created',
    }));
  return { value: network, problems };
}

function byName(one: readonly [string, unknown], other: readonly [string, unknown]): number {
  return one[0] < other[0] ? -1 : 1;
}
