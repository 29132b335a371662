import { join } from 'node:path';
import { gatewayBundleFolder } from '../../lib/gateway-bundle';
import { GATEWAY_ENVIRONMENT } from '../../lib/gateway-contract';
import { renderCurl, renderSimulation, renderStatusTable } from './banner';
import { openDataFolder, type DataFolder } from './data-folder';
import { LocalDeployment } from './local-deployment';
import { detectMachine } from './machine';
import type { PartEvent } from './part';
import { planSimulation, type Environment, type SimulationPlan } from './plan-simulation';
import { findBusyPorts, reserveFreePorts } from './ports';
import { processSignals, type StopRequests } from './stop-requests';
import { planPorts, selectProcesses, type UpPlan } from './up-plan';

export interface UpOptions {
  readonly plan: UpPlan;
  readonly environment: Environment;
  readonly stdout: NodeJS.WritableStream;
  /** The key to print where the configuration itself holds it. @default - the key is not printed */
  readonly masterKey?: string;
  /** JavaScript file of the gateway. @default - the gateway of this package */
  readonly gatewayScript?: string;
  /** Who asks to stop. @default - SIGINT, SIGTERM and SIGHUP */
  readonly stopRequests?: StopRequests;
}

const EXIT = { stopped: 0, failed: 1, killed: 130 } as const;

/**
 * Runs the local plan until it is asked to stop: the first request lets open answers end, the second kills at once.
 * Resolves to the exit code; nothing that was started is left behind.
 */
export async function runUp(options: UpOptions): Promise<number> {
  const { stdout } = options;
  // A terminal that is closed must not keep the processes from being stopped.
  const ignore = (): void => undefined;
  stdout.on('error', ignore);
  const stop = subscribe(options.stopRequests ?? processSignals());
  let folder: DataFolder | null = null;
  let deployment: LocalDeployment | null = null;
  try {
    const machine = detectMachine();
    const access = machine.databaseUser.kind === 'nobody' ? 'passable' : 'owner';
    folder = await openDataFolder(options.plan.dataFolder, access);
    const plan = await settlePorts(options.plan);
    const simulation = planSimulationOf(plan, options.environment);
    const masterKey = await resolveMasterKey(options, folder);
    deployment = new LocalDeployment({
      plan,
      machine,
      dataFolder: folder,
      environment: options.environment,
      simulation,
      masterKey,
      gatewayScript: options.gatewayScript ?? join(gatewayBundleFolder(), 'gateway.js'),
      report: (event) => stdout.write(renderEvent(event)),
    });
    stdout.write(`\nlitellm-ha · ${plan.pattern} on this machine · data in ${plan.dataFolder}\n`);
    const startedMs = Date.now();
    const starting = deployment.start();
    const interrupted = await Promise.race([
      starting.then(() => false),
      stop.first.then(() => true),
    ]);
    if (interrupted) {
      await deployment.kill();
      // A step that was under way may still have started something.
      await starting.catch(() => undefined);
      await deployment.kill();
      return EXIT.killed;
    }
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
    stdout.write(renderBanner({ plan, deployment, simulation, masterKey, seconds }));
    await stop.first;
    stdout.write('\nStopping: open answers may end. Once more to stop at once.\n');
    const stopping = deployment.stop().then(() => EXIT.stopped);
    const code = await Promise.race([stopping, stop.second.then(() => EXIT.killed)]);
    if (code === EXIT.killed) await deployment.kill();
    stdout.write('Stopped; nothing is left running.\n');
    return code;
  } catch (error) {
    await deployment?.kill();
    stdout.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT.failed;
  } finally {
    stop.end();
    stdout.off('error', ignore);
    await folder?.release();
  }
}

function subscribe(requests: StopRequests): {
  readonly first: Promise<void>;
  readonly second: Promise<void>;
  end(): void;
} {
  const waiting: (() => void)[] = [];
  const nth = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
  const [first, second] = [nth(), nth()];
  const end = requests.subscribe(() => waiting.shift()?.());
  return { first, second, end };
}

/** @throws naming every port that is taken. */
async function settlePorts(plan: UpPlan): Promise<UpPlan> {
  const processes = selectProcesses(plan);
  if (processes.some(({ port }) => port === 0)) {
    const ports = await reserveFreePorts(plan.loadBalancer.host, processes.length);
    return planPorts(plan, ports);
  }
  const busy = await findBusyPorts(processes);
  if (busy.length === 0) return plan;
  const names = busy.map(({ name, port }) => `${port} (${name})`).join(', ');
  throw new Error(
    `${busy.length === 1 ? 'Port' : 'Ports'} ${names} already in use; ` +
      'stop the program that listens there, or move all ports with --port',
  );
}

/** @throws naming every variable that the gateway would miss. */
function planSimulationOf(plan: UpPlan, environment: Environment): SimulationPlan {
  const own: readonly (string | null)[] = [
    plan.secrets.masterKeyName,
    GATEWAY_ENVIRONMENT.databaseUrl,
    GATEWAY_ENVIRONMENT.databaseReaderUrl,
  ];
  const { host, port, routes } = plan.simulatedProvider;
  const simulation = planSimulation({
    routes,
    required: plan.compute.environmentFrom.filter((name) => !own.includes(name)),
    environment,
    url: `http://${host}:${port}`,
  });
  if (simulation.missing.length === 0) return simulation;
  throw new Error(
    `The configuration references ${simulation.missing.join(', ')}, not set in the environment; ` +
      'set them, or remove the deployments that need them',
  );
}

async function resolveMasterKey(options: UpOptions, folder: DataFolder): Promise<string | null> {
  const { masterKeyName } = options.plan.secrets;
  if (masterKeyName === null) return options.masterKey ?? null;
  const given = options.environment[masterKeyName] ?? '';
  return given === '' ? `sk-${await folder.readSecret('master-key')}` : given;
}

function renderBanner(parts: {
  readonly plan: UpPlan;
  readonly deployment: LocalDeployment;
  readonly simulation: SimulationPlan;
  readonly masterKey: string | null;
  readonly seconds: string;
}): string {
  const { plan, deployment, simulation, masterKey, seconds } = parts;
  const rows = deployment.status();
  const url = `http://${plan.loadBalancer.host}:${plan.loadBalancer.port}`;
  const victims = rows.filter(({ name, state }) => name === 'gateway-2' || state === 'primary');
  const curl = renderCurl({
    url,
    key: masterKey ?? 'YOUR-MASTER-KEY',
    model: plan.compute.exampleModel,
  });
  const lines = [
    '',
    `  URL   ${url}`,
    `  Key   ${masterKey ?? 'the master_key of your configuration'}`,
    ...renderSimulation(simulation).map((line) => `  Note  ${line}`),
    '',
    '  Try it:',
    `  ${curl}`,
    '',
    '  Break it, and ask again:',
    ...victims.map(({ name, pid, state }) => `  kill -9 ${pid ?? '?'}   # ${name}, ${state}`),
    '',
    `  Ready in ${seconds} s. Logs in ${plan.dataFolder}/logs. Ctrl-C stops everything.`,
    '',
  ];
  return `\n${renderStatusTable(rows)}${lines.join('\n')}\n`;
}

/** `14:03:07  gateway-2  killed (SIGKILL) → restarting`. */
function renderEvent({ part, text }: PartEvent): string {
  const time = new Date().toTimeString().slice(0, 8);
  return `  ${time}  ${part.padEnd(12)}  ${text}\n`;
}
