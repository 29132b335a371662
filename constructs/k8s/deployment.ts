import { Construct } from 'constructs';
import type { GatewayOutputs, RecoveryObjectives, Topology, Warning } from '../../lib';
import { Region, type RegionHandles } from './region';
import { resolveChart } from './root-guard';

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
  readonly region: Region;

  constructor(scope: Construct, id: string, props: GatewayDeploymentProps) {
    super(resolveChart(scope, id), id);
    const [plan] = props.topology.regions;
    if (plan === undefined) throw new Error('a topology has a region');
    this.region = new Region(this, 'Region', { plan, handles: props.handles });
    this.url = `https://${props.handles.domainName}`;
    this.recoveryObjectives = props.topology.recoveryObjectives;
    this.warnings = props.warnings;
  }
}
