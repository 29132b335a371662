import { Secrets } from '../../../constructs/k8s';
import { synthesizeBlock, someSecrets } from './blocks';
import { findObject, type Manifest } from './manifests';
import { aRegionPlan } from './plans';

function build(given = {}): readonly Manifest[] {
  return synthesizeBlock((chart) => {
    new Secrets(chart, 'Secrets', { plan: aRegionPlan(), namespace: 'models', given });
  });
}

describe('Secrets', () => {
  const manifests = build();
  const job = manifests.find((each) => each.kind === 'Job');

  it('makes up its values in the cluster, by a job that holds none', () => {
    const [container] = job.spec.template.spec.containers;

    expect(manifests.map((each) => each.kind)).toEqual([
      'ServiceAccount',
      'Role',
      'RoleBinding',
      'Job',
    ]);
    expect(container.command.slice(0, 2)).toEqual(['node', '-e']);
    expect(container.image).toMatch(/^docker\.io\/library\/node:22-bookworm-slim@sha256:/);
    expect(container.command[2]).toContain('"secretName": "litellm-generated"');
    expect(container.command[2]).toContain('"prefix": "sk-"');
    expect(job.spec.template.spec.restartPolicy).toBe('OnFailure');
  });

  it('may create secrets and read its own, nothing else', () => {
    expect(findObject(manifests, 'Role', 'litellm-secret-generator').rules).toEqual([
      { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
      {
        apiGroups: [''],
        resources: ['secrets'],
        resourceNames: ['litellm-generated'],
        verbs: ['get'],
      },
    ]);
  });

  it('names its job after its content, because a job cannot be changed', () => {
    expect(job.metadata.name).toMatch(/^litellm-secret-generator-[0-9a-f]{8}$/);
    expect(build().find((each) => each.kind === 'Job').metadata.name).toBe(job.metadata.name);
  });

  it('gives the gateway what is brought and what is made up', () => {
    const chart = aRegionPlan();
    let secrets = someSecrets(chart);
    expect(secrets.gatewayEnvironment()).toEqual({
      LITELLM_MASTER_KEY: { secretName: 'litellm-generated', key: 'master-key' },
      DATABASE_PASSWORD: { secretName: 'litellm-generated', key: 'database-password' },
      REDIS_PASSWORD: { secretName: 'litellm-generated', key: 'cache-password' },
      REDIS_SENTINEL_PASSWORD: { secretName: 'litellm-generated', key: 'cache-password' },
    });

    synthesizeBlock((scope) => {
      secrets = new Secrets(scope, 'Secrets', {
        plan: chart,
        namespace: 'models',
        given: { LITELLM_MASTER_KEY: { secretName: 'mine', key: 'key' } },
      });
    });
    expect(secrets.gatewayEnvironment()).toMatchObject({
      LITELLM_MASTER_KEY: { secretName: 'mine', key: 'key' },
    });
  });

  it('says where the key of the administrator is', () => {
    expect(someSecrets(aRegionPlan()).masterKeyLocation).toBe(
      'Secret models/litellm-generated, key master-key',
    );
  });
});
