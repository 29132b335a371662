import { Spread } from '../../../../constructs/k8s';
import { PatroniCluster } from '../../../../constructs/k8s/database/patroni-cluster';
import { SOME_PODS, someSecrets, synthesizeBlock } from '../blocks';
import { findConfig, findObject, type Manifest } from '../manifests';
import { aRegionPlan } from '../plans';

function build(): readonly Manifest[] {
  const plan = aRegionPlan();
  return synthesizeBlock((chart) => {
    new PatroniCluster(chart, 'Patroni', {
      plan,
      namespace: 'models',
      secrets: someSecrets(plan),
      spread: Spread.zones(),
      ...SOME_PODS,
    });
  });
}

describe('Pooler', () => {
  const manifests = build();
  const { spec } = findObject(manifests, 'Deployment', 'litellm-pooler');
  const ini = findConfig(manifests, 'litellm-pooler').data['pgbouncer.ini'];

  it('leads to the primary and to the replicas by name', () => {
    expect(ini).toContain(
      'litellm = host=litellm-postgres.models.svc port=5432 dbname=litellm\n' +
        'litellm_readonly = host=litellm-postgres-replicas.models.svc port=5432 dbname=litellm\n',
    );
  });

  it('runs twice, spread, with its users from the generated secret', () => {
    expect(spec.replicas).toBe(2);
    expect(spec.template.spec.topologySpreadConstraints).toHaveLength(2);
    expect(spec.template.spec.volumes).toContainEqual({
      name: 'users',
      secret: {
        secretName: 'litellm-generated',
        items: [{ key: 'userlist.txt', path: 'userlist.txt' }],
      },
    });
    expect(ini).toContain('auth_file = /etc/pgbouncer-users/userlist.txt');
  });

  it('ends open transactions before it stops', () => {
    const [container] = spec.template.spec.containers;

    expect(container.lifecycle.preStop.exec.command[2]).toContain('kill -INT 1');
    expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(30);
  });
});
