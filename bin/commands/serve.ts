import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { GATEWAY_ENVIRONMENT } from '../../lib';
import { serve } from '../../runtime/main';

interface ServeCommandOptions {
  readonly config: string;
  readonly host: string;
  readonly port: number;
  readonly data?: string;
  readonly strict?: true;
}

/** `litellm-ha serve`: one gateway process on this machine. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('run one gateway process')
    .requiredOption('--config <file>', 'a LiteLLM config.yaml')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on', parsePort, 4000)
    .option('--data <folder>', 'where keys and spending are kept without DATABASE_URL')
    .option('--strict', 'do not start with a warning or a skipped deployment')
    .action(async (options: ServeCommandOptions) => {
      const { config, host, port, data, strict } = options;
      process.exitCode = await serve({
        environment:
          data === undefined
            ? process.env
            : { ...process.env, [GATEWAY_ENVIRONMENT.dataFolder]: resolve(data) },
        config: { kind: 'file', path: config },
        host,
        port,
        warnings: strict ? 'refused' : 'told',
      });
    });
}

/** Commander prints the message after the option's name. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
}
