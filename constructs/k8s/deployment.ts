import { Construct } from 'constructs';
import type {
  AutoscalingOutputs,
  GatewayOutputs,
  RecoveryObjectives,
  Topology,
  Warning,
} from '../../lib';
import type { Backup } from './backup/backup';
import type { CacheInUse } from './cache/create-cache';
import { refuseTwin } from './check-twins';
import type { Compute } from './compute/compute';
import type { Migration } from './compute/migration';
import type { DatabaseInUse } from './database/create-database';
import { resolveChart } from './foundation/root-guard';
import type { HttpRoute } from './load-balancer/http-route';
import type { LoadBalancer } from './load-balancer/load-balancer';
import { findMonitoringWarnings, type Monitoring } from './monitoring/monitoring';
import type { Network } from './network/network';
import { Region, type RegionHandles } from './region';
import { noticeProxyWarnings } from './resolve-proxy';
import type { Secrets } from './secrets/secrets';

/** A topology and what it is built with. */
export interface GatewayDeploymentProps {
  readonly topology: Topology;
  readonly warnings: readonly Warning[];
  readonly handles: RegionHandles;
}

/**
 * Builds a topology as manifests. The public name is not part of them: point it at the ingress controller, or let
 * ExternalDNS do so, which reads the host of the Ingress.
 */
export abstract class GatewayDeployment extends Construct implements GatewayOutputs {
  readonly url: string;
  readonly recoveryObjectives: RecoveryObjectives;
  /** Findings that stop nothing and deserve a look; cdk8s has no place of its own for them. */
  readonly warnings: readonly Warning[];
  readonly network: Network;
  readonly secrets: Secrets;
  readonly database: DatabaseInUse;
  readonly cache: CacheInUse;
  readonly compute: Compute;
  readonly loadBalancer: LoadBalancer | HttpRoute;
  readonly autoscaling: AutoscalingOutputs;
  /** Null: nothing is dumped. */
  readonly backup: Backup | null;
  /** Null: an image that is brought sees to its schema itself. */
  readonly migration: Migration | null;
  /** Null: not watched. */
  readonly monitoring: Monitoring | null;

  constructor(scope: Construct, id: string, props: GatewayDeploymentProps) {
    super(resolveChart(scope, id), id);
    const [plan] = props.topology.regions;
    if (plan === undefined) throw new Error('a topology has a region');
    refuseTwin(this.node.root, { name: plan.name, namespace: props.handles.namespace });
    const region = new Region(this, 'Region', { plan, handles: props.handles });
    this.network = region.network;
    this.secrets = region.secrets;
    this.database = region.database;
    this.cache = region.cache;
    this.compute = region.compute;
    this.loadBalancer = region.loadBalancer;
    this.autoscaling = region.autoscaling;
    this.backup = region.backup;
    this.migration = region.migration;
    this.monitoring = region.monitoring;
    this.url = `https://${props.handles.domainName}`;
    this.recoveryObjectives = props.topology.recoveryObjectives;
    this.warnings = [
      ...props.warnings,
      ...noticeProxyWarnings(props.handles.proxy),
      ...findMonitoringWarnings(plan, props.handles.monitoring),
    ];
  }
}
