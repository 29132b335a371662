import type { LoadBalancerPlan } from '../../../lib';
import { renderAlb } from './alb';
import type { Annotations, ControllerSettings } from './controller-settings';
import { renderGce } from './gce';

/** The controllers whose annotations are written here. */
export const INGRESS_CONTROLLERS = ['nginx', 'haproxy', 'traefik', 'alb', 'gce'] as const;
export type IngressController = (typeof INGRESS_CONTROLLERS)[number];

/** Where a controller's own chart puts its proxies. Null: they are no pods. */
export const PROXY_NAMESPACES: Readonly<Record<IngressController, string | null>> = {
  nginx: 'ingress-nginx',
  haproxy: 'haproxy-controller',
  traefik: 'traefik',
  alb: null,
  gce: null,
};

/**
 * Ranges that Google's load balancers and their health checks come from.
 *
 * @see https://cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges
 */
export const GOOGLE_PROXIES = ['130.211.0.0/22', '35.191.0.0/16'] as const;

/** Streams chunk by chunk, as long silences as `streaming` allows, and plain HTTP redirected, in the words of each. */
export function renderController(
  controller: IngressController,
  plan: LoadBalancerPlan,
): ControllerSettings {
  switch (controller) {
    case 'nginx':
      return onlyIngress(renderNginx(plan));
    case 'haproxy':
      return renderHaproxy(plan);
    case 'traefik':
      return onlyIngress(renderTraefik());
    case 'alb':
      return onlyIngress(renderAlb(plan));
    case 'gce':
      return renderGce(plan);
  }
}

function onlyIngress(ingress: Annotations): ControllerSettings {
  return { ingress, service: {}, objects: [], classIn: 'field' };
}

/**
 * Settings of ingress-nginx. Not `upstream-hash-by`, which the guide sets too: hashing wins over `ewma`, and all clients
 * behind one address would share one replica.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
 */
function renderNginx({ timers, redirectHttp }: LoadBalancerPlan): Annotations {
  const idleSeconds = String(timers.loadBalancerIdleSeconds);
  return prefix('nginx.ingress.kubernetes.io', {
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
  });
}

/**
 * HAProxy's own controller reads backend settings of the Service; some of its versions ignore them on an Ingress. Streams
 * also need `timeout-client` in its ConfigMap, which no Ingress can set.
 *
 * @see https://www.haproxy.com/documentation/kubernetes-ingress/community/configuration-reference/ingress/
 */
function renderHaproxy({ timers, redirectHttp, probePath }: LoadBalancerPlan): ControllerSettings {
  const backend = prefix('haproxy.org', {
    'timeout-server': `${timers.loadBalancerIdleSeconds}s`,
    'load-balance': 'leastconn',
    check: 'true',
    'check-http': probePath,
    'check-interval': `${timers.probeIntervalSeconds}s`,
  });
  return {
    ingress: {
      ...prefix('haproxy.org', {
        'ssl-redirect': String(redirectHttp),
        'ssl-redirect-code': '301',
      }),
      ...backend,
    },
    service: backend,
    objects: [],
    classIn: 'field',
  };
}

/**
 * Traefik buffers nothing and bounds no silence of an answer. The redirect from plain HTTP is its entry point's own
 * setting, so the route is on the one with TLS alone.
 *
 * @see https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/
 */
function renderTraefik(): Annotations {
  return prefix('traefik.ingress.kubernetes.io', {
    'router.entrypoints': 'websecure',
    'router.tls': 'true',
  });
}

function prefix(domain: string, settings: Annotations): Annotations {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`${domain}/${name}`, value]),
  );
}
