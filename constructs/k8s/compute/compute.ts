import { Construct } from 'constructs';
import {
  type AutoscalingOutputs,
  type ComputeOutputs,
  type Endpoint,
  GATEWAY_ENVIRONMENT,
  type RegionPlan,
} from '../../../lib';
import { IMAGES, renderImage } from '../../../lib/images';
import type { CacheAccess } from '../cache/choice';
import type { DatabaseAccess } from '../database/choice';
import type { PodChoices } from '../foundation/pod-choices';
import type { SpreadChoice } from '../foundation/spread';
import { DATABASE_PASSWORD, type Secrets } from '../secrets/secrets';
import { type DataVolume, type ServiceChoice, Workload, type WorkloadProgram } from './workload';

export interface ComputeBlockProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  readonly secrets: Secrets;
  readonly database: DatabaseAccess;
  readonly cache: CacheAccess;
  readonly scaler: 'horizontal' | 'elsewhere';
  readonly spread: SpreadChoice;
  readonly dataVolume: DataVolume;
  readonly pod: PodChoices;
  /** Null: reached through the proxies alone. */
  readonly service: ServiceChoice | null;
  /** Annotations of the Deployment. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Every region of the deployment. Empty: this one alone. */
  readonly regions: readonly string[];
  /** ConfigMap with which an operator keeps clients out. Null: there is no other region. */
  readonly regionSwitchName: string | null;
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
      secretEnvironment: {
        [DATABASE_PASSWORD]: props.database.password,
        ...props.cache.secretEnvironment,
        ...props.secrets.gatewayEnvironment(),
      },
      secretProviderClass: null,
      scaler: props.scaler,
      spread: props.spread,
      dataVolume: props.dataVolume,
      pod: props.pod,
      ...(props.service === null ? {} : { service: props.service }),
      regionSwitchName: props.regionSwitchName,
      annotations: props.annotations,
    });
    this.workloadName = this.workload.workloadName;
    this.autoscaling = this.workload;
  }
}

/** Our gateway on a stock Node image, or an image that is brought. */
export function chooseProgram({
  plan,
  readGatewayScript,
}: Pick<ComputeBlockProps, 'plan' | 'readGatewayScript'>): {
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

function renderConnections({
  database,
  cache,
  regions,
}: ComputeBlockProps): Readonly<Record<string, string>> {
  return {
    [GATEWAY_ENVIRONMENT.databaseUrl]: renderDatabaseUrl(
      database,
      database.writer,
      database.databaseName,
    ),
    [GATEWAY_ENVIRONMENT.databaseReaderUrl]: renderDatabaseUrl(
      database,
      database.reader,
      database.readerDatabaseName,
    ),
    ...cache.environment,
    ...(regions.length === 0 ? {} : { [GATEWAY_ENVIRONMENT.regions]: regions.join(',') }),
  };
}

/** The kubelet puts the password in; it consists of letters and digits, so a URL carries it as it is. */
export function renderDatabaseUrl(
  { userName, sslMode }: DatabaseAccess,
  { host, port }: Endpoint,
  databaseName: string,
): string {
  const query = sslMode === null ? '' : `?sslmode=${sslMode}`;
  return `postgresql://${userName}:$(${DATABASE_PASSWORD})@${host}:${port}/${databaseName}${query}`;
}
