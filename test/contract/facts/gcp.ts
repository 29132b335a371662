import { Testing } from 'cdktf';
import { Compute, Database, Cache, SingleRegionHA } from '../../../constructs/gcp';
import type { GatewayProps } from '../../../lib';
import type { Facts } from './facts';

/** The parts of a resource that the facts are read from; names are Terraform's. */
type Json = Readonly<Record<string, unknown>>;

/** Synthesizes a description on Google Cloud and reads the facts back from what came out. */
export function synthesizeGcp(props: GatewayProps): Facts {
  const output = Testing.synthScope((stack) => {
    new SingleRegionHA(stack, 'Gateway', {
      ...props,
      project: 'my-project',
      region: 'us-central1',
      domain: props.domain ?? { name: 'api.example.com' },
      secrets: { OPENAI_API_KEY: { secretId: 'openai-api-key' } },
      compute: Compute.instanceGroup({ ...props.compute, gatewayScript: 'run();' }),
      database: Database.cloudSql(props.database),
      cache: Cache.memorystore(props.cache),
    });
  });
  return readGcpFacts(output);
}

/** Reads the facts of a `cdk.tf.json`: what Terraform would be given, and nothing that the code remembers. */
export function readGcpFacts(cdkTfJson: string): Facts {
  const output = parseObject(cdkTfJson);
  const group = only(output, 'google_compute_region_instance_group_manager');
  const backend = only(output, 'google_compute_backend_service');
  const healthCheck = referred(output, at(backend, 'health_checks', 0));
  const policy = object(only(output, 'google_compute_region_autoscaler'), 'autoscaling_policy');
  const sql = all(output, 'google_sql_database_instance');
  const primary = sql.find((instance) => instance.master_instance_name === undefined) ?? {};
  const settings = object(primary, 'settings');
  const backups = object(settings, 'backup_configuration');
  const redis = only(output, 'google_redis_instance');
  const unit = readUnit(output);
  return {
    zones: list(group, 'distribution_policy_zones').length,
    port: number(object(group, 'named_port', 0), 'port'),
    probePath: String(object(healthCheck, 'http_health_check').request_path),
    probeIntervalSeconds: number(healthCheck, 'check_interval_sec'),
    probeTimeoutSeconds: number(healthCheck, 'timeout_sec'),
    healthyThreshold: number(healthCheck, 'healthy_threshold'),
    unhealthyThreshold: number(healthCheck, 'unhealthy_threshold'),
    idleSeconds: {
      notOffered:
        'the load balancer bounds the whole answer (timeout_sec), not a silence within it',
    },
    drainSeconds: number(backend, 'connection_draining_timeout_sec'),
    graceSeconds: Number(/docker stop --time=(\d+)/.exec(unit)?.[1]),
    httpRedirected: isHttpRedirected(output),
    minReplicas: number(policy, 'min_replicas'),
    maxReplicas: number(policy, 'max_replicas'),
    cpuPercent: readCpuPercent(output, unit, number(object(policy, 'cpu_utilization'), 'target')),
    scaleDownWindowSeconds: number(object(policy, 'scale_in_control'), 'time_window_sec'),
    scaleDownReplicas: number(
      object(object(policy, 'scale_in_control'), 'max_scaled_in_replicas'),
      'fixed',
    ),
    databaseMajorVersion: Number(String(primary.database_version).replace('POSTGRES_', '')),
    databaseStandbyInOtherZone:
      settings.availability_type === 'REGIONAL' &&
      object(settings, 'location_preference').secondary_zone !==
        object(settings, 'location_preference').zone,
    databaseReadReplicas: sql.filter(
      (instance) => instance.instance_type === 'READ_REPLICA_INSTANCE',
    ).length,
    // Google encrypts every disk of Cloud SQL; what a deployment decides is encryption in transit.
    databaseEncrypted: sql.every(
      (instance) =>
        object(object(instance, 'settings'), 'ip_configuration').ssl_mode === 'ENCRYPTED_ONLY',
    ),
    databaseDeletionProtection: sql.every(
      (instance) =>
        instance.deletion_protection === true &&
        object(instance, 'settings').deletion_protection_enabled === true,
    ),
    databaseStorageGib: number(settings, 'disk_size'),
    databaseMaxConnections: readMaxConnections(sql),
    backupRetentionDays:
      backups.enabled === true
        ? number(object(backups, 'backup_retention_settings'), 'retained_backups')
        : 0,
    backupWindowStart: String(backups.start_time),
    cacheReplicas: number(redis, 'replica_count'),
    cacheAutomaticFailover: redis.tier === 'STANDARD_HA',
  };
}

