import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { objectLabels, selectorLabels } from '../foundation/labels';

/** Who may connect to some pods. Everybody else is kept out, because the namespace lets nobody in by default. */
export interface IngressPolicyProps {
  /** Name of the deployment. */
  readonly instance: string;
  readonly namespace: string;
  /** Name of the policy, after that of the deployment. */
  readonly name: string;
  /** Labels of the pods that are opened. */
  readonly pods: Readonly<Record<string, string>>;
  readonly openings: readonly Opening[];
}

export interface Opening {
  readonly from: readonly k8s.NetworkPolicyPeer[];
  readonly ports: readonly number[];
}

/** Opens ports of pods to others. */
export function createIngressPolicy(
  scope: Construct,
  id: string,
  props: IngressPolicyProps,
): k8s.KubeNetworkPolicy {
  return new k8s.KubeNetworkPolicy(scope, id, {
    metadata: {
      name: `${props.instance}-${props.name}`,
      namespace: props.namespace,
      labels: objectLabels(props.instance, 'network'),
    },
    spec: {
      podSelector: { matchLabels: props.pods },
      policyTypes: ['Ingress'],
      ingress: props.openings.map(({ from, ports }) => ({
        from: [...from],
        ports: ports.map((port) => ({ port: k8s.IntOrString.fromNumber(port), protocol: 'TCP' })),
      })),
    },
  });
}

/** The pods of one component of the deployment. */
export function podsOfComponent(instance: string, component: string): k8s.NetworkPolicyPeer {
  return podsWith(selectorLabels(instance, component));
}

/** Pods of the same namespace. */
export function podsWith(labels: Readonly<Record<string, string>>): k8s.NetworkPolicyPeer {
  return { podSelector: { matchLabels: labels } };
}

/** Pods of another namespace: those of the labels, or all of them. */
export function podsOfNamespace(
  namespace: string,
  labels?: Readonly<Record<string, string>>,
): k8s.NetworkPolicyPeer {
  return {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    ...(labels === undefined ? {} : { podSelector: { matchLabels: labels } }),
  };
}

/** Whoever connects from a range of addresses, such as another cluster. */
export function addressesOf(cidr: string): k8s.NetworkPolicyPeer {
  return { ipBlock: { cidr } };
}
