import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { createAwsApp } from '../../bin/aws';
import { createGcpApp } from '../../bin/gcp';
import { App } from 'cdk8s';
import { createK8sApp } from '../../bin/k8s';
import { Autoscaling, Chaos, LoadTest, Monitoring, SingleRegionHA } from '../../constructs/k8s';
import { GatewayConfig } from '../../lib';

/**
 * One test per statement of the guide, named by its section, against what the apps of this repository synthesize. Where
 * the guide is wrong the name says what holds instead.
 */

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}
type Manifest = Record<string, unknown> & {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Record<string, never>;
};

let aws: readonly Resource[];
let gcp: Record<string, Record<string, Record<string, unknown>>>;
let k8s: readonly Manifest[];

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'acceptance-'));
  const context = { 'aws:cdk:disable-asset-staging': true };
  createAwsApp({ outdir: join(folder, 'aws'), context }).synth();
  const template = join(folder, 'aws', 'litellm-single-region.template.json');
  aws = Object.values(
    (JSON.parse(readFileSync(template, 'utf8')) as { Resources: Record<string, Resource> })
      .Resources,
  );
  createGcpApp({ outdir: join(folder, 'gcp') }).synth();
  const terraform = join(folder, 'gcp', 'stacks', 'litellm-single-region', 'cdk.tf.json');
  gcp = (JSON.parse(readFileSync(terraform, 'utf8')) as { resource: typeof gcp }).resource;
  createK8sApp({ outdir: join(folder, 'k8s') }).synth();
  k8s = readdirSync(join(folder, 'k8s')).flatMap((name) =>
    parseAllDocuments(readFileSync(join(folder, 'k8s', name), 'utf8')).map(
      (document) => document.toJS() as Manifest,
    ),
  );
});

function awsOf(type: string): readonly Record<string, unknown>[] {
  return aws.filter((resource) => resource.Type === type).map((resource) => resource.Properties);
}

function gcpOf(type: string): readonly Record<string, unknown>[] {
  return Object.values(gcp[type] ?? {});
}

function k8sOf(kind: string, name: string): Manifest {
  const found = k8s.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}

describe('guide, "Single Region HA"', () => {
  it('puts three replicas at least behind the load balancer', () => {
    expect(k8sOf('HorizontalPodAutoscaler', 'litellm').spec).toMatchObject({ minReplicas: 3 });
    expect(gcpOf('google_compute_region_autoscaler')).toMatchObject([
      { autoscaling_policy: { min_replicas: 3 } },
    ]);
  });

  it('stands in three zones, each with its own way out', () => {
    expect(awsOf('AWS::EC2::NatGateway')).toHaveLength(3);
    expect(gcpOf('google_compute_region_instance_group_manager')).toMatchObject([
      { distribution_policy_zones: ['us-central1-a', 'us-central1-b', 'us-central1-c'] },
    ]);
  });
});

describe('guide, "Application Load Balancer"', () => {
  it('sends HTTPS to a target group on port 4000 and redirects plain HTTP', () => {
    expect(awsOf('AWS::ElasticLoadBalancingV2::TargetGroup')).toMatchObject([
      { Port: 4000, Protocol: 'HTTP', HealthyThresholdCount: 2, UnhealthyThresholdCount: 3 },
    ]);
    expect(
      awsOf('AWS::ElasticLoadBalancingV2::Listener').map(({ Port, Protocol, DefaultActions }) => [
        Port,
        Protocol,
        (DefaultActions as { Type: string }[])[0]?.Type,
      ]),
    ).toEqual([
      [80, 'HTTP', 'redirect'],
      [443, 'HTTPS', 'forward'],
    ]);
  });

  it('asks for readiness every 5 s, not for liveness every 30 s, so that a drained replica leaves', () => {
    expect(awsOf('AWS::ElasticLoadBalancingV2::TargetGroup')).toMatchObject([
      { HealthCheckPath: '/health/readiness', HealthCheckIntervalSeconds: 5 },
    ]);
  });

  it('is internet-facing over a subnet in each zone', () => {
    const [balancer] = awsOf('AWS::ElasticLoadBalancingV2::LoadBalancer');

    expect(balancer).toMatchObject({ Scheme: 'internet-facing', Type: 'application' });
    expect(balancer?.Subnets).toHaveLength(3);
  });
});

describe('guide, "GCP" load balancing', () => {
  it('leads from a forwarding rule on 443 to instance groups with a health check on port 4000', () => {
    expect(gcpOf('google_compute_health_check')).toContainEqual(
      expect.objectContaining({
        http_health_check: expect.objectContaining({
          port: 4000,
          request_path: '/health/readiness',
        }) as unknown,
      }),
    );
    expect(gcpOf('google_compute_backend_service')).toMatchObject([{ protocol: 'HTTP' }]);
    expect(gcpOf('google_compute_target_https_proxy')).toHaveLength(1);
    expect(
      gcpOf('google_compute_global_forwarding_rule').map((rule) => String(rule.port_range)),
    ).toEqual(expect.arrayContaining(['443', '80']));
  });
});

