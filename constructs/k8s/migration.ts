import { createHash } from 'node:crypto';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { GATEWAY_ENVIRONMENT, type RegionPlan } from '../../lib';
import { IMAGES, renderImage } from '../../lib/images';
import { renderDatabaseUrl } from './compute';
import type { DatabaseAccess } from './database-target';
import { createIngressPolicy, podsOfComponent } from './network-policy';
import { DATABASE_PASSWORD, secretVariable } from './secrets';
import type { Workload } from './workload';
import { objectLabels } from './workload/labels';
import { GATEWAY_FOLDER, SCRIPT_FILE } from './workload/mounted-files';
import { restrictedPod, RESTRICTED_CONTAINER } from './workload/pod-security';

export interface MigrationBlockProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  readonly database: DatabaseAccess;
  readonly workload: Workload;
  /** The gateway as one JavaScript file. */
  readonly gatewayScript: string;
  readonly rollout: MigrationRollout;
}

/**
 * Who sees to it that the schema comes first. `gateway`: a new replica is not ready until the schema is; old ones serve
 * meanwhile. `argo-cd`: Argo CD also waits for the data stores, then for the migration, and only then replaces replicas.
 */
export type MigrationRollout = 'gateway' | 'argo-cd';

const COMPONENT = 'migration';
const USER = { userId: 1000, groupId: 1000 };
const DEADLINE_SECONDS = 1800;
const KEPT_SECONDS = 7 * 86_400;

/**
 * Argo CD applies wave after wave, and goes on when all of one is healthy: data stores are in wave 0. It is a hook of the
 * sync itself, because the first one happens before there is a database.
 */
const ARGO_CD = {
  job: {
    'argocd.argoproj.io/hook': 'Sync',
    'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
    'argocd.argoproj.io/sync-wave': '1',
  },
  deployment: { 'argocd.argoproj.io/sync-wave': '2' },
} as const;

/** What the Deployment of the gateway has to carry, so that it comes after the migration. */
export function planRolloutAnnotations(
  rollout: MigrationRollout,
): Readonly<Record<string, string>> {
  return rollout === 'argo-cd' ? ARGO_CD.deployment : {};
}

/**
 * A Job that brings the schema of the database up to date, with the program of the gateway itself. Its name follows from
 * its content, so a new version of the gateway runs it again, and Helm needs no hook for it.
 *
 * Costs: a Job that runs for seconds.
 * Survives: a database that is not there yet, for half an hour; being run twice.
 * Does not survive: a schema that is newer than the gateway; then it changes nothing.
 */
export class Migration extends Construct {
  /** The main resource: the Job. */
  readonly resource: k8s.KubeJob;

  constructor(scope: Construct, id: string, props: MigrationBlockProps) {
    super(scope, id);
    this.openDatabase(props);
    const spec = renderJob(props);
    const version = createHash('sha256')
      .update(props.gatewayScript)
      .update(JSON.stringify(spec))
      .digest('hex')
      .slice(0, 8);
    this.resource = new k8s.KubeJob(this, 'Resource', {
      metadata: {
        name: `${props.plan.name}-${COMPONENT}-${version}`,
        namespace: props.namespace,
        labels: objectLabels(props.plan.name, COMPONENT),
        ...(props.rollout === 'argo-cd' ? { annotations: { ...ARGO_CD.job } } : {}),
      },
      spec,
    });
  }

  private openDatabase({ plan, namespace, database }: MigrationBlockProps): void {
    if (database.pods === null) return;
    createIngressPolicy(this, 'AllowMigration', {
      instance: plan.name,
      namespace,
      name: 'allow-migration',
      pods: database.pods.members,
      openings: [{ from: [podsOfComponent(plan.name, COMPONENT)], ports: [database.primary.port] }],
    });
  }
}

function renderJob({ plan, database, workload }: MigrationBlockProps): k8s.JobSpec {
  const memory = k8s.Quantity.fromString('256Mi');
  return {
    // The first time, the database is not there yet.
    backoffLimit: 10,
    activeDeadlineSeconds: DEADLINE_SECONDS,
    ttlSecondsAfterFinished: KEPT_SECONDS,
    template: {
      metadata: { labels: objectLabels(plan.name, COMPONENT) },
      spec: {
        restartPolicy: 'OnFailure',
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: restrictedPod(USER),
        containers: [
          {
            name: COMPONENT,
            image: renderImage(IMAGES.node),
            command: ['node', `${GATEWAY_FOLDER}/${SCRIPT_FILE}`],
            env: [
              secretVariable(DATABASE_PASSWORD, database.password),
              { name: GATEWAY_ENVIRONMENT.command, value: 'migrate' },
              {
                name: GATEWAY_ENVIRONMENT.databaseUrl,
                // Not the pooler: a migration locks others out by its session.
                value: renderDatabaseUrl(database, database.primary, database.databaseName),
              },
            ],
            resources: {
              requests: { cpu: k8s.Quantity.fromString('100m'), memory },
              limits: { memory },
            },
            securityContext: RESTRICTED_CONTAINER,
            volumeMounts: [
              { name: 'gateway', mountPath: GATEWAY_FOLDER, readOnly: true },
              { name: 'tmp', mountPath: '/tmp' },
            ],
          },
        ],
        volumes: [
          {
            name: 'gateway',
            projected: {
              sources: workload.configMapNames.map((name) => ({ configMap: { name } })),
            },
          },
          { name: 'tmp', emptyDir: {} },
        ],
      },
    },
  };
}
