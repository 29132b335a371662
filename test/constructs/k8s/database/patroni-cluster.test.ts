import { parse } from 'yaml';
import { Spread } from '../../../../constructs/k8s';
import { PatroniCluster } from '../../../../constructs/k8s/database/patroni-cluster';
import type { GatewayProps } from '../../../../lib';
import { SOME_PODS, someSecrets, synthesizeBlock } from '../blocks';
import { findConfig, findObject, type Manifest, openingsOf } from '../manifests';
import { aRegionPlan } from '../plans';

function build(props: Partial<GatewayProps> = {}): readonly Manifest[] {
  const plan = aRegionPlan(props);
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

describe('PatroniCluster', () => {
  const manifests = build();
  const members = findObject(manifests, 'StatefulSet', 'litellm-postgres').spec;
  const pod = members.template.spec;
  const [container] = pod.containers;

  it('runs a primary and two replicas on volumes that stay', () => {
    expect(members.replicas).toBe(3);
    expect(members.podManagementPolicy).toBe('Parallel');
    expect(members.persistentVolumeClaimRetentionPolicy).toEqual({
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
    });
    expect(members.volumeClaimTemplates[0].spec.resources.requests.storage).toBe('100Gi');
    expect(container.image).toBe('ghcr.io/zalando/spilo-16:3.3-p3');
    expect(container.command).toEqual(['patroni', '/etc/patroni/patroni.yml']);
  });

  it('keeps the state of the cluster in endpoints, under labels of its own', () => {
    const config = findConfig(manifests, 'litellm-postgres').data;
    const { kubernetes, scope } = parse(config['patroni.yml']);

    expect(scope).toBe('litellm-postgres');
    expect(kubernetes).toEqual({
      labels: members.selector.matchLabels,
      scope_label: 'litellm-ha/cluster',
      role_label: 'litellm-ha/role',
      leader_label_value: 'primary',
      follower_label_value: 'replica',
      use_endpoints: true,
      ports: [{ name: 'postgres', port: 5432 }],
    });
    expect(members.template.metadata.labels).toMatchObject({
      ...kubernetes.labels,
      'litellm-ha/cluster': scope,
    });
  });

  it('leaves the address of the primary to Patroni and selects replicas by their role', () => {
    expect(findObject(manifests, 'Service', 'litellm-postgres').spec.selector).toBeUndefined();
    expect(findObject(manifests, 'Service', 'litellm-postgres-replicas').spec.selector).toEqual({
      ...members.selector.matchLabels,
      'litellm-ha/role': 'replica',
    });
    expect(findObject(manifests, 'Service', 'litellm-postgres-config').spec).toEqual({
      clusterIP: 'None',
    });
  });

  it('takes every password from the generated secret', () => {
    const secrets = container.env
      .filter((variable: Manifest) => variable.valueFrom?.secretKeyRef !== undefined)
      .map((variable: Manifest) => [variable.name, variable.valueFrom.secretKeyRef.key]);

    expect(secrets).toEqual([
      ['PATRONI_SUPERUSER_PASSWORD', 'database-superuser-password'],
      ['PATRONI_REPLICATION_PASSWORD', 'database-replication-password'],
      ['PATRONI_REWIND_PASSWORD', 'database-rewind-password'],
      ['DATABASE_PASSWORD', 'database-password'],
    ]);
  });

  it('asks Patroni how it is', () => {
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readiness', port: 'rest' });
    expect(container.livenessProbe.httpGet).toEqual({ path: '/liveness', port: 'rest' });
  });

  it('gives Patroni its pods and endpoints, and no secret', () => {
    const { rules } = findObject(manifests, 'Role', 'litellm-postgres');

    expect(rules.flatMap((rule: Manifest) => rule.resources)).toEqual(['endpoints', 'pods']);
  });

  it('keeps all members but one while machines are drained', () => {
    expect(findObject(manifests, 'PodDisruptionBudget', 'litellm-postgres').spec).toMatchObject({
      maxUnavailable: 1,
      selector: members.selector,
    });
  });

  it('opens PostgreSQL to the pooler and its members, Patroni to members alone, the pooler to the gateway', () => {
    expect(openingsOf(manifests, 'litellm-allow-postgres')).toEqual([
      { port: 5432, components: ['pooler', 'postgres'] },
      { port: 8008, components: ['postgres'] },
    ]);
    expect(openingsOf(manifests, 'litellm-allow-pooler')).toEqual([
      { port: 6432, components: ['gateway'] },
    ]);
  });

  it('follows sizes', () => {
    const changed = build({ database: { readReplicas: 4, storageGib: 250, maxConnections: 900 } });
    const { spec } = findObject(changed, 'StatefulSet', 'litellm-postgres');
    const config = findConfig(changed, 'litellm-postgres').data['patroni.yml'];

    expect(spec.replicas).toBe(5);
    expect(spec.volumeClaimTemplates[0].spec.resources.requests.storage).toBe('250Gi');
    expect(parse(config).bootstrap.dcs.postgresql.parameters.max_connections).toBe(900);
  });
});
