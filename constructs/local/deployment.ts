import type {
  GatewayConfig,
  GatewayOutputs,
  RecoveryObjectives,
  SingleRegionTopology,
  Warning,
} from '../../lib';
import type { LocalPlan } from './foundation/local-plan';
import { Region } from './region';

export interface GatewayDeploymentProps {
  readonly topology: SingleRegionTopology;
  readonly config: GatewayConfig;
  readonly configText: string | null;
  readonly port: number;
  readonly dataFolder: string;
  readonly warnings: readonly Warning[];
}

/** Composes a topology on this machine: a plan of processes, to be run by the supervisor of `litellm-ha up`. */
export abstract class GatewayDeployment implements GatewayOutputs {
  readonly url: string;
  readonly recoveryObjectives: RecoveryObjectives;
  readonly plan: LocalPlan;
  readonly region: Region;
  /** What deserves a look in the description. */
  readonly warnings: readonly Warning[];

  constructor(props: GatewayDeploymentProps) {
    const { topology, dataFolder } = props;
    const [regionPlan] = topology.regions;
    if (regionPlan === undefined) throw new Error(`${topology.name} has no region`);
    this.region = new Region({ ...props, plan: regionPlan });
    this.url = this.region.loadBalancer.url;
    this.recoveryObjectives = topology.recoveryObjectives;
    this.warnings = props.warnings;
    this.plan = {
      pattern: topology.pattern,
      name: topology.name,
      dataFolder,
      loadBalancer: this.region.loadBalancer.resource,
      compute: this.region.compute.resource,
      database: this.region.database.resource,
      simulatedProvider: this.region.simulatedProvider.resource,
      secrets: this.region.secrets.resource,
      failures: topology.recoveryObjectives.failures,
    };
  }
}