describe('guide, "Kubernetes Ingress"', () => {
  it('names its class in the specification and serves the domain over TLS', () => {
    expect(k8sOf('Ingress', 'litellm').spec).toMatchObject({
      ingressClassName: 'nginx',
      tls: [{ hosts: ['api.example.com'] }],
      rules: [
        {
          host: 'api.example.com',
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'litellm', port: { name: 'http' } } },
              },
            ],
          },
        },
      ],
    });
  });

  it('leads to a Service whose port http is 4000', () => {
    expect(k8sOf('Service', 'litellm').spec).toMatchObject({
      ports: [{ name: 'http', port: 4000 }],
    });
  });

  it('balances by EWMA and therefore does not hash: of the two, nginx would only do the latter', () => {
    const { annotations } = k8sOf('Ingress', 'litellm').metadata as unknown as {
      readonly annotations: Record<string, string>;
    };

    expect(annotations['nginx.ingress.kubernetes.io/load-balance']).toBe('ewma');
    expect(Object.keys(annotations)).not.toContain('nginx.ingress.kubernetes.io/upstream-hash-by');
    expect(annotations['nginx.ingress.kubernetes.io/ssl-redirect']).toBe('true');
  });
});

describe('guide, "PostgreSQL Replication"', () => {
  it('creates PostgreSQL 16 on RDS, multi-AZ, encrypted, 100 GiB of gp3, with two read replicas', () => {
    const instances = awsOf('AWS::RDS::DBInstance');
    const primary = instances.filter((one) => one.SourceDBInstanceIdentifier === undefined);

    expect(primary).toMatchObject([
      {
        Engine: 'postgres',
        EngineVersion: '16',
        MultiAZ: true,
        StorageEncrypted: true,
        AllocatedStorage: '100',
        StorageType: 'gp3',
        DBInstanceClass: 'db.r6g.large',
      },
    ]);
    expect(instances).toHaveLength(3);
  });

  it('writes no password into the template', () => {
    for (const instance of awsOf('AWS::RDS::DBInstance')) {
      expect(JSON.stringify(instance.MasterUserPassword ?? '{{resolve')).toContain('{{resolve');
    }
  });

  it('creates Cloud SQL for PostgreSQL 16 with availability REGIONAL, backups at 03:00 and replicas', () => {
    const instances = gcpOf('google_sql_database_instance');

    expect(instances[0]).toMatchObject({
      database_version: 'POSTGRES_16',
      settings: {
        tier: 'db-custom-4-16384',
        availability_type: 'REGIONAL',
        backup_configuration: { enabled: true, start_time: '03:00' },
      },
    });
    expect(instances.slice(1)).toMatchObject([
      { settings: { tier: 'db-custom-2-8192' } },
      { settings: { tier: 'db-custom-2-8192' } },
    ]);
  });

  it('runs Patroni with a primary and two replicas that lose no acknowledged write', () => {
    const config = k8s
      .filter(({ kind }) => kind === 'ConfigMap')
      .map(({ data }) => (data as Record<string, string> | undefined)?.['patroni.yml'])
      .find((text) => text !== undefined);

    expect(config).toContain('synchronous_mode: true');
    expect(config).toContain('failsafe_mode: true');
    expect(config).toContain('use_pg_rewind: true');
  });
});

describe('guide, "Connection Pooling"', () => {
  it('pools transactions of 1000 clients into 25 connections, with SCRAM instead of MD5', () => {
    const config = k8s
      .filter(({ kind }) => kind === 'ConfigMap')
      .map(({ data }) => (data as Record<string, string> | undefined)?.['pgbouncer.ini'])
      .find((text) => text !== undefined);

    expect(config).toMatch(/^pool_mode = transaction$/m);
    expect(config).toMatch(/^max_client_conn = 1000$/m);
    expect(config).toMatch(/^default_pool_size = 25$/m);
    expect(config).toMatch(/^auth_type = scram-sha-256$/m);
  });
});

describe('guide, "Redis High Availability"', () => {
  it('watches Redis with three Sentinels: the one of the guide could never reach its quorum of two', () => {
    expect(k8sOf('StatefulSet', 'litellm-sentinel').spec).toMatchObject({ replicas: 3 });
  });

  it('creates a replication group with automatic failover over several zones, encrypted', () => {
    expect(awsOf('AWS::ElastiCache::ReplicationGroup')).toMatchObject([
      {
        AutomaticFailoverEnabled: true,
        MultiAZEnabled: true,
        TransitEncryptionEnabled: true,
        AtRestEncryptionEnabled: true,
        ReplicasPerNodeGroup: 2,
      },
    ]);
    expect(gcpOf('google_redis_instance')).toMatchObject([{ tier: 'STANDARD_HA' }]);
  });
});

