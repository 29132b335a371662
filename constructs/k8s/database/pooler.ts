import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { Endpoint, RegionPlan } from '../../../lib';
import { IMAGES, renderImage } from '../../../lib/images';
import { type PooledDatabase, renderPgbouncer } from '../../../lib/render';
import { POOLER } from '../../../lib/spec/defaults';
import { createContentConfigMap } from '../foundation/content-config-map';
import { objectLabels, selectorLabels } from '../foundation/labels';
import { choosePod } from '../foundation/choose-pod';
import type { PodChoices } from '../foundation/pod-choices';
import { RESTRICTED_CONTAINER, restrictedPod } from '../foundation/pod-security';
import { POOLER_PORT } from '../foundation/ports';
import type { SecretKeyReference } from '../foundation/secret-key-reference';
import type { PodSize } from '../foundation/sizes';
import { renderSpread, type SpreadChoice } from '../foundation/spread';

import { planPoolerClients } from './pooler-clients';

export interface PoolerProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  readonly users: SecretKeyReference;
  readonly spread: SpreadChoice;
  readonly pod: PodChoices;
  readonly size: PodSize;
  readonly databases: readonly PooledDatabase[];
}

/** The user `postgres` of the image. */
const USER = { userId: 70, groupId: 70 };
const COMPONENT = 'pooler';
const CONFIG_FOLDER = '/etc/pgbouncer';
const USERS_FOLDER = '/etc/pgbouncer-users';
/** How many statements of each connection are known to all servers of a pool; PgBouncer's own default. */
const MAX_PREPARED_STATEMENTS = 200;

/**
 * PgBouncer between the gateway and PostgreSQL: many clients share few connections, and a new primary is found within
 * seconds.
 *
 * Costs: 2 pods of a tenth of a core and 128 MiB.
 * Survives: the loss of a pod, a node or, with `Spread.zones()`, a zone; clients connect to the other one.
 * Does not survive: a session's own settings between transactions; those need a connection to PostgreSQL itself.
 */
export class Pooler extends Construct {
  /** The main resource: the Deployment. */
  readonly resource: k8s.KubeDeployment;
  readonly endpoint: Endpoint;

  constructor(scope: Construct, id: string, props: PoolerProps) {
    super(scope, id);
    const name = `${props.plan.name}-pooler`;
    const selector = selectorLabels(props.plan.name, COMPONENT);
    const metadata = {
      name,
      namespace: props.namespace,
      labels: objectLabels(props.plan.name, COMPONENT),
    };
    this.endpoint = { host: `${name}.${props.namespace}.svc`, port: POOLER_PORT };
    const ini = renderPgbouncer({
      databases: props.databases,
      listenAddress: '0.0.0.0',
      listenPort: POOLER_PORT,
      userFile: `${USERS_FOLDER}/${props.users.key}`,
      maxClientConnections: planPoolerClients(props.plan),
      poolSize: POOLER.poolSize,
      reserve: POOLER.reserve,
      maxPreparedStatements: MAX_PREPARED_STATEMENTS,
    });

    new k8s.KubeServiceAccount(this, 'ServiceAccount', {
      metadata,
      automountServiceAccountToken: false,
    });
    const config = createContentConfigMap(this, 'Config', {
      metadata,
      content: { data: { 'pgbouncer.ini': ini } },
    });
    this.resource = new k8s.KubeDeployment(this, 'Resource', {
      metadata,
      spec: {
        replicas: POOLER.replicas,
        minReadySeconds: 5,
        revisionHistoryLimit: 5,
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: {
            maxUnavailable: k8s.IntOrString.fromNumber(0),
            maxSurge: k8s.IntOrString.fromNumber(POOLER.surge),
          },
        },
        selector: { matchLabels: selector },
        template: choosePod(
          {
            metadata: {
              labels: objectLabels(props.plan.name, COMPONENT),
            },
            spec: {
              serviceAccountName: name,
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              terminationGracePeriodSeconds: 40,
              securityContext: restrictedPod(USER),
              topologySpreadConstraints: renderSpread(props.spread, selector, [
                'pod-template-hash',
              ]),
              containers: [renderContainer(props.size)],
              volumes: [
                { name: 'config', configMap: { name: config.name } },
                {
                  name: 'users',
                  secret: {
                    secretName: props.users.secretName,
                    items: [{ key: props.users.key, path: props.users.key }],
                  },
                },
              ],
            },
          },
          props.pod,
        ),
      },
    });
    new k8s.KubeService(this, 'Service', {
      metadata,
      spec: {
        type: 'ClusterIP',
        selector,
        ports: [
          {
            name: 'pgbouncer',
            port: POOLER_PORT,
            targetPort: k8s.IntOrString.fromString('pgbouncer'),
            protocol: 'TCP',
          },
        ],
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'DisruptionBudget', {
      metadata,
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: selector },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }
}

function renderContainer({ cpuMillicores, memoryMib }: PodSize): k8s.Container {
  const memory = k8s.Quantity.fromString(`${memoryMib}Mi`);
  const tcpSocket = { port: k8s.IntOrString.fromString('pgbouncer') };
  return {
    name: 'pgbouncer',
    image: renderImage(IMAGES.pgbouncer),
    command: ['pgbouncer', `${CONFIG_FOLDER}/pgbouncer.ini`],
    ports: [{ name: 'pgbouncer', containerPort: POOLER_PORT, protocol: 'TCP' }],
    readinessProbe: { tcpSocket, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 },
    livenessProbe: { tcpSocket, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    // First nobody is sent here any more, then open transactions end. SIGTERM would wait for clients to hang up, and
    // pools of clients never do.
    lifecycle: {
      preStop: { exec: { command: ['sh', '-c', 'sleep 5; kill -INT 1; sleep 25'] } },
    },
    resources: {
      requests: { cpu: k8s.Quantity.fromString(`${cpuMillicores}m`), memory },
      limits: { memory },
    },
    securityContext: RESTRICTED_CONTAINER,
    volumeMounts: [
      { name: 'config', mountPath: CONFIG_FOLDER, readOnly: true },
      { name: 'users', mountPath: USERS_FOLDER, readOnly: true },
    ],
  };
}
