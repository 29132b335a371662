import { Annotations, TerraformOutput } from 'cdktf';
import { Construct } from 'constructs';
import {
  describeWarning,
  type GatewayOutputs,
  type RecoveryObjectives,
  type Topology,
  type Warning,
} from '../../lib';
import type { Autoscaling } from './autoscaling/autoscaling';
import type { Cache } from './cache/cache';
import type { Compute } from './compute/compute';
import type { Database } from './database/database';
import { Edge } from './edge';
import type { GoogleSpec } from './google-spec';
import type { LoadBalancer } from './load-balancer/load-balancer';
import type { Network } from './network/network';
import { Region } from './region';
import type { Secrets } from './secrets/secrets';

export interface GatewayDeploymentProps {
  readonly topology: Topology;
  readonly google: GoogleSpec;
  readonly warnings: readonly Warning[];
}

/** A topology on Google Cloud: its regions, and what stands in front of them. */
export abstract class GatewayDeployment extends Construct implements GatewayOutputs {
  readonly url: string;
  readonly recoveryObjectives: RecoveryObjectives;
  readonly network: Network;
  readonly secrets: Secrets;
  readonly database: Database;
  readonly cache: Cache;
  readonly compute: Compute;
  readonly loadBalancer: LoadBalancer;
  readonly autoscaling: Autoscaling;

  protected constructor(scope: Construct, id: string, props: GatewayDeploymentProps) {
    super(scope, id);
    const { topology, google } = props;
    const [plan] = topology.regions;
    if (plan === undefined || topology.dns === null) {
      throw new Error('resolveGoogleSpec let a topology without region or domain pass');
    }
    const region = new Region(this, 'Region', { plan, google });
    const edge = new Edge(this, 'Edge', { plan: topology.dns, google, primary: region });
    this.url = edge.dns.url;
    this.recoveryObjectives = topology.recoveryObjectives;
    this.network = region.network;
    this.secrets = region.secrets;
    this.database = region.database;
    this.cache = region.cache;
    this.compute = region.compute;
    this.loadBalancer = region.loadBalancer;
    this.autoscaling = region.autoscaling;
    this.createOutputs(topology.name);
    for (const warning of props.warnings) {
      Annotations.of(this).addWarning(describeWarning(warning));
    }
  }

  /** Named after the gateway, because two gateways may stand in one stack. */
  private createOutputs(name: string): void {
    const prefix = name.replaceAll('-', '_');
    this.createOutput('Url', `${prefix}_url`, {
      value: this.url,
      description: 'Where clients send requests',
    });
    this.createOutput('Address', `${prefix}_address`, {
      value: this.loadBalancer.hostName,
      description: 'Address that the domain has to lead to',
    });
    this.createOutput('MasterKeySecret', `${prefix}_master_key_secret`, {
      value: this.secrets.masterKeyLocation,
      description: "Secret that holds the administrator's key",
    });
  }

  private createOutput(
    id: string,
    name: string,
    output: { readonly value: string; readonly description: string },
  ): void {
    new TerraformOutput(this, id, output).overrideLogicalId(name);
  }
}
