import { createCloudCredentials } from './credentials/cloud-credentials';
import { NO_CREDENTIALS } from './credentials/no-credentials';
import { loadConfigText, parseGatewayConfig } from '../lib/config';
import type { GatewayConfig } from '../lib/config/gateway-config';
import { describeWarning, SpecError } from '../lib/errors';
import { GATEWAY_ENVIRONMENT } from '../lib/gateway-contract';
import { ByteBudget } from './admission/byte-budget';
import { createLoopLag } from './admission/loop-lag';
import { readProcessResources } from './admission/process-resources';
import { judgeSecrets } from './auth/judge-secrets';
import { createGateway } from './gateway';
import { DatabaseSettingsError } from './database/database-settings';
import { FolderLockedError } from './database/folder-lock';
import { SchemaError } from './database/migrate';
import type { Gateway } from './gateway';
import { planConnections } from './http/connection-cap';
import { readTlsIdentity, TlsIdentityError, TlsReloader } from './http/tls-identity';
import type { TlsIdentity } from './http/tls-identity';
import { describeSkipped, prepareDeployments } from './providers/prepare-deployments';
import { waitForEnd } from './process-end';
import { Redactor } from './redact';
import { selectSecrets } from './select-secrets';
import { parseSettings, SettingsError } from './settings';
import type { Environment, GatewaySettings } from './settings';
import { NoUsableDeploymentError, requireUsable } from './start-refusal';
import { systemClock, systemRandom } from './system-ports';
import { UndiciUpstream } from './upstream/undici-upstream';
import { openState } from './wiring/open-state';

/** Where the configuration comes from: a file, or its text. */
export type ConfigSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'text'; readonly text: string; readonly fileName: string };

export interface StartOptions {
  readonly environment: Environment;
  readonly config: ConfigSource;
  readonly host: string;
  readonly port: number;
  /** `refused`: what would be told as a warning of the configuration stops the start. */
  readonly warnings?: 'told' | 'refused';
  /** Takes access log lines. */
  readonly writeLog: (lines: string) => void;
}

/** A gateway that takes requests. */
export interface RunningGateway extends Gateway {
  readonly url: string;
  /** Strikes out whatever this gateway must not write. */
  readonly redactor: Pick<Redactor, 'text'>;
  /** Null: metrics are on the same port. */
  readonly metricsUrl: string | null;
}

/** The gateway cannot start for a reason its operator can mend; the message says how. */
export class StartError extends Error {}

/** Starts a gateway on the real network and clock. */
export async function startGateway(options: StartOptions): Promise<RunningGateway> {
  const { environment, host } = options;
  const config = readConfig(options.config, environment);
  const merged = { ...config.environmentVariables, ...withoutBlanks(environment) };
  const settings = parseSettings(merged);
  const masterKey = selectMasterKey(config, settings);
  const verdict = judgeSecrets({ masterKey, drainToken: settings.drainToken }, host);
  if (verdict.problem !== null) throw new StartError(verdict.problem);
  // Before anything is opened: what cannot serve should not wait for a database.
  requireUsable(config, { variable: settings.variable, credentials: NO_CREDENTIALS });
  if (options.warnings === 'refused') refuseWarnings(config, settings);
  const redactor = new Redactor(selectSecrets(config, { settings, environment: merged }));
  const tls = settings.tls === null ? null : readTlsIdentity(settings.tls);
  const state = await openState({
    config,
    settings,
    environment: merged,
    masterKey,
    ports: {
      clock: systemClock,
      random: systemRandom,
      // What drivers say of a connection may hold its password.
      writeLog: (lines) => options.writeLog(redactor.text(lines)),
    },
  });
  const upstream = new UndiciUpstream(systemClock);
  const loopLag = createLoopLag();
  const read = readProcessResources();
  const resources = { ...read, memoryBytes: settings.memoryBytes ?? read.memoryBytes };
  const memory = new ByteBudget(resources.memoryBytes);
  let gateway: Gateway;
  try {
    gateway = createGateway({
      config,
      settings,
      ports: {
        clock: systemClock,
        random: systemRandom,
        upstream,
        memory,
        credentials: createCloudCredentials({ clock: systemClock, variable: settings.variable }),
        writeLog: options.writeLog,
      },
      state,
      loopLag,
      connectionBounds: planConnections(resources),
      tls,
    });
  } catch (error) {
    loopLag.stop();
    await state.stop('leave');
    throw error;
  }
  const reloader = createTlsReloader(settings, tls, { gateway, writeLog: options.writeLog });
  try {
    const metricsUrl =
      settings.metricsPort === null
        ? null
        : renderUrl(tls, host, await listenForOperations(gateway, host, settings.metricsPort));
    const port = await gateway.listen(host, options.port);
    reloader?.start();
    return {
      ...gateway,
      warnings: [...verdict.warnings, ...gateway.warnings],
      url: renderUrl(tls, host, port),
      metricsUrl,
      redactor,
      stop: () => {
        reloader?.stop();
        return gateway.stop();
      },
      kill: () => {
        reloader?.stop();
        return gateway.kill();
      },
    };
  } catch (error) {
    await gateway.kill();
    if (error instanceof StartError) throw error;
    throw new StartError(`cannot listen on ${host}:${options.port}: ${(error as Error).message}`);
  }
}

async function listenForOperations(gateway: Gateway, host: string, port: number): Promise<number> {
  try {
    return await gateway.listenForOperations(host, port);
  } catch (error) {
    throw new StartError(
      `cannot listen on ${host}:${port} (${GATEWAY_ENVIRONMENT.metricsPort}): ${(error as Error).message}`,
    );
  }
}