/** The text of the systemd unit among the files of the machines' user data. */
function readUnit(output: Json): string {
  const template = only(output, 'google_compute_instance_template');
  const userData = String(object(template, 'metadata')['user-data']);
  const document = parseObject(userData.replace('#cloud-config\n', ''));
  const files = list(document, 'write_files').map(asObject);
  return String(files.find((file) => String(file.path).endsWith('.service'))?.content);
}

/** The autoscaler's target speaks of the whole machine; the fact of the share that the replica may use. */
function readCpuPercent(output: Json, unit: string, target: number): number {
  const machineType = String(only(output, 'google_compute_instance_template').machine_type);
  const vcpus = Number(/-(?:standard|highmem|highcpu|custom)-(\d+)/.exec(machineType)?.[1]);
  const cpus = Number(/--cpus=([\d.]+)/.exec(unit)?.[1]);
  return Math.round((target * vcpus * 100) / cpus);
}

/** The same on all instances, or none: a replica with fewer than its primary does not start. */
function readMaxConnections(sql: readonly Json[]): number {
  const values = sql.map((instance) => {
    const flags = list(object(instance, 'settings'), 'database_flags').map(asObject);
    return Number(flags.find((flag) => flag.name === 'max_connections')?.value);
  });
  return values.every((value) => value === values[0]) ? (values[0] ?? NaN) : NaN;
}

/** The rule for port 80 leads over its proxy to a URL map that redirects. */
function isHttpRedirected(output: Json): boolean {
  const rule = all(output, 'google_compute_global_forwarding_rule').find(
    (candidate) => candidate.port_range === '80',
  );
  if (rule === undefined) return false;
  const urlMap = referred(output, referred(output, rule.target).url_map);
  return asObject(urlMap.default_url_redirect).https_redirect === true;
}

/** The resource that a late-bound text such as `${google_x.Y.id}` speaks of. */
function referred(output: Json, reference: unknown): Json {
  const [, type = '', id = ''] = /^\$\{([a-z_]+)\.([^.}]+)\./.exec(String(reference)) ?? [];
  return asObject(asObject(asObject(output.resource)[type])[id]);
}

function all(output: Json, type: string): readonly Json[] {
  return Object.values(asObject(asObject(output.resource)[type] ?? {})).map(asObject);
}

function only(output: Json, type: string): Json {
  const [resource, ...others] = all(output, type);
  if (resource === undefined || others.length > 0) throw new Error(`not one ${type}`);
  return resource;
}

function object(parent: Json, key: string, index?: number): Json {
  return asObject(index === undefined ? parent[key] : at(parent, key, index));
}

function at(parent: Json, key: string, index: number): unknown {
  return list(parent, key)[index];
}

function list(parent: Json, key: string): readonly unknown[] {
  const value = parent[key];
  if (!Array.isArray(value)) throw new Error(`${key} is no list`);
  return value;
}

function number(parent: Json, key: string): number {
  const value = parent[key];
  if (typeof value !== 'number') throw new Error(`${key} is no number`);
  return value;
}

function asObject(value: unknown): Json {
  if (typeof value !== 'object' || value === null) throw new Error(`${String(value)} is no object`);
  return value as Json;
}

function parseObject(text: string): Json {
  return asObject(JSON.parse(text));
}
