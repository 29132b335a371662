import type { ServiceChoice } from '../../../../../constructs/k8s';
import { findObject, type Manifest } from '../../manifests';
import { synthesizePattern } from '../../synthesize';

function build(service?: ServiceChoice): { readonly spec: Manifest; readonly peers: Manifest } {
  const manifests = synthesizePattern({ service });
  return {
    spec: findObject(manifests, 'Service', 'litellm'),
    peers: findObject(manifests, 'NetworkPolicy', 'litellm-allow-gateway').spec.ingress[0].from,
  };
}

describe('renderService', () => {
  it('keeps the gateway inside the cluster, behind its proxies', () => {
    const { spec, peers } = build();

    expect(spec.spec.type).toBe('ClusterIP');
    expect(spec.metadata.annotations).toBeUndefined();
    expect(peers).toHaveLength(1);
  });

  it('opens a load balancer of the cloud to the ranges named, and to nobody else', () => {
    const { spec, peers } = build({
      type: 'LoadBalancer',
      annotations: { 'networking.gke.io/load-balancer-type': 'Internal' },
      clientCidrs: ['10.0.0.0/8', 'fd00::/8'],
    });

    expect(spec.metadata.annotations).toEqual({
      'networking.gke.io/load-balancer-type': 'Internal',
    });
    expect(spec.spec).toMatchObject({
      type: 'LoadBalancer',
      // The policy sees the client's own address only so.
      externalTrafficPolicy: 'Local',
      loadBalancerSourceRanges: ['10.0.0.0/8', 'fd00::/8'],
    });
    expect(peers.slice(1)).toEqual([
      { ipBlock: { cidr: '10.0.0.0/8' } },
      { ipBlock: { cidr: 'fd00::/8' } },
    ]);
  });

  it('opens a port of every node, and annotates what stays inside', () => {
    expect(build({ type: 'NodePort', clientCidrs: ['10.0.0.0/8'] }).spec.spec).toMatchObject({
      type: 'NodePort',
      externalTrafficPolicy: 'Local',
    });
    expect(
      build({ type: 'ClusterIP', annotations: { team: 'models' } }).spec.metadata.annotations,
    ).toEqual({ team: 'models' });
  });
});