describe('guide, "Kubernetes HPA"', () => {
  it('scales from 3 to 20 at 70 % of CPU, two up and one down a minute', () => {
    expect(k8sOf('HorizontalPodAutoscaler', 'litellm').spec).toMatchObject({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'litellm' },
      minReplicas: 3,
      maxReplicas: 20,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
        },
      ],
      behavior: {
        scaleDown: {
          stabilizationWindowSeconds: 300,
          policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
        },
        scaleUp: {
          stabilizationWindowSeconds: 60,
          policies: [{ type: 'Pods', value: 2, periodSeconds: 60 }],
        },
      },
    });
  });
});

describe('guide, "Backup Strategy"', () => {
  it('keeps daily backups for 30 days, taken between 03:00 and 04:00', () => {
    const [primary] = awsOf('AWS::RDS::DBInstance').filter(
      (one) => one.SourceDBInstanceIdentifier === undefined,
    );

    expect(primary).toMatchObject({
      BackupRetentionPeriod: 30,
      PreferredBackupWindow: '03:00-04:00',
    });
  });
});

describe('guide, "pg_dump"', () => {
  it('dumps the database every day at 03:00 and proves each week that the dump can be restored', () => {
    expect(k8sOf('CronJob', 'litellm-backup').spec).toMatchObject({
      schedule: '0 3 * * *',
      concurrencyPolicy: 'Forbid',
    });
    expect(k8s.filter(({ kind }) => kind === 'CronJob').length).toBeGreaterThan(1);
  });
});

describe('what the guide adds to Kubernetes', () => {
  let extended: readonly Manifest[];

  beforeAll(() => {
    const app = new App();
    const config = GatewayConfig.fromFile(
      join(__dirname, '../../examples/config/getting-started.yaml'),
    );
    new SingleRegionHA(app, 'gateway', {
      config,
      secrets: Object.fromEntries(
        config.requiredEnvironment.map((name) => [name, { secretName: 'keys', key: name }]),
      ),
      domain: { name: 'api.example.com' },
      autoscaling: Autoscaling.keda({ prometheusAddress: 'http://prometheus:9090' }),
      monitoring: Monitoring.prometheusOperator(),
      chaos: Chaos.mesh(),
      loadTest: LoadTest.k6({ model: 'gpt-4o' }),
    });
    extended = parseAllDocuments(app.synthYaml()).map((document) => document.toJS() as Manifest);
  });

  const ofKind = (kind: string) => extended.filter((manifest) => manifest.kind === kind);

  it('"KEDA": scales by the request rate under its real name, and then there is no HPA', () => {
    const [scaler] = ofKind('ScaledObject');

    expect(scaler?.spec).toMatchObject({
      minReplicaCount: 3,
      pollingInterval: 15,
      cooldownPeriod: 300,
    });
    expect(JSON.stringify(scaler)).toContain('litellm_requests_total');
    expect(ofKind('HorizontalPodAutoscaler')).toEqual([]);
  });

  it('"Monitoring and Alerting": has the four alerts, each with a runbook', () => {
    const groups = ofKind('PrometheusRule').flatMap(
      ({ spec }) =>
        (spec as unknown as { groups: { rules: { alert: string; annotations: object }[] }[] })
          .groups,
    );
    const rules = groups.flatMap((group) => group.rules);

    expect(rules.map(({ alert }) => alert)).toEqual(
      expect.arrayContaining([
        'InstanceDown',
        'HighErrorRate',
        'DatabaseConnectionFailed',
        'AllProvidersDown',
      ]),
    );
    for (const rule of rules) expect(rule.annotations).toHaveProperty('runbook_url');
  });

  it('"Chaos Engineering": fails pods, cuts the database off, and all of it is paused', () => {
    const experiments = ofKind('Schedule');

    expect(experiments.length).toBeGreaterThanOrEqual(12);
    expect(JSON.stringify(experiments)).toContain('pod-failure');
    expect(JSON.stringify(experiments)).toContain('partition');
    for (const { metadata } of experiments) {
      expect(metadata).toMatchObject({
        annotations: { 'experiment.chaos-mesh.org/pause': 'true' },
      });
    }
  });

  it('"Overload with traffic": has a load test that waits to be started', () => {
    const jobs = ofKind('CronJob').filter(({ spec }) => (spec as { suspend?: boolean }).suspend);

    expect(jobs.map(({ metadata }) => metadata.name).join()).toContain('load');
  });
});
