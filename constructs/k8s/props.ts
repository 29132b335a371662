import type { AutoscalingProps, DomainProps, GatewayProps } from '../../lib';
import type { KedaAutoscaling } from './autoscaling';
import type { BackupTarget } from './backup';
import type { SentinelCache } from './cache';
import type { CertificateIssuer } from './certificate';
import type { ChaosMesh } from './chaos';
import type { PatroniDatabase } from './database';
import type { LoadBalancerTarget } from './load-balancer';
import type { K6LoadTest } from './load-test';
import type { PrometheusOperator } from './monitoring';
import type { SecretKeyReference } from './workload';

/** The public name of the gateway, and its certificate. */
export interface IngressDomainProps extends DomainProps {
  /**
   * Secret of type `kubernetes.io/tls` with the certificate of the name, in the gateway's namespace.
   *
   * @default - the gateway's name with `-tls`, such as `litellm-tls`
   */
  readonly tlsSecretName?: string;

  /**
   * Issuer of cert-manager that makes and renews that Secret.
   *
   * @default - nobody; the Secret is there already
   */
  readonly issuer?: CertificateIssuer;
}

/** The description of a gateway, with Kubernetes's own kinds of handles. */
export interface K8sGatewayProps extends GatewayProps {
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
   * How many replicas run, and who decides that: with `Autoscaling.keda()` KEDA does, by requests and by load.
   *
   * @default - a HorizontalPodAutoscaler, 3 to 20 replicas at 70 % of their processor
   */
  readonly autoscaling?: AutoscalingProps | KedaAutoscaling;

  /**
   * Where dumps of the database are kept, when they are taken and for how long.
   *
   * @default - `Backup.volume()`
   */
  readonly backup?: BackupTarget;

  /**
   * Scraping, alerts and a dashboard. Give it where the cluster runs the Prometheus Operator; without its custom
   * resources, `kubectl apply` refuses them.
   *
   * @default - not watched; nothing is made that needs custom resources
   */
  readonly monitoring?: PrometheusOperator;

  /**
   * Failures on purpose, all paused. Give `Chaos.mesh()` where the cluster runs Chaos Mesh.
   *
   * @default - no experiments; nothing is made that needs custom resources
   */
  readonly chaos?: ChaosMesh;

  /**
   * A load test that waits to be started, such as `LoadTest.k6({ model: 'gpt-4o' })`.
   *
   * @default - no load test
   */
  readonly loadTest?: K6LoadTest;

  /**
   * Namespace to make and build in. Nothing else should live there: everything in it is closed by default.
   *
   * @default - the gateway's name
   */
  readonly namespace?: string;

  /**
   * What stands in front of the gateway: `LoadBalancer.ingress()`, or `LoadBalancer.httpRoute()` at a Gateway that
   * exists.
   *
   * @default - `LoadBalancer.ingress()`
   */
  readonly loadBalancer?: LoadBalancerTarget;

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
