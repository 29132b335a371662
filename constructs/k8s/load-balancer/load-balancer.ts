import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { LoadBalancerOutputs, LoadBalancerPlan } from '../../../lib';
import type { Workload } from '../compute/workload';
import { objectLabels } from '../foundation/labels';

/** An Ingress of the nginx controller. */
export interface IngressChoice {
  readonly kind: 'ingress';

  /**
   * Which ingress controller serves the gateway. Streaming and timeouts are set by the annotations of ingress-nginx.
   *
   * @default 'nginx'
   */
  readonly className?: string;
}

/** Routes of the Gateway API, at a Gateway that exists. */
export interface HttpRouteChoice {
  readonly kind: 'http-route';

  readonly gatewayName: string;

  /**
   * Namespace of the Gateway. It has to allow routes from the namespace of this deployment.
   *
   * @default - the namespace of this deployment
   */
  readonly gatewayNamespace?: string;

  /**
   * Listener of the Gateway that ends TLS for the domain.
   *
   * @default 'https'
   */
  readonly sectionName?: string;

  /**
   * Listener of the Gateway for plain HTTP, from which clients are redirected.
   *
   * @default 'http'
   */
  readonly httpSectionName?: string;

  /**
   * Namespace that the Gateway's proxies run in, the only one that may reach the gateway.
   *
   * @default - the namespace of the Gateway
   */
  readonly proxyNamespace?: string;
}

export type LoadBalancerChoice = IngressChoice | HttpRouteChoice;

export interface LoadBalancerBlockProps {
  readonly plan: LoadBalancerPlan;
  readonly namespace: string;
  readonly workload: Workload;
  readonly domainName: string;
  /** Name of this region alone. Null: there is no other region. */
  readonly regionDomainName: string | null;
  /** Secret of type `kubernetes.io/tls` for the domain. */
  readonly tlsSecretName: string;
  readonly ingressClassName: string;
}

/**
 * The way in: an Ingress with TLS in front of the gateway's Service. The controller sends requests to replicas that the
 * kubelet's readiness probe finds ready, so it has no probe of its own.
 *
 * Costs: nothing; the controller is the cluster's.
 * Survives: what the ingress controller survives: run three replicas of it, one in each zone.
 * Does not survive: the loss of the controller, or a certificate that nobody renews.
 */
export class LoadBalancer extends Construct implements LoadBalancerOutputs {
  /** Chooses an Ingress. */
  static ingress(props: Omit<IngressChoice, 'kind'> = {}): IngressChoice {
    return { kind: 'ingress', ...props };
  }

  /** Chooses routes of the Gateway API. */
  static httpRoute(props: Omit<HttpRouteChoice, 'kind'>): HttpRouteChoice {
    return { kind: 'http-route', ...props };
  }

  /** The main resource: the Ingress. */
  readonly resource: k8s.KubeIngress;
  readonly hostName: string;

  constructor(scope: Construct, id: string, props: LoadBalancerBlockProps) {
    super(scope, id);
    const hosts = listHosts(props);
    this.hostName = props.regionDomainName ?? props.domainName;
    this.resource = new k8s.KubeIngress(this, 'Resource', {
      metadata: {
        name: props.plan.name,
        namespace: props.namespace,
        labels: objectLabels(props.plan.name, 'ingress'),
        annotations: {
          ...renderAnnotations(props.plan),
          ...renderRegionRecord('ingress', props.regionDomainName),
        },
      },
      spec: {
        ingressClassName: props.ingressClassName,
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

/**
 * Settings of the nginx controller. Not `upstream-hash-by`, which the guide sets too: hashing wins over `ewma`, and all
 * clients behind one address would share one replica.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
 */
function renderAnnotations({ timers, redirectHttp }: LoadBalancerPlan): Record<string, string> {
  const idleSeconds = String(timers.loadBalancerIdleSeconds);
  return Object.fromEntries(
    Object.entries({
      'force-ssl-redirect': String(redirectHttp),
      'ssl-redirect': String(redirectHttp),
      'proxy-connect-timeout': '5',
      'proxy-read-timeout': idleSeconds,
      'proxy-send-timeout': idleSeconds,
      // Streams reach the client chunk by chunk, and request bodies the gateway.
      'proxy-buffering': 'off',
      'proxy-request-buffering': 'off',
      'proxy-body-size': '10m',
      'load-balance': 'ewma',
      // A request that a replica never answered may be sent to another; one it has begun to answer never is.
      'proxy-next-upstream': 'error',
      'proxy-next-upstream-tries': '2',
    }).map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]),
  );
}
