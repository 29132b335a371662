import { writeFile } from 'node:fs/promises';
import { GATEWAY_ENVIRONMENT, GATEWAY_PATHS } from '../../lib/gateway-contract';
import { SYSTEM_PATH, type Machine } from './machine';
import type { StatusRow } from './banner';
import type { DataFolder } from './data-folder';
import { loadEmbeddedPostgres } from './embedded-postgres';
import { LoadBalancer } from './load-balancer';
import type { ProcessSettings, Report } from './part';
import type { Environment, SimulationPlan } from './plan-simulation';
import { PostgresCluster } from './postgres-cluster';
import { probeProcess } from './readiness';
import { SIMULATED_PACE, SimulatedProvider } from './simulated-provider';
import { SupervisedProcess } from './supervised-process';
import type { UpPlan } from './up-plan';

export interface LocalDeploymentProps {
  readonly plan: UpPlan;
  readonly machine: Machine;
  readonly dataFolder: DataFolder;
  readonly environment: Environment;
  readonly simulation: SimulationPlan;
  /** Null: the configuration holds it. */
  readonly masterKey: string | null;
  /** JavaScript file of the gateway. */
  readonly gatewayScript: string;
  readonly report: Report;
}

const PROBE_TIMEOUT_MS = 1000;
/** 30 s: a full collection of garbage and a debugger's short stop are over by then. */
const FROZEN_AFTER = { everySeconds: 5, silentProbes: 6 } as const;

/** The processes of the local plan, started in the order in which they need each other and stopped in the reverse one. */
export class LocalDeployment {
  private database: PostgresCluster | null = null;
  private killed = false;
  private gateways: readonly SupervisedProcess[] = [];
  private readonly loadBalancer: LoadBalancer;
  private readonly provider = new SimulatedProvider(SIMULATED_PACE);

  constructor(private readonly props: LocalDeploymentProps) {
    this.loadBalancer = new LoadBalancer(props.plan.loadBalancer, props.report);
  }

  async start(): Promise<void> {
    const { plan } = this.props;
    const steps = [
      async () => {
        if (this.isSimulating()) await this.provider.start(plan.simulatedProvider);
      },
      () => this.startDatabase(),
      () => this.startGateways(),
      () => this.loadBalancer.start(),
    ];
    for (const step of steps) {
      if (this.killed) return;
      await step();
    }
  }

  /** Open answers first get the time they need, then the database ends cleanly. */
  async stop(): Promise<void> {
    this.loadBalancer.stopListening();
    const graceMs = this.props.plan.compute.graceSeconds * 1000;
    await Promise.all(this.gateways.map((gateway) => gateway.stop(graceMs)));
    this.loadBalancer.stop();
    this.provider.stop();
    await this.database?.stop();
  }

  /** At once; the database recovers at the next start. */
  async kill(): Promise<void> {
    this.killed = true;
    this.loadBalancer.stop();
    this.provider.stop();
    await Promise.all([
      ...this.gateways.map((gateway) => gateway.kill()),
      this.database?.kill() ?? Promise.resolve(),
    ]);
  }

  status(): readonly StatusRow[] {
    const { plan } = this.props;
    const members = this.database?.status() ?? [];
    return [
      {
        name: plan.loadBalancer.name,
        address: addressOf(plan.loadBalancer),
        pid: null,
        state: `${this.loadBalancer.upCount()} of ${plan.compute.replicas.length} replicas up`,
      },
      ...plan.compute.replicas.map((replica, index) => ({
        name: replica.name,
        address: addressOf(replica),
        pid: this.gateways[index]?.status().pid ?? null,
        state: this.gateways[index]?.status().state ?? 'not started',
      })),
      {
        name: plan.database.writer.name,
        address: addressOf(plan.database.writer),
        pid: null,
        state: `→ ${members.find(({ role }) => role === 'primary')?.name ?? 'nobody'}`,
      },
      ...members.map((member) => ({
        name: member.name,
        address: addressOf(member),
        pid: member.pid,
        state: member.role === 'primary' ? 'primary' : 'replica, streaming',
      })),
      ...(this.isSimulating()
        ? [
            {
              name: plan.simulatedProvider.name,
              address: addressOf(plan.simulatedProvider),
              pid: null,
              state: 'stands in for missing keys',
            },
          ]
        : []),
    ];
  }

