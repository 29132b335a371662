import { KubectlV34Layer } from '@aws-cdk/lambda-layer-kubectl-v34';
import { Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, DefaultCapacityType, KubernetesVersion } from 'aws-cdk-lib/aws-eks-v2';
import { Compute } from '../../../../../constructs/aws';
import { type Manifest, readManifests } from '../../../../contract/facts/aws';
import { build, buildDefaults, gatewayFolder, onEks, testApp, testStack } from '../../support';

/** The parts of manifests that these tests look at. */
interface Seen {
  readonly apiVersion: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly subjects: unknown;
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly Container[] } };
    readonly parameters: { readonly usePodIdentity: string; readonly objects: string };
    readonly secretObjects: readonly {
      readonly secretName: string;
      readonly data: readonly { readonly key: string }[];
    }[];
  };
}

interface Container {
  readonly image: string;
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly resources: { readonly requests: unknown };
}

/** Of all but the migration, which has objects of the same kinds. */
function manifest(template: Template, kind: string): Seen {
  const found = readManifests(template.toJSON() as never).filter(
    (each) =>
      each['kind'] === kind && !(each as unknown as Seen).metadata.name.endsWith('-migration'),
  );
  expect(found).toHaveLength(1);
  return found[0] as unknown as Seen;
}

function kinds(template: Template): readonly unknown[] {
  return readManifests(template.toJSON() as never).map((each: Manifest) => each['kind']);
}

function createCluster(stack: Stack, layer: KubectlV34Layer | null): Cluster {
  return new Cluster(stack, 'MyCluster', {
    vpc: new Vpc(stack, 'MyVpc', { maxAzs: 2 }),
    version: KubernetesVersion.V1_34,
    defaultCapacityType: DefaultCapacityType.NODEGROUP,
    ...(layer === null ? {} : { kubectlProviderOptions: { kubectlLayer: layer } }),
  });
}

