import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { NetworkOutputs, RegionPlan } from '../../../lib';
import { objectLabels, selectorLabels } from '../foundation/labels';
import { addressesOf, createIngressPolicy, podsOfNamespace } from './network-policy';

/** A namespace that is there already, such as that of another gateway. */
export interface ExistingNamespace {
  readonly kind: 'existing';
  readonly name: string;
}

export interface NetworkBlockProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  /** Whether the namespace is made here. */
  readonly namespaceOrigin: 'created' | 'existing';
  /** Namespace of the proxies in front, the only one that may reach the gateway. Null: they are no pods. */
  readonly proxyNamespace: string | null;
  /** Ranges of addresses that reach the gateway too. */
  readonly clientCidrs: readonly string[];
}

/** Address at which clouds hand out the credentials of the machine. */
const METADATA = { v4: '169.254.169.254/32', v6: 'fd00:ec2::254/128' } as const;

/**
 * A namespace of its own under the Pod Security Standard *restricted*, where nobody may connect to anybody but clients to
 * the gateway. Each data store opens itself to whom it serves.
 *
 * Costs: nothing.
 * Survives: what the cluster's network survives.
 * Does not survive: a network plugin that ignores NetworkPolicy. Then all pods of the cluster reach the databases,
 * which still ask for passwords.
 */
export class Network extends Construct implements NetworkOutputs {
  /** Names a namespace that is there already. Label it for Pod Security *restricted* yourself. */
  static existingNamespace(name: string): ExistingNamespace {
    return { kind: 'existing', name };
  }

  /** The main resource: the Namespace. Null: it was there already. */
  readonly resource: k8s.KubeNamespace | null;
  /** Name of the namespace. */
  readonly networkId: string;
  private readonly instance: string;

  constructor(scope: Construct, id: string, props: NetworkBlockProps) {
    super(scope, id);
    this.networkId = props.namespace;
    this.instance = props.plan.name;
    this.resource = props.namespaceOrigin === 'created' ? this.createNamespace() : null;
    this.denyByDefault();
    this.allowGateway(props);
    this.keepGatewayFromMetadata();
  }

  private createNamespace(): k8s.KubeNamespace {
    const levels = ['enforce', 'audit', 'warn'].map((mode) => [
      `pod-security.kubernetes.io/${mode}`,
      'restricted',
    ]);
    return new k8s.KubeNamespace(this, 'Resource', {
      metadata: {
        name: this.networkId,
        // A chart hands its own namespace to all it holds, and a namespace in a namespace is refused.
        namespace: undefined,
        labels: {
          ...objectLabels(this.instance, 'namespace'),
          ...(Object.fromEntries(levels) as Record<string, string>),
        },
      },
    });
  }

  private denyByDefault(): void {
    this.createPolicy('DenyByDefault', 'deny-by-default', {
      podSelector: {},
      policyTypes: ['Ingress'],
    });
  }

  private allowGateway({ plan, proxyNamespace, clientCidrs }: NetworkBlockProps): void {
    createIngressPolicy(this, 'AllowGateway', {
      instance: this.instance,
      namespace: this.networkId,
      name: 'allow-gateway',
      pods: selectorLabels(this.instance, 'gateway'),
      openings: [
        {
          from: listClients(proxyNamespace, clientCidrs),
          ports: [plan.compute.port],
        },
      ],
    });
  }

  /**
   * Whoever makes the gateway fetch a URL must not get the machine's credentials. Names are still resolved anywhere,
   * because some clouds resolve them at that address. The other pods keep their way to the cluster's API.
   */
  private keepGatewayFromMetadata(): void {
    this.createPolicy('GatewayEgress', 'gateway-egress', {
      podSelector: { matchLabels: selectorLabels(this.instance, 'gateway') },
      policyTypes: ['Egress'],
      egress: [
        { ports: [tcp(53), { ...tcp(53), protocol: 'UDP' }] },
        {
          to: [
            // Some plugins do not count pods to any range of addresses.
            { namespaceSelector: {} },
            { ipBlock: { cidr: '0.0.0.0/0', except: [METADATA.v4] } },
            { ipBlock: { cidr: '::/0', except: [METADATA.v6] } },
          ],
        },
      ],
    });
  }

  private createPolicy(id: string, name: string, spec: k8s.NetworkPolicySpec): void {
    new k8s.KubeNetworkPolicy(this, id, {
      metadata: {
        name: `${this.instance}-${name}`,
        namespace: this.networkId,
        labels: objectLabels(this.instance, 'network'),
      },
      spec,
    });
  }
}

/** Proxies that are pods of a namespace, and those that come from addresses. */
export function listClients(
  proxyNamespace: string | null,
  cidrs: readonly string[],
): readonly k8s.NetworkPolicyPeer[] {
  return [
    ...(proxyNamespace === null ? [] : [podsOfNamespace(proxyNamespace)]),
    ...cidrs.map(addressesOf),
  ];
}

function tcp(port: number): k8s.NetworkPolicyPort {
  return { port: k8s.IntOrString.fromNumber(port), protocol: 'TCP' };
}
