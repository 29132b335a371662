import { z } from 'zod';
import {
  count,
  customResource,
  labels,
  quantity,
  resources,
  secretKey,
  text,
  topologySpread,
} from './fields';

const API = 'postgresql.cnpg.io/v1';

/** Parameters of PgBouncer that the operator takes; it refuses all others (1.28, its admission of a Pooler). */
const poolerParameter = z.enum([
  'default_pool_size',
  'dns_max_ttl',
  'max_client_conn',
  'max_prepared_statements',
  'query_wait_timeout',
  'reserve_pool_size',
  'reserve_pool_timeout',
  'server_connect_timeout',
  'server_idle_timeout',
  'server_lifetime',
  'server_login_retry',
  'tcp_keepalive',
  'tcp_keepcnt',
  'tcp_keepidle',
  'tcp_keepintvl',
]);

const owner = {
  database: text,
  owner: text,
  secret: z.strictObject({ name: text }).optional(),
};

const externalCluster = z.strictObject({
  name: text,
  connectionParameters: z.strictObject({
    host: text,
    port: z.string().regex(/^\d+$/),
    user: text,
    dbname: text,
    sslmode: z.enum(['require', 'verify-ca', 'verify-full']),
  }),
  sslKey: secretKey,
  sslCert: secretKey,
  sslRootCert: secretKey,
});

const additionalService = z.strictObject({
  selectorType: z.enum(['rw', 'r', 'ro']),
  serviceTemplate: z.strictObject({
    metadata: z.strictObject({ name: text, annotations: labels }),
    spec: z.strictObject({ type: z.enum(['ClusterIP', 'LoadBalancer', 'NodePort']) }),
  }),
});

/** Fields of Kubernetes' own, whose schemas `schemaProblems` holds against every pod. */
const standard = z.record(z.string(), z.unknown());
const pullSecrets = z.array(z.strictObject({ name: text }));

const cluster = z.strictObject({
  imageName: text,
  instances: z.int().min(1),
  primaryUpdateStrategy: z.enum(['unsupervised', 'supervised']),
  primaryUpdateMethod: z.enum(['switchover', 'restart']),
  enableSuperuserAccess: z.boolean(),
  enablePDB: z.boolean(),
  bootstrap: z.union([
    z.strictObject({
      initdb: z.strictObject({
        ...owner,
        encoding: text,
        dataChecksums: z.boolean(),
        postInitApplicationSQL: z.array(text).optional(),
      }),
    }),
    z.strictObject({ pg_basebackup: z.strictObject({ source: text, ...owner }) }),
  ]),
  replica: z.strictObject({ self: text, primary: text, source: text }).optional(),
  externalClusters: z.array(externalCluster).optional(),
  certificates: z.strictObject({ serverAltDNSNames: z.array(text) }).optional(),
  managed: z
    .strictObject({
      services: z.strictObject({ additional: z.array(additionalService) }),
    })
    .optional(),
  postgresql: z.strictObject({
    parameters: labels,
    synchronous: z.strictObject({
      method: z.enum(['any', 'first']),
      number: z.int().min(1),
      dataDurability: z.enum(['required', 'preferred']),
    }),
  }),
  storage: z.strictObject({ size: quantity, storageClass: text.optional() }),
  resources,
  topologySpreadConstraints: z.array(topologySpread),
  affinity: z
    .strictObject({
      nodeSelector: labels.optional(),
      tolerations: z.array(standard).optional(),
      nodeAffinity: standard.optional(),
      additionalPodAffinity: standard.optional(),
      additionalPodAntiAffinity: standard.optional(),
    })
    .optional(),
  priorityClassName: text.optional(),
  imagePullSecrets: pullSecrets.optional(),
  inheritedMetadata: z.strictObject({ labels, annotations: labels }).optional(),
  plugins: z
    .array(z.strictObject({ name: text, isWALArchiver: z.boolean(), parameters: labels }))
    .optional(),
});

const pooler = z.strictObject({
  cluster: z.strictObject({ name: text }),
  instances: z.int().min(1),
  type: z.enum(['rw', 'ro', 'r']),
  deploymentStrategy: z.strictObject({
    type: z.literal('RollingUpdate'),
    rollingUpdate: z.strictObject({ maxUnavailable: count, maxSurge: count }),
  }),
  pgbouncer: z.strictObject({
    poolMode: z.enum(['session', 'transaction']),
    parameters: z.partialRecord(poolerParameter, z.string()),
  }),
  template: z.strictObject({
    metadata: z.strictObject({ labels, annotations: labels.optional() }),
    spec: z.strictObject({
      containers: z.array(
        z.strictObject({ name: text, resources, volumeMounts: z.array(standard).optional() }),
      ),
      topologySpreadConstraints: z.array(topologySpread),
      nodeSelector: labels.optional(),
      tolerations: z.array(standard).optional(),
      affinity: standard.optional(),
      priorityClassName: text.optional(),
      imagePullSecrets: pullSecrets.optional(),
      volumes: z.array(standard).optional(),
    }),
  }),
});

const scheduledBackup = z.strictObject({
  // Six fields: seconds come first.
  schedule: z.string().regex(/^\d+ \d+ \d+ \S+ \S+ \S+$/),
  immediate: z.boolean(),
  backupOwnerReference: z.enum(['none', 'self', 'cluster']),
  cluster: z.strictObject({ name: text }),
  method: z.enum(['plugin', 'volumeSnapshot', 'barmanObjectStore']),
  pluginConfiguration: z.strictObject({ name: text }),
});

/** https://cloudnative-pg.io/plugin-barman-cloud/docs/plugin-barman-cloud.v1/ (0.9) */
const objectStore = z.strictObject({
  retentionPolicy: z.string().regex(/^[1-9]\d*[dwm]$/),
  instanceSidecarConfiguration: z.strictObject({
    env: z.array(z.strictObject({ name: text, value: text })),
    resources,
  }),
  configuration: z.strictObject({
    destinationPath: z.string().regex(/^s3:\/\/.+/),
    endpointURL: z.string().url().optional(),
    s3Credentials: z.strictObject({ accessKeyId: secretKey, secretAccessKey: secretKey }),
    wal: z.strictObject({ compression: z.enum(['gzip', 'bzip2', 'snappy']), maxParallel: count }),
    data: z.strictObject({ compression: z.enum(['gzip', 'bzip2', 'snappy']) }),
  }),
});

/** CloudNativePG 1.28, https://cloudnative-pg.io/documentation/current/cloudnative-pg.v1/ */
export const CLOUD_NATIVE_PG = [
  customResource(API, 'Cluster', cluster),
  customResource(API, 'Pooler', pooler),
  customResource(API, 'ScheduledBackup', scheduledBackup),
  customResource('barmancloud.cnpg.io/v1', 'ObjectStore', objectStore),
];
