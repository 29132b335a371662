import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall';
import { ComputeGlobalAddress } from '@cdktf/provider-google/lib/compute-global-address';
import { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network';
import { ComputeRouter } from '@cdktf/provider-google/lib/compute-router';
import { ComputeRouterNat } from '@cdktf/provider-google/lib/compute-router-nat';
import { ComputeSubnetwork } from '@cdktf/provider-google/lib/compute-subnetwork';
import { ServiceNetworkingConnection } from '@cdktf/provider-google/lib/service-networking-connection';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { NetworkOutputs, NetworkPlan } from '../../../lib';
import { GOOGLE_PROXY_RANGES } from '../defaults';
import type { Placement } from '../foundation/placement';
import type { ExistingNetwork } from './existing-network';

export interface NetworkBlockProps {
  readonly plan: NetworkPlan;
  readonly placement: Placement;
  /** Port of the replicas, the only one that is opened. */
  readonly targetPort: number;
  /** Null: one is created. */
  readonly existing: ExistingNetwork | null;
}

/**
 * A VPC with one regional subnetwork, Cloud NAT for calls to providers, and private services access for Cloud SQL and
 * Memorystore. Nothing has a public address but the load balancer.
 *
 * Costs: Cloud NAT by the hour and machine and by the GiB, flow logs by the GiB. Survives the loss of any zone: subnetworks
 * and NAT are regional and have no machine of yours in them. Does not survive the loss of the region.
 */
export class Network extends Construct implements NetworkOutputs {
  readonly networkId: string;
  readonly subnetworkId: string;
  /** Network tag that opens the port of a replica to Google's proxies. */
  readonly replicaTag: string;
  /** Name of the range that managed services take their addresses from; null: any range of the network. */
  readonly servicesRangeName: string | null;
  /** What has to stand before a managed service gets a private address. */
  readonly privateServices: readonly ITerraformDependable[];
  /** What has to stand before a machine reaches the internet. */
  readonly egress: readonly ITerraformDependable[];
  /** Null when the network was brought. */
  readonly resource: ComputeNetwork | null;

  constructor(scope: Construct, id: string, props: NetworkBlockProps) {
    super(scope, id);
    const created = props.existing === null ? this.createNetwork(props) : null;
    this.resource = created?.network ?? null;
    this.networkId = props.existing?.networkId ?? created?.network.id ?? '';
    this.subnetworkId = props.existing?.subnetworkId ?? created?.subnetwork.id ?? '';
    this.servicesRangeName = created?.servicesRange.name ?? null;
    this.privateServices = created === null ? [] : [created.privateServices];
    this.egress = created === null ? [] : [created.nat];
    this.replicaTag = `${props.placement.name}-gateway`;
    this.createFirewall(props);
  }

  private createNetwork(props: NetworkBlockProps) {
    const { name, project } = props.placement;
    const network = new ComputeNetwork(this, 'Resource', {
      name: `${name}-network`,
      project,
      autoCreateSubnetworks: false,
      routingMode: 'REGIONAL',
    });
    const subnetwork = this.createSubnetwork(props, network);
    const nat = this.createNat(props.placement, network);
    return { network, subnetwork, nat, ...this.createPrivateServices(props, network) };
  }

  private createSubnetwork(props: NetworkBlockProps, network: ComputeNetwork): ComputeSubnetwork {
    const { name, project, region } = props.placement;
    return new ComputeSubnetwork(this, 'Subnetwork', {
      name: `${name}-compute`,
      project,
      region,
      network: network.id,
      ipCidrRange: props.plan.computeCidr,
      privateIpGoogleAccess: true,
      logConfig: {
        aggregationInterval: 'INTERVAL_5_SEC',
        flowSampling: 0.5,
        metadata: 'INCLUDE_ALL_METADATA',
      },
    });
  }

  /** Each open call to a provider holds a port, so that ports grow with the load instead of running out at 64. */
  private createNat(placement: Placement, network: ComputeNetwork): ComputeRouterNat {
    const { name, project, region } = placement;
    const router = new ComputeRouter(this, 'Router', {
      name: `${name}-router`,
      project,
      region,
      network: network.id,
    });
    return new ComputeRouterNat(this, 'Nat', {
      name: `${name}-nat`,
      project,
      region,
      router: router.name,
      natIpAllocateOption: 'AUTO_ONLY',
      sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
      enableDynamicPortAllocation: true,
      enableEndpointIndependentMapping: false,
      minPortsPerVm: 1024,
      maxPortsPerVm: 32768,
      logConfig: { enable: true, filter: 'ERRORS_ONLY' },
    });
  }

  private createPrivateServices(props: NetworkBlockProps, network: ComputeNetwork) {
    const { name, project } = props.placement;
    const [address = '', bits = ''] = props.plan.dataCidr.split('/');
    const servicesRange = new ComputeGlobalAddress(this, 'ServicesRange', {
      name: `${name}-services`,
      project,
      network: network.id,
      purpose: 'VPC_PEERING',
      addressType: 'INTERNAL',
      address,
      prefixLength: Number(bits),
    });
    const privateServices = new ServiceNetworkingConnection(this, 'PrivateServices', {
      network: network.id,
      service: 'servicenetworking.googleapis.com',
      reservedPeeringRanges: [servicesRange.name],
      // Google keeps the peering for days after the last database of it is gone and refuses to delete it.
      deletionPolicy: 'ABANDON',
    });
    return { servicesRange, privateServices };
  }

  private createFirewall(props: NetworkBlockProps): void {
    const { name, project } = props.placement;
    new ComputeFirewall(this, 'FromProxies', {
      name: `${name}-from-proxies`,
      project,
      network: this.networkId,
      description: 'Health checks and proxies of the load balancer, and nobody else',
      direction: 'INGRESS',
      sourceRanges: [...GOOGLE_PROXY_RANGES],
      targetTags: [this.replicaTag],
      allow: [{ protocol: 'tcp', ports: [String(props.targetPort)] }],
    });
  }
}
