import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { GATEWAY_ENVIRONMENT, type RegionPlan } from '../../../lib';
import { IMAGES, renderImage } from '../../../lib/images';
import { renderK6Script } from '../../../lib/render';
import type { Workload } from '../compute/workload';
import { DEFAULT_LOAD_TEST_SECONDS, DEFAULT_LOAD_TEST_VIRTUAL_USERS } from '../defaults';
import { renderJobOnDemand } from '../foundation/job-on-demand';
import { objectLabels } from '../foundation/labels';
import { choosePod } from '../foundation/choose-pod';
import type { PodChoices } from '../foundation/pod-choices';
import { RESTRICTED_CONTAINER, restrictedPod } from '../foundation/pod-security';
import { createIngressPolicy, podsOfComponent } from '../network/network-policy';
import { type Secrets, secretVariable } from '../secrets/secrets';

/** A load test with k6. */
export interface K6Choice {
  readonly kind: 'k6';

  /**
   * Model of the configuration to ask. Choose one whose provider is simulated, or pay for every question.
   */
  readonly model: string;

  /**
   * Users at the same time, each with one request after the other.
   *
   * Unit: users.
   *
   * @default 1000
   * @see guide, "Chaos Engineering"
   */
  readonly virtualUsers?: number;

  /**
   * How long users ask.
   *
   * Unit: seconds.
   *
   * @default 300
   * @see guide, "Chaos Engineering"
   */
  readonly durationSeconds?: number;
}

export interface LoadTestBlockProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  readonly secrets: Secrets;
  readonly workload: Workload;
  readonly target: K6Choice;
  readonly pod: PodChoices;
}

/** The user of k6's image. */
const USER = { userId: 12345, groupId: 12345 };
const COMPONENT = 'load-test';
const SCRIPT_FOLDER = '/scripts';

/**
 * A Job that loads the gateway's Service from within the cluster, as often as somebody wants it:
 * `kubectl create job load-test-1 --from=cronjob/litellm-load-test`. It fails when more than one request in a hundred did.
 *
 * Costs: nothing until it is started; then a pod, and what the provider charges.
 * Survives: the loss of single replicas, which it counts.
 * Does not survive: the loss of its machine: a half of a load test says nothing, so it is not started again.
 */
export class LoadTest extends Construct {
  /** Chooses k6. */
  static k6(props: Omit<K6Choice, 'kind'>): K6Choice {
    return { kind: 'k6', ...props };
  }

  /** The main resource: the CronJob that holds the Job. */
  readonly resource: k8s.KubeCronJob;
  private readonly props: LoadTestBlockProps;
  private readonly name: string;

  constructor(scope: Construct, id: string, props: LoadTestBlockProps) {
    super(scope, id);
    this.props = props;
    this.name = `${props.plan.name}-load-test`;
    this.createScript();
    this.openGateway();
    this.resource = this.createJob();
  }

  private createScript(): void {
    const { virtualUsers, durationSeconds } = this.props.target;
    new k8s.KubeConfigMap(this, 'Script', {
      metadata: this.metadata(this.name),
      data: {
        'load-test.js': renderK6Script({
          virtualUsers: virtualUsers ?? DEFAULT_LOAD_TEST_VIRTUAL_USERS,
          durationSeconds: durationSeconds ?? DEFAULT_LOAD_TEST_SECONDS,
        }),
      },
    });
  }

  private openGateway(): void {
    const { plan, namespace, workload } = this.props;
    createIngressPolicy(this, 'AllowLoadTest', {
      instance: plan.name,
      namespace,
      name: 'allow-load-test',
      pods: workload.podLabels,
      openings: [{ from: [podsOfComponent(plan.name, COMPONENT)], ports: [plan.compute.port] }],
    });
  }

  private createJob(): k8s.KubeCronJob {
    const { plan, namespace, secrets, workload, target } = this.props;
    const memory = k8s.Quantity.fromString('2Gi');
    // A key that is brought takes the place of the generated one.
    const key = secrets.gatewayEnvironment()[GATEWAY_ENVIRONMENT.masterKey] ?? secrets.masterKey;
    return new k8s.KubeCronJob(
      this,
      'Resource',
      renderJobOnDemand(this.metadata(this.name), {
        backoffLimit: 0,
        template: choosePod(
          {
            metadata: { labels: objectLabels(plan.name, COMPONENT) },
            spec: {
              restartPolicy: 'Never',
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              securityContext: restrictedPod(USER),
              containers: [
                {
                  name: 'k6',
                  image: renderImage(IMAGES.k6),
                  command: ['k6', 'run', '--no-usage-report', `${SCRIPT_FOLDER}/load-test.js`],
                  env: [
                    {
                      name: 'TARGET',
                      value: `http://${workload.workloadName}.${namespace}.svc:${workload.servicePort}`,
                    },
                    { name: 'MODEL', value: target.model },
                    { name: 'HOME', value: '/tmp' },
                    secretVariable('API_KEY', key),
                  ],
                  resources: {
                    requests: { cpu: k8s.Quantity.fromString('1'), memory },
                    limits: { memory },
                  },
                  securityContext: RESTRICTED_CONTAINER,
                  volumeMounts: [
                    { name: 'script', mountPath: SCRIPT_FOLDER, readOnly: true },
                    { name: 'tmp', mountPath: '/tmp' },
                  ],
                },
              ],
              volumes: [
                { name: 'script', configMap: { name: this.name } },
                { name: 'tmp', emptyDir: {} },
              ],
            },
          },
          this.props.pod,
        ),
      }),
    );
  }

  private metadata(name: string): k8s.ObjectMeta {
    return {
      name,
      namespace: this.props.namespace,
      labels: objectLabels(this.props.plan.name, COMPONENT),
    };
  }
}