  private isSimulating(): boolean {
    return this.props.simulation.simulatedKeys.length > 0;
  }

  private async startDatabase(): Promise<void> {
    const { plan, dataFolder, machine, report } = this.props;
    this.database = new PostgresCluster({
      plan: plan.database,
      postgres: loadEmbeddedPostgres({
        machine,
        libraryFolder: dataFolder.file('postgres-libraries'),
      }),
      folder: dataFolder.postgres,
      logFolder: dataFolder.logs,
      passwords: {
        admin: await dataFolder.readSecret('database-admin-password'),
        user: await dataFolder.readSecret('database-password'),
      },
      report,
    });
    await this.database.start();
  }

  private async startGateways(): Promise<void> {
    const { plan, dataFolder } = this.props;
    const configFile = dataFolder.file('config.yaml');
    await writeFile(configFile, plan.compute.configYaml, { mode: 0o600 });
    const password = await dataFolder.readSecret('database-password');
    const saltKey = await dataFolder.readSecret('salt-key');
    const drainToken = await dataFolder.readSecret('drain-token');
    this.gateways = plan.compute.replicas.map((replica) =>
      this.createGateway(replica, { configFile, password, saltKey, drainToken }),
    );
    await Promise.all(this.gateways.map((gateway) => gateway.start()));
  }

  private createGateway(
    replica: ProcessSettings,
    files: {
      readonly configFile: string;
      readonly password: string;
      readonly saltKey: string;
      readonly drainToken: string;
    },
  ): SupervisedProcess {
    const { plan, machine, masterKey, dataFolder, simulation } = this.props;
    const { userName, databaseName, writer, reader } = plan.database;
    const databaseUrl = ({ host, port }: ProcessSettings): string =>
      `postgresql://${userName}:${files.password}@${host}:${port}/${databaseName}`;
    const words = [...machine.diesWithParent, process.execPath, this.props.gatewayScript];
    const [command, ...args] = words as [string, ...string[]];
    const { masterKeyName } = plan.secrets;
    return new SupervisedProcess({
      name: replica.name,
      launch: {
        command,
        args,
        environment: {
          PATH: SYSTEM_PATH,
          [GATEWAY_ENVIRONMENT.saltKey]: files.saltKey,
          [GATEWAY_ENVIRONMENT.drainToken]: files.drainToken,
          ...definedOf(this.props.environment),
          ...plan.compute.environment,
          ...simulation.environment,
          ...(masterKey === null || masterKeyName === null ? {} : { [masterKeyName]: masterKey }),
          [GATEWAY_ENVIRONMENT.databaseUrl]: databaseUrl(writer),
          [GATEWAY_ENVIRONMENT.databaseReaderUrl]: databaseUrl(reader),
          [GATEWAY_ENVIRONMENT.dataFolder]: dataFolder.file(replica.name),
          [GATEWAY_ENVIRONMENT.configFile]: files.configFile,
          [GATEWAY_ENVIRONMENT.port]: String(replica.port),
        },
        // Relative paths in the environment mean the folder of the start.
        workingFolder: process.cwd(),
        logFile: `${dataFolder.logs}/${replica.name}.log`,
        userId: null,
      },
      isReady: async () =>
        (await probeProcess(replica, plan.compute.readinessPath, PROBE_TIMEOUT_MS)) === 'ready',
      liveness: {
        ...FROZEN_AFTER,
        probe: () => probeProcess(replica, GATEWAY_PATHS.liveness, PROBE_TIMEOUT_MS),
      },
      report: this.props.report,
    });
  }
}

function addressOf({ host, port }: ProcessSettings): string {
  return `${host}:${port}`;
}

function definedOf(environment: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );
}