function renderUrl(tls: TlsIdentity | null, host: string, port: number): string {
  const scheme = tls === null ? 'http' : 'https';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function createTlsReloader(
  { tls: files }: GatewaySettings,
  identity: TlsIdentity | null,
  to: { readonly gateway: Gateway; readonly writeLog: (lines: string) => void },
): TlsReloader | null {
  if (files === null || identity === null) return null;
  return new TlsReloader(
    {
      files,
      clock: systemClock,
      apply: (renewed) => to.gateway.renewTls(renewed),
      onProblem: (tls) => to.writeLog(`${JSON.stringify({ tls })}\n`),
    },
    identity,
  );
}

export type ServeOptions = Omit<StartOptions, 'writeLog'>;

/** The whole life of a gateway process. Resolves to its exit code. */
export async function serve(options: ServeOptions): Promise<number> {
  let gateway: RunningGateway;
  // Who reads the log may go; that is no reason to serve nobody.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
  const writeLog = (lines: string): void => void process.stdout.write(lines);
  try {
    gateway = await startGateway({ ...options, writeLog });
  } catch (error) {
    if (!isOperatorError(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  for (const warning of gateway.warnings) process.stderr.write(`warning: ${warning}\n`);
  if (gateway.metricsUrl !== null) {
    process.stdout.write(`litellm-ha metrics on ${gateway.metricsUrl}\n`);
  }
  process.stdout.write(`litellm-ha ready on ${gateway.url}\n`);
  const { redactor } = gateway;
  return waitForEnd(gateway, { process, clock: systemClock, writeLog, redactor });
}

/** Reads what a container gives: what to do, `CONFIG_FILE_PATH`, `HOST` and `PORT`. */
export async function runFromEnvironment(environment: Environment): Promise<number> {
  const command = environment[GATEWAY_ENVIRONMENT.command] || 'serve';
  if (command === 'migrate') return migrateFromEnvironment(environment);
  if (command === 'serve') return serveFromEnvironment(environment);
  process.stderr.write(
    `${GATEWAY_ENVIRONMENT.command} must be serve or migrate, got ${JSON.stringify(command)}; correct it\n`,
  );
  return 1;
}

/**
 * Brings the schema of the database up to date and ends: for a job before a rollout, whose role may create tables.
 * Resolves to the exit code.
 */
export async function migrateFromEnvironment(environment: Environment): Promise<number> {
  try {
    const path = environment[GATEWAY_ENVIRONMENT.configFile] ?? '';
    const configuredUrl =
      path === '' ? null : readConfig({ kind: 'file', path }, environment).general.databaseUrl;
    const { migrateServer } = await import('./wiring/migrate-server.js');
    const steps = await migrateServer(
      { environment, configuredUrl },
      { clock: systemClock, random: systemRandom },
    );
    const text = steps.length === 0 ? 'up to date already' : `steps applied: ${steps.join(', ')}`;
    process.stdout.write(`schema: ${text}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}

async function serveFromEnvironment(environment: Environment): Promise<number> {
  const path = environment[GATEWAY_ENVIRONMENT.configFile];
  const port = Number(environment[GATEWAY_ENVIRONMENT.port]?.trim() || '4000');
  const problem =
    path === undefined || path.trim() === ''
      ? `${GATEWAY_ENVIRONMENT.configFile} must name the configuration file; set it`
      : !Number.isInteger(port) || port < 0 || port > 65_535
        ? `${GATEWAY_ENVIRONMENT.port} must be a port from 0 to 65535; correct it`
        : null;
  if (problem !== null) {
    process.stderr.write(`${problem}\n`);
    return 1;
  }
  return serve({
    environment,
    config: { kind: 'file', path: path ?? '' },
    host: environment[GATEWAY_ENVIRONMENT.host]?.trim() || '0.0.0.0',
    port,
  });
}

function readConfig(source: ConfigSource, environment: Environment): GatewayConfig {
  const fileName = source.kind === 'file' ? source.path : source.fileName;
  const text = source.kind === 'file' ? loadConfigText(source.path) : source.text;
  return parseGatewayConfig(text, { environment, fileName });
}

function refuseWarnings(config: GatewayConfig, { variable }: GatewaySettings): void {
  const { skipped } = prepareDeployments(config.deployments, {
    variable,
    credentials: NO_CREDENTIALS,
  });
  const lines = [
    ...config.warnings.map(describeWarning),
    ...skipped.map((one) => `skipped ${describeSkipped(one)}`),
  ];
  if (lines.length === 0) return;
  const count = lines.length === 1 ? '1 warning' : `${lines.length} warnings`;
  throw new StartError(
    [`${count}, and --strict`, ...lines.map((line) => `  - ${line}`)].join('\n'),
  );
}

/** An empty variable counts as unset, so it does not take the place of what the configuration says either. */
function withoutBlanks(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
}

/** A blank key, as `os.environ/NAME` makes of an empty variable, is no key. */
function selectMasterKey(config: GatewayConfig, settings: GatewaySettings): string | null {
  const { masterKey } = config.general;
  return masterKey === null || masterKey.trim() === '' ? settings.masterKey : masterKey;
}

function isOperatorError(error: unknown): error is Error {
  return (
    error instanceof SpecError ||
    error instanceof StartError ||
    error instanceof TlsIdentityError ||
    error instanceof SettingsError ||
    error instanceof DatabaseSettingsError ||
    error instanceof FolderLockedError ||
    error instanceof SchemaError ||
    error instanceof NoUsableDeploymentError
  );
}
