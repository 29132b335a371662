import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { DnsOutputs, MultiRegionTopology, RoutingPlan, RoutingTarget } from '../../../lib';
import { objectLabels } from '../foundation/labels';

/** One region as the public name sees it. */
export interface DnsRegion {
  readonly region: string;
  /** Name that leads to this region alone. */
  readonly domainName: string;
  /** Id of the health check that watches it. */
  readonly healthCheckId: string;
}

export interface DnsBlockProps {
  readonly topology: MultiRegionTopology;
  readonly namespace: string;
  readonly regions: readonly DnsRegion[];
}

/** A health check as Route 53 is asked for it: `aws route53 create-health-check --health-check-config file://…`. */
interface HealthCheckConfig {
  readonly Type: 'HTTPS';
  readonly FullyQualifiedDomainName: string;
  readonly Port: 443;
  readonly ResourcePath: string;
  readonly RequestInterval: number;
  readonly FailureThreshold: number;
  readonly EnableSNI: true;
}

interface ProviderProperty {
  readonly name: string;
  readonly value: string;
}

/**
 * The public name: records that ExternalDNS writes once, each with a health check that decides whether it is given. During
 * a failover nobody edits them. Apply it to one cluster whose ExternalDNS reads the source `crd` and writes to Route 53.
 *
 * The health checks have to be there first; their configuration stands in a ConfigMap beside, one file for each region.
 *
 * Costs: a health check per region.
 * Survives: the loss of any region, also of the cluster it was applied to: records stay.
 * Does not survive: the deletion of the DNSEndpoint, with which ExternalDNS removes the records under its policy `sync`.
 */
export class Dns extends Construct implements DnsOutputs {
  /** The main resource: the DNSEndpoint. */
  readonly resource: ApiObject;
  readonly healthChecks: k8s.KubeConfigMap;
  readonly url: string;

  constructor(scope: Construct, id: string, props: DnsBlockProps) {
    super(scope, id);
    const { topology, namespace, regions } = props;
    const { name, dns, routing } = topology;
    const labels = { ...objectLabels(name, 'edge') };
    this.url = `https://${dns.domainName}`;
    this.resource = new ApiObject(this, 'Resource', {
      apiVersion: 'externaldns.k8s.io/v1alpha1',
      kind: 'DNSEndpoint',
      metadata: { name, namespace, labels },
      spec: {
        endpoints: routing.targets.flatMap((target, index) =>
          renderEndpoints(topology, target, {
            region: requireRegion(regions, target.region),
            isDefault: index === 0,
          }),
        ),
      },
    });
    this.healthChecks = new k8s.KubeConfigMap(this, 'HealthChecks', {
      metadata: { name: `${name}-health-checks`, namespace, labels },
      data: Object.fromEntries(
        regions.map(({ region, domainName }) => [
          `${region}.json`,
          `${JSON.stringify(renderHealthCheck(routing, domainName), null, 2)}\n`,
        ]),
      ),
    });
  }
}

/** A record for each way that leads to a region: one, or one for each continent whose clients come there. */
function renderEndpoints(
  { dns, routing }: MultiRegionTopology,
  target: RoutingTarget,
  place: { readonly region: DnsRegion; readonly isDefault: boolean },
): readonly unknown[] {
  const { region, domainName, healthCheckId } = place.region;
  return renderWays(routing, target, place).map(({ suffix, properties }) => ({
    dnsName: dns.domainName,
    recordType: 'CNAME',
    recordTTL: routing.ttlSeconds,
    setIdentifier: `${region}${suffix}`,
    targets: [domainName],
    providerSpecific: [...properties, { name: 'aws/health-check-id', value: healthCheckId }],
  }));
}

interface Way {
  readonly suffix: string;
  readonly properties: readonly ProviderProperty[];
}

/** @see https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/aws/#routing-policies */
function renderWays(
  { policy }: RoutingPlan,
  { region, rank, continents }: RoutingTarget,
  { isDefault }: { readonly isDefault: boolean },
): readonly Way[] {
  switch (policy) {
    case 'failover':
      return [{ suffix: '', properties: [{ name: 'aws/failover', value: rank.toUpperCase() }] }];
    case 'latency':
      return [{ suffix: '', properties: [{ name: 'aws/region', value: region }] }];
    case 'geolocation':
      return [
        ...continents.map((continent) => ({
          suffix: `-${continent.toLowerCase()}`,
          properties: [{ name: 'aws/geolocation-continent-code', value: continent }],
        })),
        // Whoever is nowhere known is led to the first region.
        ...(isDefault
          ? [
              {
                suffix: '-default',
                properties: [{ name: 'aws/geolocation-country-code', value: '*' }],
              },
            ]
          : []),
      ];
    case 'anycast':
      throw new Error('steering.policy let anycast pass');
  }
}

function renderHealthCheck(routing: RoutingPlan, domainName: string): HealthCheckConfig {
  return {
    Type: 'HTTPS',
    FullyQualifiedDomainName: domainName,
    Port: 443,
    ResourcePath: routing.healthPath,
    RequestInterval: routing.probeIntervalSeconds,
    FailureThreshold: routing.failureThreshold,
    EnableSNI: true,
  };
}

function requireRegion(regions: readonly DnsRegion[], region: string): DnsRegion {
  const found = regions.find((each) => each.region === region);
  if (found === undefined) throw new Error(`nothing is known of the region ${region}`);
  return found;
}
