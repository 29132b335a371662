import type { AutoscalingProps, DomainProps, GatewayProps } from '../../lib';
import type { KedaChoice } from './autoscaling/autoscaling';
import type { BackupChoice } from './backup/choice';
import type { CacheChoice } from './cache/choice';
import type { ChaosMeshChoice } from './chaos/chaos';
import type { K6Choice } from './chaos/load-test';
import type { MigrationRollout } from './compute/migration';
import type { DataVolume, ServiceChoice } from './compute/workload';
import type { DatabaseChoice } from './database/choice';
import type { SecretKeyReference } from './foundation/secret-key-reference';
import type { PodsProps } from './foundation/pod-choices';
import type { SpreadChoice } from './foundation/spread';
import type { CertificateIssuer } from './load-balancer/certificate';
import type { LoadBalancerChoice } from './load-balancer/choice';
import type { PrometheusOperatorChoice } from './monitoring/monitoring';
import type { ExistingNamespace } from './network/network';
import type { RemoteSecret, SecretSource } from './secrets/source';
import type { SizeChoice } from './foundation/sizes';

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
export interface K8sGatewayProps extends Omit<GatewayProps, 'cache'> {
  /**
   * The public name of the gateway, and its certificate.
   */
  readonly domain: IngressDomainProps;

  /**
   * For each `os.environ/NAME` of the configuration, the key of a Secret in the gateway's namespace, or with
   * `Secrets.remote(…)` a value of the secret manager of `secretSource`.
   *
   * @default - none; refused when the configuration references any
   */
  readonly secrets?: Readonly<Record<string, SecretKeyReference | RemoteSecret>>;

  /**
   * Where passwords and the administrator's key come from: `Secrets.generated()`, `Secrets.existing('name')`, or
   * `Secrets.external({ … })` for a secret manager.
   *
   * @default - `Secrets.generated()`
   */
  readonly secretSource?: SecretSource;

  /**
   * PostgreSQL of the gateway: `Database.patroni()`, `Database.cloudNativePg()` where the cluster runs that operator, or
   * `Database.existing({ … })`.
   *
   * @default - `Database.patroni()`
   */
  readonly database?: DatabaseChoice;

  /**
   * Redis of the gateway: `Cache.sentinel()`, `Cache.cluster()` for three shards, or `Cache.existing({ … })`.
   *
   * @default - `Cache.sentinel()`
   */
  readonly cache?: CacheChoice;

  /**
   * How many replicas run, and who decides that: with `Autoscaling.keda()` KEDA does, by requests and by load.
   *
   * @default - a HorizontalPodAutoscaler, 3 to 20 replicas at 70 % of their processor
   */
  readonly autoscaling?: AutoscalingProps | KedaChoice;

  /**
   * Where dumps of the database are kept, when they are taken and for how long.
   *
   * @default - `Backup.volume()`; nothing where the database is brought
   */
  readonly backup?: BackupChoice;

  /**
   * Scraping, alerts and a dashboard. Give it where the cluster runs the Prometheus Operator; without its custom
   * resources, `kubectl apply` refuses them.
   *
   * @default - not watched; nothing is made that needs custom resources
   */
  readonly monitoring?: PrometheusOperatorChoice;

  /**
   * Failures on purpose, all paused. Give `Chaos.mesh()` where the cluster runs Chaos Mesh.
   *
   * @default - no experiments; nothing is made that needs custom resources
   */
  readonly chaos?: ChaosMeshChoice;

  /**
   * A load test that waits to be started, such as `LoadTest.k6({ model: 'gpt-4o' })`.
   *
   * @default - no load test
   */
  readonly loadTest?: K6Choice;

  /**
   * Namespace to make and build in, or one that is there with `Network.existingNamespace('models')`, such as that of
   * another gateway. Nothing else should live there: everything in it is closed by default.
   *
   * @default - the gateway's name
   */
  readonly namespace?: string | ExistingNamespace;

  /**
   * How replicas of the gateway, and members of the database and the cache, are kept apart: `Spread.zones()` strictly in
   * different zones, where every node carries `topology.kubernetes.io/zone`; `Spread.nodes()` strictly on different
   * nodes; `Spread.preferred()` where possible. Only the first promises to survive the loss of a zone.
   *
   * @default - `Spread.nodes()`
   */
  readonly spread?: SpreadChoice;

  /**
   * Where each replica keeps what must outlive a restart of its process: spending that is not in the database yet, and
   * the last snapshot of the keys. Choose a claim to keep it off the machine's disk.
   *
   * @default - 512 MiB of the machine's disk
   */
  readonly dataVolume?: DataVolume;

  /**
   * Priority class of the gateway's replicas. Give one, so that a full cluster evicts something else.
   *
   * @default - the cluster's own
   */
  readonly priorityClassName?: string;

  /**
   * Where pods run and what they carry, part by part: tolerations, node selectors, affinity, priority and runtime classes,
   * volumes, sidecars, annotations, labels, and Secrets for pulling images.
   *
   * @default - nothing but what the parts need
   */
  readonly pods?: PodsProps;

  /**
   * How much machine everything is given together. `small` is for trying it on one node of 2 cores and 4 GiB, such as
   * kind or k3s: two replicas of the gateway and two members of PostgreSQL. It fits there with
   * `Cache.sentinel()`. What is written beside it wins.
   *
   * @default 'standard'
   */
  readonly size?: SizeChoice;

  /**
   * How the gateway's Service is reached past the proxies, such as by a load balancer of the cloud.
   *
   * @default - not at all: `ClusterIP`
   */
  readonly service?: ServiceChoice;

  /**
   * Who waits for the schema of the database: the gateway itself, or also Argo CD.
   *
   * @default 'gateway'
   */
  readonly migrationRollout?: MigrationRollout;

  /**
   * What stands in front of the gateway: `LoadBalancer.httpRoute({ gatewayName })` at a Gateway of the Gateway API, which
   * is recommended, or `LoadBalancer.ingress({ className })` for one of the controllers nginx, haproxy, traefik, alb, gce.
   *
   * @default - `LoadBalancer.ingress()`, since every cluster knows an Ingress and a Gateway has to be named
   */
  readonly loadBalancer?: LoadBalancerChoice;

  /**
   * Class of the Ingress; the older word for that of `LoadBalancer.ingress({ className })`.
   *
   * @default 'nginx'
   */
  readonly ingressClassName?: string;

  /**
   * Namespace of the proxies of the ingress controller, the only one that may reach the gateway.
   *
   * @default - where the controller's own chart puts them: `ingress-nginx`, `haproxy-controller` or `traefik`
   */
  readonly ingressNamespace?: string;

  /**
   * The program of the gateway as one JavaScript file. Change it to run a build of your own on the stock Node image.
   *
   * @default - the gateway of this package
   */
  readonly gatewayScript?: string;
}
