import { Fn, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  EksMigration,
  type EksMigrationProps,
} from '../../../../../constructs/aws/compute/eks/migration';
import { type Manifest, readManifests } from '../../../../contract/facts/aws';
import { testStack } from '../../support';

const MANIFEST = 'Custom::AWSCDK-EKS-KubernetesResource';
const VALUE = 'Custom::AWSCDK-EKS-KubernetesObjectValue';

type Input = Omit<EksMigrationProps, 'cluster' | 'after'>;

function leastInput(stack: Stack): Input {
  return {
    name: 'litellm',
    namespace: 'models',
    image: 'example.com/gateway@sha256:0',
    configYaml: 'model_list: []\n',
    environment: { DATABASE_URL: 'postgresql://litellm:$(DATABASE_PASSWORD)@db/litellm' },
    podSecrets: [
      {
        environmentName: 'DATABASE_PASSWORD',
        secret: new Secret(stack, 'Password'),
        field: 'password',
      },
    ],
  };
}

interface Migrated {
  readonly migration: EksMigration;
  readonly template: Template;
}

/** A migration on a cluster that was brought, whose owner has nothing pruned. */
function migrate(change: Partial<Input> = {}, stack: Stack = testStack()): Migrated {
  const cluster = eks.Cluster.fromClusterAttributes(stack, 'Cluster', {
    clusterName: 'platform',
    prune: false,
    kubectlProvider: eks.KubectlProvider.fromKubectlProviderAttributes(stack, 'Kubectl', {
      serviceToken: 'arn:aws:lambda:eu-west-1:111111111111:function:kubectl',
    }),
  });
  const migration = new EksMigration(stack, 'Migration', {
    ...leastInput(stack),
    ...change,
    cluster,
    after: [],
  });
  return { migration, template: Template.fromStack(stack) };
}

/** The parts of a Job that these tests look at. */
interface Job {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly activeDeadlineSeconds: number;
    readonly ttlSecondsAfterFinished: number;
    readonly template: {
      readonly spec: {
        readonly serviceAccountName: string;
        readonly containers: readonly {
          readonly image: string;
          readonly env: readonly Manifest[];
          readonly volumeMounts: readonly Manifest[];
        }[];
        readonly volumes: readonly Manifest[];
      };
    };
  };
}

function find<T = Manifest>({ template }: Migrated, kind: string): T {
  const found = readManifests(template.toJSON() as never).filter((each) => each['kind'] === kind);
  expect(found).toHaveLength(1);
  return found[0] as T;
}

function findJob(migrated: Migrated): Job {
  return find<Job>(migrated, 'Job');
}

function completionOf({ template }: Migrated): Manifest {
  const [completion] = Object.values(template.findResources(VALUE));
  return (completion as { readonly Properties: Manifest }).Properties;
}

