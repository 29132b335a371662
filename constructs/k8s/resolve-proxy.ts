import { type Problem, SpecError, type Warning } from '../../lib';
import { DEFAULT_INGRESS_CLASS_NAME } from './defaults';
import {
  GOOGLE_PROXIES,
  INGRESS_CONTROLLERS,
  type IngressController,
  PROXY_NAMESPACES,
} from './load-balancer/ingress-controller';
import type { IngressChoice } from './load-balancer/choice';
import type { ProxySpec } from './load-balancer/proxy-spec';
import type { K8sGatewayProps } from './props';

type Props = Omit<K8sGatewayProps, 'cidr'>;

/**
 * Which proxies lead to the gateway, and where they run: nobody else may reach it.
 *
 * @throws {SpecError} naming a controller that nobody knows here, or that could not reach the gateway.
 */
export function resolveProxy(props: Props, namespace: string): ProxySpec {
  const { loadBalancer } = props;
  if (loadBalancer?.kind === 'http-route') {
    const { proxyNamespace, gatewayNamespace, proxyCidrs } = loadBalancer;
    return {
      loadBalancer,
      proxyNamespace: proxyNamespace ?? gatewayNamespace ?? namespace,
      proxyCidrs: proxyCidrs ?? [],
    };
  }
  const written: Partial<IngressChoice> = loadBalancer ?? {};
  const className = written.className ?? props.ingressClassName ?? DEFAULT_INGRESS_CLASS_NAME;
  const controller = written.controller ?? INGRESS_CONTROLLERS.find((each) => each === className);
  const proxyNamespace =
    props.ingressNamespace ?? (controller === undefined ? null : PROXY_NAMESPACES[controller]);
  const proxyCidrs = written.proxyCidrs ?? (controller === 'gce' ? GOOGLE_PROXIES : []);
  const problems = [
    ...findUnknownClass(className, controller, written),
    ...(proxyNamespace === null && proxyCidrs.length === 0 ? [findUnreachable(className)] : []),
    ...(controller === 'alb' && props.domain.issuer !== undefined ? [findUnreadSecret()] : []),
  ];
  if (problems.length > 0) throw new SpecError('loadBalancer on k8s', problems);
  return {
    loadBalancer: {
      kind: 'ingress',
      className,
      controller: controller ?? null,
      annotations: written.annotations ?? {},
    },
    proxyNamespace,
    proxyCidrs,
  };
}

/** What works and will not for long. */
export function noticeProxyWarnings({ loadBalancer }: ProxySpec): readonly Warning[] {
  if (loadBalancer.kind !== 'ingress' || loadBalancer.controller !== 'nginx') return [];
  return [
    {
      rule: 'k8s.ingress-nginx',
      path: 'loadBalancer',
      message:
        'ingress-nginx is retired and gets no fixes any more; where the cluster has a Gateway, choose LoadBalancer.httpRoute({ gatewayName }), or name another controller with LoadBalancer.ingress({ className })',
    },
  ];
}

function findUnknownClass(
  className: string,
  controller: IngressController | undefined,
  { annotations }: Partial<IngressChoice>,
): readonly Problem[] {
  if (controller !== undefined || annotations !== undefined) return [];
  return [
    {
      rule: 'k8s.ingress.class',
      path: 'loadBalancer.className',
      allowed: `be ${INGRESS_CONTROLLERS.join(', ')}, or come with controller or annotations, because streams need settings that each controller words differently`,
      got: JSON.stringify(className),
      fix: 'name the controller behind the class, or write its annotations',
    },
  ];
}

function findUnreachable(className: string): Problem {
  return {
    rule: 'k8s.ingress.proxies',
    path: 'loadBalancer.proxyCidrs',
    allowed:
      'name the ranges of addresses that the load balancer reaches pods from, because nobody else may',
    got: `none for class ${JSON.stringify(className)}`,
    fix: "list them, such as your subnets', or set ingressNamespace where its proxies are pods",
  };
}

function findUnreadSecret(): Problem {
  return {
    rule: 'k8s.ingress.certificate',
    path: 'domain.issuer',
    allowed: 'be left out with the controller alb, which reads certificates from ACM and no Secret',
    got: 'an issuer',
    fix: 'leave it out, and have ACM hold a certificate of the name',
  };
}
