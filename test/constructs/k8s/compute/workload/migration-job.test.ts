import {
  type MigrationManifestProps,
  renderMigration,
  renderMigrationJob,
} from '../../../../../constructs/k8s/compute/workload';
import type { Manifest } from '../../manifests';
import { schemaProblems, unknownFields } from '../../schema-problems';

const LEAST: MigrationManifestProps = {
  instance: 'litellm',
  namespace: 'models',
  image: 'example.com/gateway@sha256:0',
  configYaml: 'model_list: []\n',
  environment: { DATABASE_URL: 'postgresql://db/litellm' },
  secretEnvironment: { DATABASE_PASSWORD: { secretName: 'generated', key: 'database' } },
  secretProviderClass: 'generated',
  serviceAccountName: 'migration',
  deadlineSeconds: 600,
  keptSeconds: 60,
};

function variablesOf(job: Manifest): readonly unknown[] {
  return job.spec.template.spec.containers[0].env;
}

describe('renderMigration', () => {
  it('renders what Kubernetes takes, in a namespace that admits restricted pods only', () => {
    const { configs, job } = renderMigration(LEAST);
    expect(schemaProblems([...configs, job])).toEqual([]);
    expect(unknownFields([...configs, job])).toEqual([]);
    const { spec } = (job as Manifest).spec.template;
    expect(spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(spec.containers[0].securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('is no replica: no Service sends calls to it, and no disruption budget counts it', () => {
    const { job } = renderMigration(LEAST);
    expect((job as Manifest).spec.template.metadata.labels).toMatchObject({
      'app.kubernetes.io/instance': 'litellm',
      'app.kubernetes.io/component': 'migration',
    });
  });

  it('tells each name once: a secret goes before a value, and what to do is not up for change', () => {
    const { job } = renderMigration({
      ...LEAST,
      environment: { DATABASE_PASSWORD: 'shown', LITELLM_HA_COMMAND: 'serve' },
      configYaml: null,
    });
    expect(variablesOf(job)).toEqual([
      {
        name: 'DATABASE_PASSWORD',
        valueFrom: { secretKeyRef: { name: 'generated', key: 'database' } },
      },
      { name: 'LITELLM_HA_COMMAND', value: 'migrate' },
    ]);
  });
});

describe('renderMigrationJob', () => {
  it('starts a script that is mounted, as whoever the namespace says', () => {
    const { template } = renderMigrationJob({
      ...LEAST,
      program: 'script',
      configMapNames: ['config', 'gateway'],
      secretProviderClass: null,
      serviceAccountName: null,
    });
    expect(template.spec).not.toHaveProperty('serviceAccountName');
    expect(template.spec?.containers[0]?.command).toEqual(['node', '/gateway/gateway.js']);
    expect(template.spec?.volumes).toEqual([
      {
        name: 'gateway',
        projected: {
          sources: [{ configMap: { name: 'config' } }, { configMap: { name: 'gateway' } }],
        },
      },
      { name: 'tmp', emptyDir: {} },
    ]);
  });
});
