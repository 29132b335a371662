import type { LoadBalancerSettings } from './load-balancer';
import type { ProcessSettings } from './part';
import type { SimulatedRoute } from './plan-simulation';
import type { PostgresSettings } from './postgres-cluster';

/** What the supervisor is told: the part of the local plan that it acts upon. */
export interface UpPlan {
  readonly pattern: string;
  readonly dataFolder: string;
  readonly loadBalancer: LoadBalancerSettings;
  readonly compute: {
    readonly replicas: readonly ProcessSettings[];
    readonly readinessPath: string;
    readonly configYaml: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly environmentFrom: readonly string[];
    readonly exampleModel: string;
    readonly graceSeconds: number;
  };
  readonly database: PostgresSettings & { readonly majorVersion: number };
  readonly simulatedProvider: ProcessSettings & { readonly routes: readonly SimulatedRoute[] };
  readonly secrets: { readonly masterKeyName: string | null };
}

/** Every process that listens. */
export function selectProcesses(plan: UpPlan): readonly ProcessSettings[] {
  return [
    plan.loadBalancer,
    ...plan.compute.replicas,
    plan.simulatedProvider,
    plan.database.writer,
    plan.database.reader,
    ...plan.database.members,
  ];
}

/** The same plan with these ports, in the order of `selectProcesses`. */
export function planPorts(plan: UpPlan, ports: readonly number[]): UpPlan {
  const byName = new Map(selectProcesses(plan).map(({ name }, index) => [name, ports[index]]));
  const at = <P extends ProcessSettings>(process: P): P => ({
    ...process,
    port: byName.get(process.name) ?? process.port,
  });
  const { loadBalancer, compute, database } = plan;
  return {
    ...plan,
    loadBalancer: { ...at(loadBalancer), targets: loadBalancer.targets.map(at) },
    compute: { ...compute, replicas: compute.replicas.map(at) },
    simulatedProvider: at(plan.simulatedProvider),
    database: {
      ...database,
      writer: at(database.writer),
      reader: at(database.reader),
      members: database.members.map(at),
    },
  };
}
