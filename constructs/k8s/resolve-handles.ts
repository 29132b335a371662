import type { GatewaySpec } from '../../lib';
import { readGatewayBundle } from '../../lib/gateway-bundle';
import type { KedaAutoscaling } from './autoscaling';
import { Backup } from './backup';
import type { K8sGatewayProps } from './props';
import type { RegionHandles } from './region';

/** What the user handed over or chose beyond the common description, complete. */
export function resolveHandles(props: K8sGatewayProps, spec: GatewaySpec): RegionHandles {
  const { gatewayScript } = props;
  const namespace = props.namespace ?? spec.name;
  return {
    namespace,
    secrets: props.secrets ?? {},
    domainName: props.domain.name,
    tlsSecretName: props.domain.tlsSecretName ?? `${spec.name}-tls`,
    issuer: props.domain.issuer ?? null,
    ...chooseProxy(props, namespace),
    backup: props.backup ?? Backup.volume(),
    keda: chooseKeda(props),
    chaos: props.chaos ?? null,
    loadTest: props.loadTest ?? null,
    monitoring: props.monitoring ?? null,
    readGatewayScript: gatewayScript === undefined ? readGatewayBundle : () => gatewayScript,
  };
}

/** Which proxies lead to the gateway, and where they run: nobody else may reach it. */
function chooseProxy(
  { loadBalancer, ingressClassName, ingressNamespace }: K8sGatewayProps,
  namespace: string,
): Pick<RegionHandles, 'ingressClassName' | 'ingressNamespace' | 'httpRoute'> {
  if (loadBalancer?.kind === 'http-route') {
    const { proxyNamespace, gatewayNamespace } = loadBalancer;
    return {
      ingressClassName: ingressClassName ?? 'nginx',
      ingressNamespace: proxyNamespace ?? gatewayNamespace ?? namespace,
      httpRoute: loadBalancer,
    };
  }
  return {
    ingressClassName: loadBalancer?.className ?? ingressClassName ?? 'nginx',
    ingressNamespace: ingressNamespace ?? 'ingress-nginx',
    httpRoute: null,
  };
}

function chooseKeda({ autoscaling }: K8sGatewayProps): KedaAutoscaling | null {
  return autoscaling !== undefined && 'kind' in autoscaling ? autoscaling : null;
}
