import { Command } from 'commander';
import { SingleRegionHA } from '../../constructs/local';
import { GatewayConfig } from '../../lib';
import { runUp } from '../../operations/local/up';
import { parsePort } from './serve';

/** `litellm-ha up`: the whole single-region pattern on this machine, until Ctrl-C. */
export function upCommand(): Command {
  return new Command('up')
    .description('run the single-region pattern on this machine')
    .requiredOption('--config <file>', 'a LiteLLM config.yaml')
    .option('--port <number>', 'port of the load balancer; the others follow it', parsePort, 4000)
    .option('--data <folder>', 'where database, generated secrets and logs are kept', '.litellm-ha')
    .action(async (options: { config: string; port: number; data: string }) => {
      const config = GatewayConfig.fromFile(options.config);
      const { plan } = new SingleRegionHA({
        config,
        port: options.port,
        dataFolder: options.data,
      });
      process.exitCode = await runUp({
        plan,
        environment: process.env,
        stdout: process.stdout,
      });
    });
}
