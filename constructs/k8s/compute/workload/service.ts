import type { k8s } from 'cdk8s-plus-28';

/** How the gateway's Service is reached. */
export type ServiceChoice =
  | {
      readonly type: 'ClusterIP';
      /**
       * Annotations of the Service.
       *
       * @default - none
       */
      readonly annotations?: Readonly<Record<string, string>>;
    }
  | {
      /** The gateway speaks plain HTTP at its Service: put what ends TLS in front of it. */
      readonly type: 'NodePort' | 'LoadBalancer';
      /**
       * Annotations of the Service, such as the one by which your cloud makes its load balancer internal.
       *
       * @default - none
       */
      readonly annotations?: Readonly<Record<string, string>>;
      /**
       * Who may reach the gateway past the proxies. Nobody else is let in.
       *
       * Unit: ranges of addresses, such as `10.0.0.0/8`.
       */
      readonly clientCidrs: readonly string[];
    };

/** Ranges of addresses that reach the Service from outside. */
export function listClientCidrs(choice: ServiceChoice | null): readonly string[] {
  return choice === null || choice.type === 'ClusterIP' ? [] : choice.clientCidrs;
}

export function renderService(
  choice: ServiceChoice,
  service: k8s.KubeServiceProps & { readonly metadata: k8s.ObjectMeta },
): k8s.KubeServiceProps {
  const { type, annotations } = choice;
  return {
    metadata: {
      ...service.metadata,
      ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
    },
    spec: {
      ...service.spec,
      type,
      ...(choice.type === 'ClusterIP'
        ? {}
        : // Without it the address of the client is a node's, and the policy would let nobody in.
          { externalTrafficPolicy: 'Local' }),
      ...(choice.type === 'LoadBalancer'
        ? { loadBalancerSourceRanges: [...choice.clientCidrs] }
        : {}),
    },
  };
}
