import type { Endpoint, FailureObjective } from '../../../lib';

/**
 * What runs on this machine: every process, its address and its settings, as plain JSON. It holds no secret, only the
 * names of the variables and files they come from. Port 0 stands for "any free one", chosen at start.
 */
export interface LocalPlan {
  readonly pattern: 'single-region';
  readonly name: string;
  /** Holds the database, the generated secrets and the logs; relative to the folder of the start. */
  readonly dataFolder: string;
  readonly loadBalancer: LocalLoadBalancer;
  readonly compute: LocalCompute;
  readonly database: LocalDatabase;
  readonly simulatedProvider: LocalSimulatedProvider;
  readonly secrets: LocalSecrets;
  readonly failures: readonly FailureObjective[];
}

/** A process that listens. */
export interface LocalProcess extends Endpoint {
  readonly name: string;
}

export interface LocalLoadBalancer extends LocalProcess {
  /** Each request goes to the replica with the fewest requests under way. */
  readonly algorithm: 'least-outstanding-requests';
  readonly probe: LocalProbe;
  /** Longest silence on a connection. */
  readonly idleSeconds: number;
  readonly targets: readonly LocalProcess[];
}

export interface LocalProbe {
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export interface LocalCompute {
  readonly replicas: readonly LocalProcess[];
  readonly readinessPath: string;
  /** The configuration that every replica reads. */
  readonly configYaml: string;
  /** Environment of every replica that is no secret. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names that are passed on from the environment of whoever starts this. */
  readonly environmentFrom: readonly string[];
  /** A model that a first request may ask for. */
  readonly exampleModel: string;
  readonly drainSeconds: number;
  /** From the signal to stop until the kill. */
  readonly graceSeconds: number;
}

export interface LocalDatabase {
  readonly majorVersion: number;
  readonly databaseName: string;
  readonly userName: string;
  /** The first is the primary of a new data folder, all others are streaming replicas. */
  readonly members: readonly LocalProcess[];
  /** Leads to the primary, whichever member that is. */
  readonly writer: LocalProcess;
  /** Spreads over the replicas. */
  readonly reader: LocalProcess;
  /** Set once the replicas stream, so that each commit waits for the receipt of one of them. */
  readonly synchronousStandbyNames: string;
  /** Lines of `postgresql.conf`. */
  readonly settings: Readonly<Record<string, string>>;
}

/** One process that answers in the place of every provider without a key. */
export interface LocalSimulatedProvider extends LocalProcess {
  readonly routes: readonly SimulatedRoute[];
}

/** A provider that can be replaced, and the two variables that decide it. */
export interface SimulatedRoute {
  readonly provider: 'openai' | 'azure';
  /** Variable with the provider's key. */
  readonly keyName: string;
  /** Variable with the provider's address. */
  readonly baseName: string;
}

export interface LocalSecrets {
  /** Variable with the administrator's key; null where the configuration itself holds the key. */
  readonly masterKeyName: string | null;
  /** Files of the data folder, readable by their owner alone, made once. */
  readonly generated: readonly string[];
}

/** The plan as a file: JSON, the same bytes for the same description. */
export function renderLocalPlan(plan: LocalPlan): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}
