import { Network } from '../../../../constructs/k8s';
import { synthesizeBlock } from '../blocks';
import { findObject, type Manifest, podsOf } from '../manifests';
import { aRegionPlan } from '../plans';
import { synthesizePattern } from '../synthesize';

describe('Network', () => {
  const manifests = synthesizeBlock((chart) => {
    new Network(chart, 'Network', {
      plan: aRegionPlan(),
      namespace: 'models',
      namespaceOrigin: 'created',
      proxyNamespace: 'edge',
      clientCidrs: [],
    });
  });
  const policy = (name: string): Manifest =>
    findObject(manifests, 'NetworkPolicy', `litellm-${name}`).spec;

  it('enforces Pod Security restricted', () => {
    expect(findObject(manifests, 'Namespace', 'models').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
  });

  it('lets nobody in by default', () => {
    expect(policy('deny-by-default')).toEqual({ podSelector: {}, policyTypes: ['Ingress'] });
  });

  it('lets the ingress controller reach the gateway, on its port', () => {
    expect(policy('allow-gateway').ingress).toEqual([
      {
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'edge' } } }],
        ports: [{ port: 4000, protocol: 'TCP' }],
      },
    ]);
  });

  it('keeps the gateway from the credentials of its machine, not from names', () => {
    expect(policy('gateway-egress').egress).toEqual([
      {
        ports: [
          { port: 53, protocol: 'TCP' },
          { port: 53, protocol: 'UDP' },
        ],
      },
      {
        to: [
          { namespaceSelector: {} },
          { ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.169.254/32'] } },
          { ipBlock: { cidr: '::/0', except: ['fd00:ec2::254/128'] } },
        ],
      },
    ]);
  });

  it('builds in a namespace that is there', () => {
    const inside = synthesizePattern({ namespace: Network.existingNamespace('shared-models') });

    expect(inside.filter(({ kind }) => kind === 'Namespace')).toEqual([]);
    expect(new Set(inside.map(({ metadata }) => metadata.namespace))).toEqual(
      new Set(['shared-models']),
    );
    expect(findObject(inside, 'NetworkPolicy', 'litellm-deny-by-default')).toBeDefined();
  });

  it('selects pods that exist', () => {
    const pods = podsOf(synthesizePattern()).map(([, pod]) => pod.metadata.labels);
    for (const each of manifests.filter(({ kind }) => kind === 'NetworkPolicy')) {
      const wanted = Object.entries(each.spec.podSelector.matchLabels ?? {});
      const found = pods.some((labels) => wanted.every(([key, value]) => labels[key] === value));
      expect([each.metadata.name, found]).toEqual([each.metadata.name, true]);
    }
  });
});
