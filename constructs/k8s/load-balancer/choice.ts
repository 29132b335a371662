import type { IngressController } from './ingress-controller';

/** An Ingress of a controller that the cluster runs. */
export interface IngressChoice {
  readonly kind: 'ingress';

  /**
   * Class of the Ingress. Classes named like their controller need nothing else.
   *
   * @default 'nginx'
   */
  readonly className?: string;

  /**
   * The controller behind the class, whose annotations are written: `nginx` (ingress-nginx), `haproxy` (HAProxy's own),
   * `traefik`, `alb` (AWS Load Balancer Controller) or `gce` (GKE's).
   *
   * @default - the one that the class is named like; refused where there is none and `annotations` are left out
   */
  readonly controller?: IngressController;

  /**
   * Annotations of the Ingress. They win over those that are written for the controller.
   *
   * @default - those of the controller alone
   */
  readonly annotations?: Readonly<Record<string, string>>;

  /**
   * Where the load balancer reaches pods from, where it is no pod itself.
   *
   * Unit: ranges of addresses, such as those of your subnets.
   *
   * @default - Google's own with `gce`; refused when left out with `alb`
   */
  readonly proxyCidrs?: readonly string[];
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

  /**
   * Where the Gateway reaches pods from, where its proxies are no pods, as with the load balancer of a cloud.
   *
   * Unit: ranges of addresses, such as those of your subnets.
   *
   * @default - from `proxyNamespace` alone
   */
  readonly proxyCidrs?: readonly string[];
}

export type LoadBalancerChoice = IngressChoice | HttpRouteChoice;
