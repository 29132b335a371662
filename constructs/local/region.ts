import type { GatewayConfig, RegionPlan } from '../../lib';
import { Compute } from './compute/compute';
import { SimulatedProvider } from './compute/simulated-provider';
import { Database } from './database/database';
import { LoadBalancer } from './load-balancer/load-balancer';
import { Network } from './network/network';
import { Secrets } from './secrets/secrets';

/**
 * One region on this machine. It leaves out what has no meaning here: a cache to be shared over machines, a scaler, DNS
 * and backups.
 */
export class Region {
  readonly network: Network;
  readonly secrets: Secrets;
  readonly database: Database;
  readonly compute: Compute;
  readonly loadBalancer: LoadBalancer;
  readonly simulatedProvider: SimulatedProvider;

  constructor(props: {
    readonly plan: RegionPlan;
    readonly config: GatewayConfig;
    readonly configText: string | null;
    readonly port: number;
    readonly dataFolder: string;
  }) {
    const { plan, config, configText, dataFolder } = props;
    const network = new Network(props.port);
    this.network = network;
    this.secrets = new Secrets({ config, dataFolder });
    this.database = new Database({ plan: plan.database, network });
    this.compute = new Compute({
      plan: plan.compute,
      network,
      minReplicas: plan.autoscaling.minReplicas,
      config,
      configText,
    });
    this.loadBalancer = new LoadBalancer({
      plan: plan.loadBalancer,
      network,
      compute: this.compute,
    });
    this.simulatedProvider = new SimulatedProvider({ config, network });
  }
}
