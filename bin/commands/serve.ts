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
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly metricsPort?: number;
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
    .option('--tls-cert <file>', 'certificate in PEM, read again when it changes')
    .option('--tls-key <file>', 'its key in PEM')
    .option('--metrics-port <number>', 'port of its own for /metrics and /health', parsePort)
    .action(async (options: ServeCommandOptions) => {
      const { config, host, port, strict } = options;
      process.exitCode = await serve({
        environment: { ...process.env, ...selectEnvironment(options) },
        config: { kind: 'file', path: config },
        host,
        port,
        warnings: strict ? 'refused' : 'told',
      });
    });
}

/** What was said as an option wins over the variable that says the same. */
function selectEnvironment(options: ServeCommandOptions): Readonly<Record<string, string>> {
  const { data, tlsCert, tlsKey, metricsPort } = options;
  return {
    ...(data === undefined ? {} : { [GATEWAY_ENVIRONMENT.dataFolder]: resolve(data) }),
    ...(tlsCert === undefined ? {} : { [GATEWAY_ENVIRONMENT.tlsCertificateFile]: tlsCert }),
    ...(tlsKey === undefined ? {} : { [GATEWAY_ENVIRONMENT.tlsKeyFile]: tlsKey }),
    ...(metricsPort === undefined ? {} : { [GATEWAY_ENVIRONMENT.metricsPort]: `${metricsPort}` }),
  };
}

/** Commander prints the message after the option's name. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
}
