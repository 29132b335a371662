import { createHash } from 'node:crypto';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { GATEWAY_ENVIRONMENT, type RegionPlan } from '../../../lib';
import { IMAGES, renderImage } from '../../../lib/images';
import type { DatabaseAccess } from '../database/choice';
import { objectLabels } from '../foundation/labels';
import type { PodChoices } from '../foundation/pod-choices';
import { createIngressPolicy, podsOfComponent } from '../network/network-policy';
import { DATABASE_PASSWORD } from '../secrets/secrets';
import { renderDatabaseUrl } from './compute';
import { MIGRATION, renderMigrationJob, type Workload } from './workload';

export interface MigrationBlockProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  readonly database: DatabaseAccess;
  readonly workload: Workload;
  /** The gateway as one JavaScript file. */
  readonly gatewayScript: string;
  readonly rollout: MigrationRollout;
  readonly pod: PodChoices;
}

/**
 * Who sees to it that the schema comes first. `gateway`: a new replica is not ready until the schema is; old ones serve
 * meanwhile. `argo-cd`: Argo CD also waits for the data stores, then for the migration, and only then replaces replicas.
 */
export type MigrationRollout = 'gateway' | 'argo-cd';

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
        name: `${props.plan.name}-${MIGRATION}-${version}`,
        namespace: props.namespace,
        labels: objectLabels(props.plan.name, MIGRATION),
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
      openings: [{ from: [podsOfComponent(plan.name, MIGRATION)], ports: [database.primary.port] }],
    });
  }
}

function renderJob({ plan, database, workload, pod }: MigrationBlockProps): k8s.JobSpec {
  return renderMigrationJob({
    instance: plan.name,
    image: renderImage(IMAGES.node),
    program: 'script',
    configMapNames: workload.configMapNames,
    environment: {
      // Not the pooler: a migration locks others out by its session.
      [GATEWAY_ENVIRONMENT.databaseUrl]: renderDatabaseUrl(
        database,
        database.primary,
        database.databaseName,
      ),
    },
    secretEnvironment: { [DATABASE_PASSWORD]: database.password },
    secretProviderClass: null,
    serviceAccountName: null,
    deadlineSeconds: DEADLINE_SECONDS,
    keptSeconds: KEPT_SECONDS,
    pod,
  });
}
