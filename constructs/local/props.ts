import type { GatewayProps } from '../../lib';

/** What a user of this machine may add to the description. */
export interface LocalGatewayProps extends GatewayProps {
  /**
   * Port of the load balancer. Change it when another program listens there, or to run two gateways side by side: the
   * ports of all other processes move along.
   *
   * Unit: a TCP port, 1024–64025; 0: any free ports.
   *
   * @default 4000
   */
  readonly port?: number;

  /**
   * Where the database, the generated secrets and the logs are kept.
   *
   * Unit: a path, relative to the folder of the start.
   *
   * @default '.litellm-ha'
   */
  readonly dataFolder?: string;

  /**
   * The configuration as text, for replicas that shall read the file as it was written.
   *
   * @default - LiteLLM's canonical form of `config`
   */
  readonly configText?: string;
}
