import type { Construct } from 'constructs';
import {
  K8S_TRAITS,
  planSingleRegion,
  resolveSpec,
  type DomainProps,
  type GatewayProps,
} from '../../../lib';
import { readGatewayBundle } from '../../../lib/gateway-bundle';
import type { SentinelCache } from '../cache';
import type { PatroniDatabase } from '../database';
import { GatewayDeployment } from '../deployment';
import type { SecretKeyReference } from '../workload';

/** The public name of the gateway, and its certificate. */
export interface IngressDomainProps extends DomainProps {
  /**
   * Secret of type `kubernetes.io/tls` with the certificate of the name, in the gateway's namespace.
   *
   * @default - the gateway's name with `-tls`, such as `litellm-tls`
   */
  readonly tlsSecretName?: string;
}

/** `SingleRegionHA` on Kubernetes. */
export interface SingleRegionHAProps extends GatewayProps {
  /**
   * The public name of the gateway, and its certificate.
   */
  readonly domain: IngressDomainProps;

  /**
   * For each `os.environ/NAME` of the configuration, the key of a Secret in the gateway's namespace.
   *
   * @default - none; refused when the configuration references any
   */
  readonly secrets?: Readonly<Record<string, SecretKeyReference>>;

  /**
   * PostgreSQL of the gateway.
   *
   * @default - `Database.patroni()`
   */
  readonly database?: PatroniDatabase;

  /**
   * Redis of the gateway.
   *
   * @default - `Cache.sentinel()`
   */
  readonly cache?: SentinelCache;

  /**
   * Namespace to make and build in. Nothing else should live there: everything in it is closed by default.
   *
   * @default - the gateway's name
   */
  readonly namespace?: string;

  /**
   * Which ingress controller serves the gateway. Streaming and timeouts are set by the annotations of ingress-nginx.
   *
   * @default 'nginx'
   */
  readonly ingressClassName?: string;

  /**
   * Namespace of the ingress controller, the only one that may reach the gateway.
   *
   * @default 'ingress-nginx'
   */
  readonly ingressNamespace?: string;

  /**
   * The program of the gateway as one JavaScript file. Change it to run a build of your own on the stock Node image.
   *
   * @default - the gateway of this package
   */
  readonly gatewayScript?: string;
}

/**
 * One cluster over several zones: it survives the loss of any replica, of any zone, of the database's primary and of the
 * cache. It does not survive the loss of the cluster.
 *
 * Needs Kubernetes 1.27 or newer, nodes that carry `topology.kubernetes.io/zone`, a default storage class, the metrics
 * server, and an ingress controller.
 */
export class SingleRegionHA extends GatewayDeployment {
  /** Builds in `scope`: a Chart, or an App, which then gets a chart of that id. */
  constructor(scope: Construct, id: string, props: SingleRegionHAProps) {
    const { spec, warnings } = resolveSpec(props, K8S_TRAITS);
    const { gatewayScript } = props;
    super(scope, id, {
      topology: planSingleRegion(spec, K8S_TRAITS),
      warnings,
      handles: {
        namespace: props.namespace ?? spec.name,
        secrets: props.secrets ?? {},
        domainName: props.domain.name,
        tlsSecretName: props.domain.tlsSecretName ?? `${spec.name}-tls`,
        ingressClassName: props.ingressClassName ?? 'nginx',
        ingressNamespace: props.ingressNamespace ?? 'ingress-nginx',
        readGatewayScript: gatewayScript === undefined ? readGatewayBundle : () => gatewayScript,
      },
    });
  }
}
