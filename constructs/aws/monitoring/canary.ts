import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import * as synthetics from 'aws-cdk-lib/aws-synthetics';
import { Construct } from 'constructs';
import { acknowledgeLogBucket, acknowledgeUnscopedActions } from '../foundation/acknowledge';
import type { AlarmPlan } from '../foundation/alarm';
import { renderCanaryScript } from './canary-script';

/** A real request, sent from outside again and again. */
export interface CanaryProps {
  /**
   * The model to ask, as clients name it. Each request costs about thirty tokens of it.
   */
  readonly model: string;

  /**
   * The secret whose whole text is the key to ask with. Give it a key of its own to see and bound what it spends.
   *
   * @default - the key of the administrator
   */
  readonly key?: ISecret;

  /**
   * Time between two requests.
   *
   * Unit: minutes, 1–60.
   *
   * @default 5
   */
  readonly everyMinutes?: number;
}

export interface CanaryBlockProps {
  readonly url: string;
  readonly model: string;
  readonly key: ISecret;
  readonly everyMinutes: number;
}

const TIMEOUT = Duration.seconds(50);
const RESULT_DAYS = 31;

/**
 * One chat completion every few minutes by the public name, as a client would: it sees what no metric of a part shows.
 *
 * Costs: a run of a function and about thirty tokens each time, and a bucket for the results.
 * Survives: the loss of a zone. Does not survive: the loss of the region it watches.
 */
export class Canary extends Construct {
  readonly resource: synthetics.Canary;

  private readonly everyMinutes: number;

  constructor(scope: Construct, id: string, props: CanaryBlockProps) {
    super(scope, id);
    this.everyMinutes = props.everyMinutes;
    const results = this.createResults();
    this.resource = new synthetics.Canary(this, 'Resource', {
      runtime: synthetics.Runtime.SYNTHETICS_NODEJS_3_1,
      test: synthetics.Test.custom({
        code: synthetics.Code.fromInline(renderCanaryScript()),
        handler: 'index.handler',
      }),
      schedule: synthetics.Schedule.rate(Duration.minutes(props.everyMinutes)),
      timeout: Duration.seconds(TIMEOUT.toSeconds() + 10),
      environmentVariables: {
        GATEWAY_URL: props.url,
        MODEL: props.model,
        KEY_SECRET_ARN: props.key.secretArn,
        TIMEOUT_MS: String(TIMEOUT.toMilliseconds()),
      },
      artifactsBucketLocation: { bucket: results },
      role: this.createRole(results, props.key),
      provisionedResourceCleanup: true,
    });
  }

  /** Two bad runs in a row: a provider that fails once is what the gateway's clients see, but nobody is woken for it. */
  planAlarm(): AlarmPlan {
    return {
      name: 'CanaryFailed',
      severity: 'critical',
      metric: this.resource.metricSuccessPercent({
        period: Duration.minutes(this.everyMinutes),
        statistic: cloudwatch.Stats.AVERAGE,
      }),
      breach: 'below',
      threshold: 100,
      periods: 2,
      silence: 'breach',
      summary: 'Real requests by the public name fail.',
      runbook: 'canary-failed',
    };
  }

  private createResults(): s3.Bucket {
    const bucket = new s3.Bucket(this, 'Results', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(RESULT_DAYS) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledgeLogBucket(bucket);
    return bucket;
  }

  private createRole(results: s3.Bucket, key: ISecret): iam.Role {
    const logGroups = `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:/aws/lambda/cwsyn-*`;
    const role = new iam.Role(this, 'Role', {
      description: 'Canary of the gateway: reads its key, writes its results',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    key.grantRead(role);
    const allow = (actions: string[], resources: string[], conditions = {}): boolean =>
      role.addToPolicy(new iam.PolicyStatement({ actions, resources, conditions }));
    allow(['s3:PutObject'], [results.arnForObjects('*')]);
    allow(['s3:GetBucketLocation'], [results.bucketArn]);
    allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], [logGroups]);
    allow(['cloudwatch:PutMetricData'], ['*'], {
      StringEquals: { 'cloudwatch:namespace': 'CloudWatchSynthetics' },
    });
    allow(['s3:ListAllMyBuckets'], ['*']);
    acknowledgeUnscopedActions(role, ['*', results.arnForObjects('*'), logGroups]);
    return role;
  }
}
