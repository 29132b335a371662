import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { NetworkOutputs, RegionPlan } from '../../lib';
import { PATRONI_PORT, POOLER_PORT } from './ports';
import { objectLabels, selectorLabels } from './workload/labels';

export interface NetworkBlockProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  /** Namespace of the ingress controller, the only one that may reach the gateway. */
  readonly ingressNamespace: string;
}

/** Address at which clouds hand out the credentials of the machine. */
const METADATA = { v4: '169.254.169.254/32', v6: 'fd00:ec2::254/128' } as const;

/**
 * A namespace of its own under the Pod Security Standard *restricted*, and who may connect to whom: nobody, except for
 * the arrows client → gateway → pooler → PostgreSQL and gateway → Redis.
 *
 * Costs: nothing.
 * Survives: what the cluster's network survives.
 * Does not survive: a network plugin that ignores NetworkPolicy. Then all pods of the cluster reach the databases,
 * which still ask for passwords.
 */
export class Network extends Construct implements NetworkOutputs {
  /** The main resource: the Namespace. */
  readonly resource: k8s.KubeNamespace;
  /** Name of the namespace. */
  readonly networkId: string;
  private readonly instance: string;

  constructor(scope: Construct, id: string, props: NetworkBlockProps) {
    super(scope, id);
    this.networkId = props.namespace;
    this.instance = props.plan.name;
    this.resource = this.createNamespace();
    this.denyByDefault();
    this.allowGateway(props);
    this.allowDatabase(props.plan);
    this.allowCache(props.plan);
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

  private allowGateway({ plan, ingressNamespace }: NetworkBlockProps): void {
    this.allow('gateway', plan.compute.port, [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': ingressNamespace } },
      },
    ]);
  }

  private allowDatabase({ database }: RegionPlan): void {
    this.allow('pooler', POOLER_PORT, [this.pods('gateway')]);
    this.createPolicy('AllowPostgres', 'allow-postgres', {
      podSelector: { matchLabels: selectorLabels(this.instance, 'postgres') },
      policyTypes: ['Ingress'],
      ingress: [
        { from: [this.pods('pooler'), this.pods('postgres')], ports: [tcp(database.port)] },
        { from: [this.pods('postgres')], ports: [tcp(PATRONI_PORT)] },
      ],
    });
  }

  private allowCache({ cache }: RegionPlan): void {
    const all = ['gateway', 'redis', 'sentinel'].map((component) => this.pods(component));
    this.allow('redis', cache.port, all);
    this.allow('sentinel', cache.sentinel.port, all);
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

  private allow(component: string, port: number, from: k8s.NetworkPolicyPeer[]): void {
    const id = `Allow${component.charAt(0).toUpperCase()}${component.slice(1)}`;
    this.createPolicy(id, `allow-${component}`, {
      podSelector: { matchLabels: selectorLabels(this.instance, component) },
      policyTypes: ['Ingress'],
      ingress: [{ from, ports: [tcp(port)] }],
    });
  }

  private pods(component: string): k8s.NetworkPolicyPeer {
    return { podSelector: { matchLabels: selectorLabels(this.instance, component) } };
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

function tcp(port: number): k8s.NetworkPolicyPort {
  return { port: k8s.IntOrString.fromNumber(port), protocol: 'TCP' };
}
