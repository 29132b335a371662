import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { RegionPlan } from '../../../lib';
import { IMAGES, renderImage } from '../../../lib/images';
import { renderKeepReplication, renderPublications, renderSubscription } from '../../../lib/render';
import { choosePod } from '../foundation/choose-pod';
import { objectLabels } from '../foundation/labels';
import type { PodChoices } from '../foundation/pod-choices';
import { RESTRICTED_CONTAINER, restrictedPod } from '../foundation/pod-security';
import { createIngressPolicy, podsOfComponent } from '../network/network-policy';
import { secretVariable } from '../secrets/secrets';
import type { DatabaseAccess } from './choice';
import { type DatabasePlace, listPeers } from './place';

export interface LogicalReplicationProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  readonly database: DatabaseAccess;
  readonly place: DatabasePlace;
  readonly pod: PodChoices;
}

const COMPONENT = 'replication';
/** The user `postgres` of PostgreSQL's Alpine image. */
const USER = { userId: 70, groupId: 70 };
const FOLDER = '/replication';
const DEADLINE_SECONDS = 240;

/**
 * Rows of the gateway from every other region, by logical replication of PostgreSQL. A job looks every five minutes whether
 * all rows keep coming, and copies them again where a slot was lost: a failover within a region loses it.
 *
 * Costs: a pod for seconds every five minutes.
 * Survives: the loss of any other region, for as long as half of the volume holds what it misses; after that all rows are
 * copied again. Being run twice.
 * Does not survive: a change of a row that two regions own; there is none.
 */
export class LogicalReplication extends Construct {
  /** The main resource: the CronJob. */
  readonly resource: k8s.KubeCronJob;

  constructor(scope: Construct, id: string, props: LogicalReplicationProps) {
    super(scope, id);
    const { plan, namespace, database } = props;
    const name = `${plan.name}-${COMPONENT}`;
    const metadata = { name, namespace, labels: objectLabels(plan.name, COMPONENT) };
    new k8s.KubeConfigMap(this, 'Scripts', { metadata, data: renderFiles(props) });
    if (database.pods !== null) {
      createIngressPolicy(this, 'AllowReplication', {
        instance: plan.name,
        namespace,
        name: 'allow-replication',
        pods: database.pods.members,
        openings: [
          { from: [podsOfComponent(plan.name, COMPONENT)], ports: [database.primary.port] },
        ],
      });
    }
    this.resource = new k8s.KubeCronJob(this, 'Resource', {
      metadata,
      spec: {
        schedule: '*/5 * * * *',
        concurrencyPolicy: 'Forbid',
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 3,
        jobTemplate: {
          spec: {
            backoffLimit: 0,
            activeDeadlineSeconds: DEADLINE_SECONDS,
            template: choosePod(
              {
                metadata: { labels: objectLabels(plan.name, COMPONENT) },
                spec: renderPod(name, database),
              },
              props.pod,
            ),
          },
        },
      },
    });
  }
}

function renderFiles({ place, database }: LogicalReplicationProps): Record<string, string> {
  const input = {
    region: place.region,
    databaseName: database.databaseName,
    userName: database.userName,
    peers: listPeers(place),
  };
  return {
    'keep.sh': renderKeepReplication(input),
    'publications.sql': renderPublications(place.region),
    'subscription.sql': renderSubscription(input),
  };
}

function renderPod(scriptsName: string, database: DatabaseAccess): k8s.PodSpec {
  const memory = k8s.Quantity.fromString('128Mi');
  // A session that creates a slot lasts: not the pooler.
  const { host, port } = database.primary;
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPod(USER),
    containers: [
      {
        name: COMPONENT,
        image: renderImage(IMAGES.postgres),
        command: ['sh', `${FOLDER}/keep.sh`],
        env: [
          { name: 'PGHOST', value: host },
          { name: 'PGPORT', value: String(port) },
          { name: 'PGUSER', value: database.userName },
          { name: 'PGDATABASE', value: database.databaseName },
          { name: 'PGCONNECT_TIMEOUT', value: '10' },
          // Peers are reached over the networks of others.
          { name: 'PGSSLMODE', value: 'require' },
          secretVariable('PGPASSWORD', database.password),
        ],
        resources: {
          requests: { cpu: k8s.Quantity.fromString('50m'), memory },
          limits: { memory },
        },
        securityContext: RESTRICTED_CONTAINER,
        volumeMounts: [
          { name: 'scripts', mountPath: FOLDER, readOnly: true },
          { name: 'tmp', mountPath: '/tmp' },
        ],
      },
    ],
    volumes: [
      { name: 'scripts', configMap: { name: scriptsName } },
      { name: 'tmp', emptyDir: {} },
    ],
  };
}