describe('EksWorkload', () => {
  it('creates a cluster in Auto Mode that is reached from within and logs everything', () => {
    const { template } = buildDefaults();
    template.hasResourceProperties('AWS::EKS::Cluster', {
      Version: '1.34',
      ComputeConfig: { Enabled: true, NodePools: ['system', 'general-purpose'] },
      ResourcesVpcConfig: { EndpointPrivateAccess: true, EndpointPublicAccess: false },
      EncryptionConfig: [{ Resources: ['secrets'] }],
      Logging: {
        ClusterLogging: {
          EnabledTypes: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'].map(
            (Type) => ({ Type }),
          ),
        },
      },
    });
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });

  it('installs what the workload needs: metrics for its scaler, secrets for its pods', () => {
    const { template } = buildDefaults();
    const addOns = Object.values(template.findResources('AWS::EKS::Addon')).map(
      (addOn) => addOn['Properties'].AddonName,
    );
    expect(addOns).toEqual(['metrics-server', 'aws-secrets-store-csi-driver-provider']);
    expect(manifest(template, 'ClusterRoleBinding').subjects).toEqual([
      {
        kind: 'ServiceAccount',
        name: 'secrets-store-csi-driver',
        namespace: 'aws-secrets-manager',
      },
    ]);
  });

  it('runs the workload of any Kubernetes in a namespace that admits restricted pods only', () => {
    const { template } = buildDefaults();
    expect(kinds(template)).toEqual(
      expect.arrayContaining([
        'Namespace',
        'ServiceAccount',
        'ConfigMap',
        'Deployment',
        'Service',
        'HorizontalPodAutoscaler',
        'PodDisruptionBudget',
        'SecretProviderClass',
        'TargetGroupBinding',
      ]),
    );
    expect(manifest(template, 'Namespace').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
      'eks.amazonaws.com/pod-readiness-gate-inject': 'enabled',
    });
  });

  it('hands secrets to pods by name, under an identity of their own', () => {
    const { stack, gateway, template } = buildDefaults();
    const provider = manifest(template, 'SecretProviderClass');
    const { spec } = provider;
    const keys = [
      'DATABASE_PASSWORD',
      'LITELLM_MASTER_KEY',
      'LITELLM_SALT_KEY',
      'OPENAI_API_KEY',
      'REDIS_PASSWORD',
    ];
    expect(spec.parameters.usePodIdentity).toBe('true');
    expect(spec.secretObjects[0]?.secretName).toBe('litellm-secrets');
    expect(spec.secretObjects[0]?.data.map(({ key }) => key)).toEqual(keys);
    expect(JSON.parse(spec.parameters.objects)[0]).toMatchObject({
      objectType: 'secretsmanager',
      jmesPath: [{ path: 'password', objectAlias: 'DATABASE_PASSWORD' }],
    });
    template.hasResourceProperties('AWS::EKS::PodIdentityAssociation', {
      Namespace: 'litellm',
      ServiceAccount: manifest(template, 'ServiceAccount').metadata.name,
      RoleArn: stack.resolve(gateway.compute.role.roleArn),
    });
    const [container] = containers(template);
    expect(container?.env.filter((each) => 'valueFrom' in each).map(({ name }) => name)).toEqual(
      keys,
    );
  });

  it('tells the gateway where database and cache are, with passwords by reference', () => {
    const { template } = buildDefaults();
    const [container] = containers(template);
    const environment = Object.fromEntries(
      (container?.env ?? []).map(({ name, value }) => [name, value ?? '']),
    );
    expect(environment['DATABASE_URL']).toMatch(
      /^postgresql:\/\/litellm:\$\(DATABASE_PASSWORD\)@<.*>:5432\/litellm\?sslmode=require&uselibpqcompat=true$/,
    );
    expect(environment['DATABASE_URL_READ_REPLICA']).toContain('Replica1');
    expect(environment).toMatchObject({
      REDIS_PORT: '6379',
      REDIS_USERNAME: 'gateway',
      REDIS_SSL: 'true',
      LITELLM_HA_REGION: '<Ref:AWS::Region>',
      LITELLM_HA_PROPAGATION_SECONDS: '0',
    });
  });

  it('applies things in an order in which each finds what it needs', () => {
    const { template } = buildDefaults();
    const resources = template.toJSON()['Resources'] as Record<string, { DependsOn?: string[] }>;
    const dependencies = (part: string): string =>
      Object.entries(resources)
        .filter(([id]) => id.startsWith(`GatewayRegionCompute${part}`))
        .flatMap(([, resource]) => resource.DependsOn ?? [])
        .join(' ');
    expect(dependencies('SecretProviderClass')).toMatch(/SecretsStore/);
    expect(dependencies('SecretProviderClass')).toMatch(/Namespace/);
    expect(dependencies('SecretProviderClass')).toMatch(/SecretSync/);
    expect(dependencies('Workload')).toMatch(/SecretProviderClass/);
    expect(dependencies('Workload')).toMatch(/PodIdentity/);
    expect(dependencies('Workload')).toMatch(/RoleDefaultPolicy/);
    expect(dependencies('Workload')).toMatch(/MigrationCompletion/);
    expect(dependencies('TargetGroupBinding')).toMatch(/Workload/);
    expect(dependencies('TargetGroupBinding')).toMatch(/LoadBalancerHttps/);
  });

  it('builds the image of the gateway when it is deployed', () => {
    const { template } = buildDefaults();
    expect(containers(template)[0]?.image).toMatch(/^<Fn::Sub:.*container-assets.*>$/);
  });

  it('has the schema brought up to date before replicas of a version start, which leave it alone', () => {
    const { gateway, template } = buildDefaults();
    const [container] = containers(template);
    expect(container?.env).toContainEqual({ name: 'DISABLE_SCHEMA_UPDATE', value: 'true' });
    const job = manifest(template, 'Job');
    const [migration] = job.spec.template.spec.containers;
    expect(migration?.image).toBe(container?.image);
    const known = new Map(migration?.env.map(({ name, value }) => [name, value]));
    expect(known.get('LITELLM_HA_COMMAND')).toBe('migrate');
    const own = ['LITELLM_HA_PROPAGATION_SECONDS', 'LITELLM_HA_DATA_DIR', 'DISABLE_SCHEMA_UPDATE'];
    for (const { name, value } of container?.env ?? []) {
      if (!own.includes(name)) expect([name, known.get(name)]).toEqual([name, value]);
    }
    expect(onEks(gateway).migration?.role).not.toBe(gateway.compute.role);
  });

  it('starts the migration when its database lets it in and its secrets can be mounted', () => {
    const { template } = buildDefaults();
    const resources = template.toJSON()['Resources'] as Record<string, { DependsOn?: string[] }>;
    const [, job] =
      Object.entries(resources).find(([id]) =>
        /^GatewayRegionComputeMigration[0-9A-F]{8}$/.test(id),
      ) ?? [];
    for (const first of [
      /DatabaseIngress1/,
      /RegionDatabase[0-9A-F]{8}$/,
      /ComputeNamespace/,
      /SecretsStore/,
      /SecretSync/,
      /MigrationRoleDefaultPolicy/,
      /MigrationPodIdentity/,
    ]) {
      expect(job?.DependsOn).toContainEqual(expect.stringMatching(first));
    }
  });

  it('runs an image that is brought, which brings its schema up to date itself', () => {
    const reference = `ghcr.io/berriai/litellm@sha256:${'0'.repeat(64)}`;
    const { gateway, template } = build((props) => ({ ...props, image: { reference } }));
    const [container] = containers(template);
    expect(container?.image).toBe(reference);
    expect(container?.env.map(({ name }) => name)).not.toContain('DISABLE_SCHEMA_UPDATE');
    expect(onEks(gateway).migration).toBeNull();
    expect(kinds(template)).not.toContain('Job');
  });

  it('follows the size of a replica', () => {
    const { template } = build((props) => ({
      ...props,
      compute: Compute.eks({
        gatewayFolder: gatewayFolder(),
        cpuMillicores: 2000,
        memoryMib: 2048,
      }),
    }));
    expect(containers(template)[0]?.resources.requests).toEqual({ cpu: '2000m', memory: '2048Mi' });
  });

  it('runs in a cluster that is brought, and adds neither cluster nor add-ons to it', () => {
    const { template } = build((props, stack) => ({
      ...props,
      compute: Compute.eks({
        cluster: createCluster(stack, new KubectlV34Layer(stack, 'Layer')),
        loadBalancerController: 'aws-load-balancer-controller',
        gatewayFolder: gatewayFolder(),
      }),
    }));
    template.resourceCountIs('AWS::EKS::Cluster', 1);
    template.resourceCountIs('AWS::EKS::Addon', 0);
    expect(manifest(template, 'TargetGroupBinding').apiVersion).toBe('elbv2.k8s.aws/v1beta1');
    expect(manifest(template, 'Namespace').metadata.labels).toHaveProperty(
      ['elbv2.k8s.aws/pod-readiness-gate-inject'],
      'enabled',
    );
  });

  it('runs in a cluster of another stack without tying that stack to this one', () => {
    const app = testApp();
    const platform = new Stack(app, 'Platform');
    const cluster = createCluster(platform, new KubectlV34Layer(platform, 'Layer'));
    const { stack } = build(
      (props) => ({
        ...props,
        zones: 2,
        vpc: cluster.vpc,
        compute: Compute.eks({ cluster, gatewayFolder: gatewayFolder() }),
      }),
      testStack({}, app),
    );
    expect(stack.dependencies).toEqual([platform]);
    expect(platform.dependencies).toEqual([]);
  });

  it('rejects a cluster to which nothing can be sent', () => {
    expect(() =>
      build((props, stack) => ({
        ...props,
        compute: Compute.eks({ cluster: createCluster(stack, null) }),
      })),
    ).toThrow(
      new Error(
        'litellm-ha/aws: 1 problem\n' +
          '  - compute.cluster must have a kubectl provider, by which the workload is sent to it, got none; ' +
          'create it with kubectlProviderOptions, or import it with kubectlProvider',
      ),
    );
  });
});

function containers(template: Template): readonly Container[] {
  return manifest(template, 'Deployment').spec.template.spec.containers;
}
