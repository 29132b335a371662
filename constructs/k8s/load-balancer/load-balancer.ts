import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { LoadBalancerOutputs, LoadBalancerPlan } from '../../../lib';
import type { Workload } from '../compute/workload';
import { objectLabels } from '../foundation/labels';
import type { HttpRouteChoice, IngressChoice } from './choice';
import { renderController } from './ingress-controller';
import type { IngressSpec } from './proxy-spec';

export interface LoadBalancerBlockProps {
  readonly plan: LoadBalancerPlan;
  readonly namespace: string;
  readonly workload: Workload;
  readonly domainName: string;
  /** Name of this region alone. Null: there is no other region. */
  readonly regionDomainName: string | null;
  /** Secret of type `kubernetes.io/tls` for the domain. */
  readonly tlsSecretName: string;
  readonly target: IngressSpec;
}

/**
 * The way in: an Ingress with TLS in front of the gateway's Service. The controller sends requests to replicas that the
 * kubelet's readiness probe finds ready; those outside of the cluster probe by themselves.
 *
 * Costs: nothing; the controller is the cluster's.
 * Survives: what the ingress controller survives: run three replicas of it, one in each zone.
 * Does not survive: the loss of the controller, or a certificate that nobody renews.
 */
export class LoadBalancer extends Construct implements LoadBalancerOutputs {
  /** Chooses an Ingress, where the cluster has no Gateway. */
  static ingress(props: Omit<IngressChoice, 'kind'> = {}): IngressChoice {
    return { kind: 'ingress', ...props };
  }

  /** Chooses routes of the Gateway API: recommended, since every implementation reads the same timeouts. */
  static httpRoute(props: Omit<HttpRouteChoice, 'kind'>): HttpRouteChoice {
    return { kind: 'http-route', ...props };
  }

  /** The main resource: the Ingress. */
  readonly resource: k8s.KubeIngress;
  readonly hostName: string;

  constructor(scope: Construct, id: string, props: LoadBalancerBlockProps) {
    super(scope, id);
    const { target } = props;
    const settings =
      target.controller === null ? null : renderController(target.controller, props.plan);
    const hosts = listHosts(props);
    this.hostName = props.regionDomainName ?? props.domainName;
    this.resource = new k8s.KubeIngress(this, 'Resource', {
      metadata: {
        name: props.plan.name,
        namespace: props.namespace,
        labels: objectLabels(props.plan.name, 'ingress'),
        annotations: {
          ...settings?.ingress,
          ...renderRegionRecord('ingress', props.regionDomainName),
          ...target.annotations,
        },
      },
      spec: {
        ...(settings?.classIn === 'annotation' ? {} : { ingressClassName: target.className }),
        tls: [{ hosts: [...hosts], secretName: props.tlsSecretName }],
        rules: hosts.map((host) => ({
          host,
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: {
                  service: { name: props.workload.workloadName, port: { name: 'http' } },
                },
              },
            ],
          },
        })),
      },
    });
    for (const { apiVersion, kind, name, spec } of settings?.objects ?? []) {
      new ApiObject(this, kind, {
        apiVersion,
        kind,
        metadata: {
          name,
          namespace: props.namespace,
          labels: { ...objectLabels(props.plan.name, 'ingress') },
        },
        spec,
      });
    }
  }
}

/** The public name, and that of the region, by which health checks ask it past the public one. */
export function listHosts(names: {
  readonly domainName: string;
  readonly regionDomainName: string | null;
}): readonly string[] {
  const { domainName, regionDomainName } = names;
  return regionDomainName === null ? [domainName] : [domainName, regionDomainName];
}

/**
 * Lets the ExternalDNS of the cluster lead the region's own name here, and keeps it from the public name, which leads to
 * more than one region.
 *
 * @see https://kubernetes-sigs.github.io/external-dns/latest/docs/annotations/annotations/
 */
export function renderRegionRecord(
  source: 'ingress' | 'gateway',
  regionDomainName: string | null,
): Readonly<Record<string, string>> {
  if (regionDomainName === null) return {};
  return {
    [`external-dns.alpha.kubernetes.io/${source}-hostname-source`]: 'annotation-only',
    'external-dns.alpha.kubernetes.io/hostname': regionDomainName,
  };
}
