import { Duration, SecretValue, Size, Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { type ComputePlan, GATEWAY_ENVIRONMENT } from '../../../../lib';
import { IMAGES, renderImage } from '../../../../lib/images';
import { acknowledgeReadAtStart } from '../../foundation/acknowledge';
import type { ComputeBlockProps } from '../compute';
import { createGatewayImage, type GatewayImage } from '../gateway-image';
import {
  DATABASE_PASSWORD,
  listPodSecrets,
  renderDatabaseUrl,
  renderLoginEnvironment,
} from '../pod-secrets';
import { FILES, packConfig, PACKED_CONFIG, renderPrepareScript } from './files';
import {
  acknowledgePublicEnvironment,
  createTaskLogs,
  describeSecrets,
  RUNTIME_PLATFORM,
  useImage,
  USER,
} from './gateway-container';
import { planFargateSize } from './size';
import type { FargateTimers } from './timers';

export interface FargateTaskProps extends ComputeBlockProps {
  readonly timers: FargateTimers;
}

/**
 * Well above the 4 MiB with which AWS measured no lost line at 2 MB of them a second.
 *
 * @see https://aws.amazon.com/blogs/containers/preventing-log-loss-with-non-blocking-mode-in-the-awslogs-container-log-driver/
 */
const LOG_BUFFER = Size.mebibytes(25);
/** Each stream holds two sockets. */
const OPEN_FILES = 65_536;

/** One replica as a task: a first container that writes the configuration, and the gateway. */
export class FargateTask extends Construct {
  readonly resource: ecs.FargateTaskDefinition;
  /** Container that serves. */
  readonly gateway: ecs.ContainerDefinition;

  private readonly image: GatewayImage;
  private readonly logGroup: logs.LogGroup;
  /** Null: it holds no password and stands in the environment. */
  private readonly writerSecret: secretsmanager.Secret | null;

  constructor(scope: Construct, id: string, props: FargateTaskProps) {
    super(scope, id);
    const { plan } = props;
    this.image = createGatewayImage(this, plan, props.gatewayFolder);
    this.logGroup = createTaskLogs(this);
    const size = planFargateSize(plan.cpuMillicores, plan.memoryMib);
    this.resource = new ecs.FargateTaskDefinition(this, 'Resource', {
      cpu: size.cpu,
      memoryLimitMiB: size.memoryMib,
      runtimePlatform: RUNTIME_PLATFORM,
      volumes: Object.values(FILES).map(({ volume }) => ({ name: volume })),
    });
    this.writerSecret =
      props.database.login === 'rds-iam'
        ? null
        : this.createUrlSecret('WriterUrl', props, props.database.writer.host);
    const prepare = this.addPrepare(plan);
    this.gateway = this.addGateway(props);
    this.gateway.addContainerDependencies({
      container: prepare,
      condition: ecs.ContainerDependencyCondition.SUCCESS,
    });
    acknowledgePublicEnvironment(this.resource);
  }

  /**
   * Address of the writer, with its password where it has one.
   *
   * @throws {Error} where replicas log in to RDS without a password.
   */
  get writerUrl(): secretsmanager.Secret {
    if (this.writerSecret === null) throw new Error('the address without a password is no secret');
    return this.writerSecret;
  }

  private addPrepare(plan: ComputePlan): ecs.ContainerDefinition {
    const image =
      plan.image.kind === 'packaged'
        ? useImage(this.resource, this.image)
        : ecs.ContainerImage.fromRegistry(renderImage(IMAGES.node));
    const container = this.resource.addContainer('Prepare', {
      image,
      essential: false,
      user: '0',
      entryPoint: ['node', '-e', renderPrepareScript()],
      command: [],
      environment: { [PACKED_CONFIG]: packConfig(plan.configYaml) },
      readonlyRootFilesystem: true,
      logging: this.logging('prepare'),
    });
    container.addMountPoints(...Object.values(FILES).map((file) => mount(file, 'writable')));
    return container;
  }

  private addGateway(props: FargateTaskProps): ecs.ContainerDefinition {
    const { plan, timers } = props;
    const container = this.resource.addContainer('Gateway', {
      image: useImage(this.resource, this.image),
      user: USER,
      command:
        plan.image.kind === 'packaged'
          ? []
          : ['--config', FILES.config.path, '--port', String(plan.port)],
      portMappings: [{ containerPort: plan.port }],
      environment: renderTaskEnvironment(props),
      secrets: this.describeTaskSecrets(props),
      stopTimeout: Duration.seconds(timers.stopTimeoutSeconds),
      readonlyRootFilesystem: true,
      logging: this.logging('gateway'),
      // A process that ends is started again in place, where its folder with unsent spending still is.
      enableRestartPolicy: true,
      linuxParameters: new ecs.LinuxParameters(this, 'Linux', { initProcessEnabled: true }),
      ...(plan.image.kind === 'packaged' ? { healthCheck: renderHealthCheck(plan) } : {}),
    });
    container.addUlimits({
      name: ecs.UlimitName.NOFILE,
      softLimit: OPEN_FILES,
      hardLimit: OPEN_FILES,
    });
    container.addMountPoints(
      mount(FILES.config, 'read-only'),
      mount(FILES.temporary, 'writable'),
      mount(FILES.data, 'writable'),
    );
    return container;
  }

  /** All but the password, which stands in the addresses of the database: ECS puts nothing together, so they are secrets. */
  private describeTaskSecrets(props: FargateTaskProps): Record<string, ecs.Secret> {
    const { secrets } = props;
    return {
      ...describeSecrets(
        listPodSecrets(secrets).filter(
          ({ environmentName }) => environmentName !== DATABASE_PASSWORD,
        ),
      ),
      ...(this.writerSecret === null ? {} : this.describeUrls(props, this.writerSecret)),
    };
  }

  private describeUrls(
    props: FargateTaskProps,
    writerUrl: secretsmanager.Secret,
  ): Record<string, ecs.Secret> {
    const { database } = props;
    const readerUrl = this.createUrlSecret('ReaderUrl', props, database.reader.host);
    const directUrl =
      database.server === null
        ? null
        : this.createUrlSecret('DirectUrl', props, database.server.host);
    return {
      [GATEWAY_ENVIRONMENT.databaseUrl]: ecs.Secret.fromSecretsManager(writerUrl),
      [GATEWAY_ENVIRONMENT.databaseReaderUrl]: ecs.Secret.fromSecretsManager(readerUrl),
      ...(directUrl === null
        ? {}
        : { [GATEWAY_ENVIRONMENT.databaseDirectUrl]: ecs.Secret.fromSecretsManager(directUrl) }),
    };
  }

  /** CloudFormation puts the password in; the template holds the reference to it. */
  private createUrlSecret(
    id: string,
    { databasePlan, secrets }: FargateTaskProps,
    host: string,
  ): secretsmanager.Secret {
    const password =
      secrets.databaseLogin === 'password'
        ? secrets.databaseCredentials.secretValueFromJson('password').unsafeUnwrap()
        : null;
    const url = renderDatabaseUrl({
      plan: databasePlan,
      host,
      login: secrets.databaseLogin,
      password,
    });
    const secret = new secretsmanager.Secret(this, id, {
      description:
        password === null
          ? 'Address of the database of the gateway'
          : 'Address of the database of the gateway, with its password',
      secretStringValue: SecretValue.unsafePlainText(url),
    });
    acknowledgeReadAtStart(secret);
    return secret;
  }

  private logging(streamPrefix: string): ecs.LogDriver {
    return ecs.LogDriver.awsLogs({
      logGroup: this.logGroup,
      streamPrefix,
      // Rather a lost line than a replica that waits for CloudWatch with every call it holds.
      mode: ecs.AwsLogDriverMode.NON_BLOCKING,
      maxBufferSize: LOG_BUFFER,
    });
  }
}

function mount(
  { volume, folder }: { readonly volume: string; readonly folder: string },
  access: 'read-only' | 'writable',
): ecs.MountPoint {
  return { sourceVolume: volume, containerPath: folder, readOnly: access === 'read-only' };
}

function renderTaskEnvironment(props: FargateTaskProps): Record<string, string> {
  const { plan, timers, cache, network, database } = props;
  return {
    ...plan.environment,
    ...renderLoginEnvironment(database, Stack.of(network).region),
    ...(database.login === 'rds-iam' ? renderAddresses(props) : {}),
    ...cache.environment,
    [GATEWAY_ENVIRONMENT.configFile]: FILES.config.path,
    [GATEWAY_ENVIRONMENT.dataFolder]: FILES.data.folder,
    // One task brings the schema up to date before replicas start; an image that was brought does so itself.
    ...(plan.image.kind === 'packaged'
      ? { [GATEWAY_ENVIRONMENT.disableSchemaUpdate]: 'true' }
      : {}),
    [GATEWAY_ENVIRONMENT.region]: plan.regionName ?? Stack.of(network).region,
    [GATEWAY_ENVIRONMENT.drainSeconds]: String(timers.drainSeconds),
    [GATEWAY_ENVIRONMENT.propagationSeconds]: String(timers.propagationSeconds),
  };
}

/** Without a password they are no secrets. */
function renderAddresses({ databasePlan, database }: FargateTaskProps): Record<string, string> {
  const { login, writer, reader } = database;
  const url = (host: string): string =>
    renderDatabaseUrl({ plan: databasePlan, host, login, password: null });
  return {
    [GATEWAY_ENVIRONMENT.databaseUrl]: url(writer.host),
    [GATEWAY_ENVIRONMENT.databaseReaderUrl]: url(reader.host),
  };
}

/** For what the load balancer cannot see: ECS replaces a task whose event loop has stopped. */
function renderHealthCheck({ port, livenessPath }: ComputePlan): ecs.HealthCheck {
  const script =
    `fetch('http://127.0.0.1:${port}${livenessPath}')` +
    '.then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))';
  return {
    command: ['CMD', 'node', '-e', script],
    interval: Duration.seconds(10),
    timeout: Duration.seconds(5),
    retries: 6,
    startPeriod: Duration.seconds(60),
  };
}
