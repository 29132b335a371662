import { Command, InvalidArgumentError } from 'commander';
import { serve } from '../../runtime/main';

/** `litellm-ha serve`: one gateway process on this machine. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('run one gateway process')
    .requiredOption('--config <file>', 'a LiteLLM config.yaml')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on', parsePort, 4000)
    .action(async (options: { config: string; host: string; port: number }) => {
      const { config, host, port } = options;
      process.exitCode = await serve({
        environment: process.env,
        config: { kind: 'file', path: config },
        host,
        port,
      });
    });
}

/** Commander prints the message after the option's name. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
}