describe('EksMigration', () => {
  const migrated = migrate();
  const job = findJob(migrated);
  const pod = job.spec.template.spec;

  it('runs the gateway of the image to the end of the migration, with its configuration', () => {
    const [container] = pod.containers;
    expect(container?.image).toBe('example.com/gateway@sha256:0');
    expect(container).not.toHaveProperty('command');
    expect(container?.env).toEqual([
      {
        name: 'DATABASE_PASSWORD',
        valueFrom: { secretKeyRef: { name: 'litellm-migration', key: 'DATABASE_PASSWORD' } },
      },
      { name: 'LITELLM_HA_COMMAND', value: 'migrate' },
      {
        name: 'DATABASE_URL',
        value: 'postgresql://litellm:$(DATABASE_PASSWORD)@db/litellm',
      },
      { name: 'CONFIG_FILE_PATH', value: '/gateway/config.yaml' },
    ]);
    expect(find(migrated, 'ConfigMap')).toMatchObject({
      metadata: { name: 'litellm-migration', namespace: 'models' },
      data: { 'config.yaml': 'model_list: []\n' },
    });
    expect(pod.volumes).toContainEqual({
      name: 'gateway',
      projected: { sources: [{ configMap: { name: 'litellm-migration' } }] },
    });
  });

  it('reads its secrets, and no others, as somebody of its own', () => {
    const { template } = migrated;
    expect(pod.serviceAccountName).toBe('litellm-migration');
    expect(find(migrated, 'ServiceAccount')).toMatchObject({
      metadata: { name: 'litellm-migration', namespace: 'models' },
      automountServiceAccountToken: false,
    });
    expect(find(migrated, 'SecretProviderClass')).toMatchObject({
      metadata: { name: 'litellm-migration', namespace: 'models' },
      spec: {
        secretObjects: [{ secretName: 'litellm-migration', data: [{ key: 'DATABASE_PASSWORD' }] }],
      },
    });
    expect(pod.volumes).toContainEqual({
      name: 'secrets',
      csi: {
        driver: 'secrets-store.csi.k8s.io',
        readOnly: true,
        volumeAttributes: { secretProviderClass: 'litellm-migration' },
      },
    });
    template.hasResourceProperties('AWS::EKS::PodIdentityAssociation', {
      ClusterName: 'platform',
      Namespace: 'models',
      ServiceAccount: 'litellm-migration',
      RoleArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^MigrationRole'), 'Arn'] },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
            Effect: 'Allow',
            Resource: { Ref: Match.stringLikeRegexp('^Password') },
          },
        ],
      },
    });
  });

  it('is waited for longer than it may try, and shorter than a function may run', () => {
    const completion = completionOf(migrated);
    expect(completion).toMatchObject({
      ObjectType: 'job',
      ObjectName: job.metadata.name,
      ObjectNamespace: 'models',
      JsonPath: '.status.succeeded',
    });
    const waitSeconds = Number(completion['TimeoutSeconds']);
    expect(job.spec.activeDeadlineSeconds).toBeLessThan(waitSeconds);
    // The last question may be sent three times, each of which may wait for half a minute.
    expect(waitSeconds + 100).toBeLessThan(900);
    migrated.template.hasResource(VALUE, {
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^Migration[0-9A-F]{8}$')]),
    });
  });

  it('removes the Job of the version before, also where nothing else is pruned', () => {
    const { migration, template } = migrated;
    const label = `aws.cdk.eks/prune-${migration.resource.node.addr}`;
    template.hasResourceProperties(MANIFEST, { PruneLabel: label });
    expect(job.metadata).toHaveProperty('labels', expect.objectContaining({ [label]: '' }));
  });

  it('is another Job for another image, configuration, environment or secret, and only then', () => {
    const nameOf = (change: Partial<Input>): string => findJob(migrate(change)).metadata.name;
    expect(job.metadata.name).toMatch(/^litellm-migration-[0-9a-f]{8}$/);
    expect(nameOf({})).toBe(job.metadata.name);
    const names = [
      { image: 'example.com/gateway@sha256:1' },
      { configYaml: 'model_list: []\ngeneral_settings: {}\n' },
      { configYaml: null },
      { environment: { DATABASE_URL: 'postgresql://db/other' } },
      { podSecrets: [] },
    ].map(nameOf);
    expect(new Set([job.metadata.name, ...names]).size).toBe(names.length + 1);
  });

  it('has the same name wherever in the app it is made', () => {
    const stack = testStack();
    Array.from({ length: 3 }, () => Fn.importValue('Another'));
    const environment = { DATABASE_URL: `postgresql://${Fn.importValue('Host')}/litellm` };
    const [one, other] = [migrate({ environment }), migrate({ environment }, stack)].map(
      (each) => findJob(each).metadata.name,
    );
    expect(other).toBe(one);
  });

  it('is asked for again when what a reference stands for has changed, with its Job at hand', () => {
    const environment = { DATABASE_URL: `postgresql://${Fn.importValue('Host')}/litellm` };
    const again = migrate({ environment });
    expect(JSON.stringify(completionOf(again)['Manifest'])).toContain('{"Fn::ImportValue":"Host"}');
    expect(findJob(again).spec.ttlSecondsAfterFinished).toBe(3600);
  });

  it('needs no configuration where its environment says all', () => {
    const alone = migrate({ configYaml: null });
    const kinds = readManifests(alone.template.toJSON() as never).map((each) => each['kind']);
    expect(kinds).toEqual(['ServiceAccount', 'SecretProviderClass', 'Job']);
    const [container] = findJob(alone).spec.template.spec.containers;
    expect(container?.env.map(({ name }) => name)).toEqual([
      'DATABASE_PASSWORD',
      'LITELLM_HA_COMMAND',
      'DATABASE_URL',
    ]);
    expect(container?.volumeMounts.map(({ name }) => name)).toEqual(['tmp', 'secrets']);
  });
});
