import { Construct } from 'constructs';
import {
  GATEWAY_ENVIRONMENT,
  type AutoscalingOutputs,
  type ComputeOutputs,
  type RegionPlan,
} from '../../lib';
import { IMAGES, renderImage } from '../../lib/images';
import type { Cache } from './cache';
import type { Database } from './database';
import { DATABASE_PASSWORD, type Secrets } from './secrets';
import { Workload, type WorkloadProgram } from './workload';

export interface ComputeBlockProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  readonly secrets: Secrets;
  readonly database: Database;
  readonly cache: Cache;
  readonly scaler: 'horizontal' | 'elsewhere';
  /** The gateway as one JavaScript file; called only when no image is brought. */
  readonly readGatewayScript: () => string;
}

/**
 * The gateway's workload, connected to its neighbours. Its autoscaler comes with it: on Kubernetes the two are one
 * thing, because a fixed number of replicas would undo the autoscaler.
 *
 * Costs, survives, does not survive: see `Workload`.
 */
export class Compute extends Construct implements ComputeOutputs {
  readonly workload: Workload;
  readonly workloadName: string;
  readonly autoscaling: AutoscalingOutputs;

  constructor(scope: Construct, id: string, props: ComputeBlockProps) {
    super(scope, id);
    const { compute, autoscaling } = props.plan;
    this.workload = new Workload(this, 'Workload', {
      compute,
      autoscaling,
      namespace: props.namespace,
      ...chooseProgram(props),
      environment: renderConnections(props),
      secretEnvironment: props.secrets.gatewayEnvironment(),
      secretProviderClass: null,
      scaler: props.scaler,
    });
    this.workloadName = this.workload.workloadName;
    this.autoscaling = this.workload;
  }
}

function chooseProgram({ plan, readGatewayScript }: ComputeBlockProps): {
  readonly image: string;
  readonly program: WorkloadProgram;
} {
  const { image } = plan.compute;
  switch (image.kind) {
    case 'packaged':
      return {
        image: renderImage(IMAGES.node),
        program: { kind: 'script', javascript: readGatewayScript() },
      };
    case 'registry':
      return { image: image.reference, program: { kind: 'image' } };
  }
}

/** Passwords are put in by the kubelet; they consist of letters and digits, so a URL carries them as they are. */
function renderConnections({
  plan,
  database,
  cache,
}: ComputeBlockProps): Readonly<Record<string, string>> {
  const { userName, databaseName } = plan.database;
  const urlOf = ({ host, port }: Database['writer'], name: string): string =>
    `postgresql://${userName}:$(${DATABASE_PASSWORD})@${host}:${port}/${name}`;
  return {
    [GATEWAY_ENVIRONMENT.databaseUrl]: urlOf(database.writer, databaseName),
    [GATEWAY_ENVIRONMENT.databaseReaderUrl]: urlOf(database.reader, database.readerDatabaseName),
    [GATEWAY_ENVIRONMENT.redisSentinelNodes]: JSON.stringify(
      cache.sentinelEndpoints.map(({ host, port }) => [host, port]),
    ),
    [GATEWAY_ENVIRONMENT.redisSentinelServiceName]: plan.cache.sentinel.serviceName,
  };
}
