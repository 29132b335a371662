import { LoadBalancer } from '../../../../constructs/k8s';
import { customResourceProblems } from '../custom-resources/custom-resource-problems';
import { findObject } from '../manifests';
import { synthesizePattern } from '../synthesize';

const HTTP_ROUTE_TARGET = LoadBalancer.httpRoute({
  gatewayName: 'public',
  gatewayNamespace: 'edge',
});

describe('HttpRoute', () => {
  const manifests = synthesizePattern({ loadBalancer: HTTP_ROUTE_TARGET });
  const route = findObject(manifests, 'HTTPRoute', 'litellm');
  const redirect = findObject(manifests, 'HTTPRoute', 'litellm-redirect');

  it('takes the place of the Ingress and leads to the same Service', () => {
    const { spec } = findObject(manifests, 'Service', 'litellm');

    expect(manifests.filter((each) => each.kind === 'Ingress')).toEqual([]);
    expect(route.spec.hostnames).toEqual(['api.example.com']);
    expect(route.spec.rules[1].backendRefs).toEqual([
      { kind: 'Service', name: 'litellm', port: spec.ports[0].port },
    ]);
  });

  it('leads the path that takes replicas out of service nowhere', () => {
    expect(route.spec.rules[0]).toEqual({
      matches: [{ path: { type: 'PathPrefix', value: '/health/drain' } }],
    });
  });

  it('lets the longest stream end', () => {
    expect(route.spec.rules[1].timeouts).toEqual({ request: '610s', backendRequest: '610s' });
  });

  it('serves at the listener with TLS alone, and redirects from the other', () => {
    const parent = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' };

    expect(route.spec.parentRefs).toEqual([{ ...parent, namespace: 'edge', sectionName: 'https' }]);
    expect(redirect.spec.parentRefs).toEqual([
      { ...parent, namespace: 'edge', sectionName: 'http' },
    ]);
    expect(redirect.spec.rules).toEqual([
      {
        filters: [
          { type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } },
        ],
      },
    ]);
  });

  it('has only fields that the Gateway API knows', () => {
    expect(customResourceProblems([route, redirect])).toEqual([]);
    expect(
      customResourceProblems([{ ...route, spec: { ...route.spec, parentRefs: [], host: 'a' } }]),
    ).toEqual([
      'HTTPRoute/litellm: spec.parentRefs: Too small: expected array to have >=1 items',
      'HTTPRoute/litellm: spec: Unrecognized key: "host"',
    ]);
  });

  it('lets the proxies of the Gateway in, and nobody else', () => {
    const { spec } = findObject(manifests, 'NetworkPolicy', 'litellm-allow-gateway');

    expect(spec.ingress[0].from).toEqual([
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'edge' } } },
    ]);
  });

  it('lets in a Gateway whose proxies are no pods, by its addresses', () => {
    const cloud = synthesizePattern({
      loadBalancer: LoadBalancer.httpRoute({ gatewayName: 'public', proxyCidrs: ['10.8.0.0/16'] }),
    });

    expect(
      findObject(cloud, 'NetworkPolicy', 'litellm-allow-gateway').spec.ingress[0].from,
    ).toContainEqual({ ipBlock: { cidr: '10.8.0.0/16' } });
  });

  it('takes listeners and the namespace of the proxies', () => {
    const other = synthesizePattern({
      loadBalancer: LoadBalancer.httpRoute({
        gatewayName: 'public',
        sectionName: 'tls',
        httpSectionName: 'plain',
        proxyNamespace: 'proxies',
      }),
    });
    const [parent] = findObject(other, 'HTTPRoute', 'litellm').spec.parentRefs;
    const policy = findObject(other, 'NetworkPolicy', 'litellm-allow-gateway').spec;

    expect(parent).toMatchObject({ namespace: 'litellm', sectionName: 'tls' });
    expect(findObject(other, 'HTTPRoute', 'litellm-redirect').spec.parentRefs[0].sectionName).toBe(
      'plain',
    );
    expect(JSON.stringify(policy)).toContain('proxies');
  });
});

describe('LoadBalancer', () => {
  it('takes the class of an Ingress', () => {
    const manifests = synthesizePattern({
      loadBalancer: LoadBalancer.ingress({ className: 'internal', controller: 'nginx' }),
    });

    expect(findObject(manifests, 'Ingress', 'litellm').spec.ingressClassName).toBe('internal');
  });
});

describe('Certificate', () => {
  const domain = { name: 'api.example.com', issuer: { name: 'letsencrypt' } };
  const manifests = synthesizePattern({ domain });
  const certificate = findObject(manifests, 'Certificate', 'litellm-tls');

  it('fills the Secret that the Ingress reads', () => {
    expect(certificate.spec).toMatchObject({
      secretName: findObject(manifests, 'Ingress', 'litellm').spec.tls[0].secretName,
      dnsNames: ['api.example.com'],
      issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'letsencrypt' },
    });
    expect(customResourceProblems([certificate])).toEqual([]);
  });

  it('opens the solver of its challenge to the ingress controller', () => {
    const { spec } = findObject(manifests, 'NetworkPolicy', 'litellm-allow-solver');

    expect(spec.podSelector.matchLabels).toEqual({ 'acme.cert-manager.io/http01-solver': 'true' });
    expect(spec.ingress[0].ports).toEqual([{ port: 8089, protocol: 'TCP' }]);
  });

  it('stands beside the Gateway that reads its Secret', () => {
    const beside = synthesizePattern({
      domain: { name: 'api.example.com', issuer: { kind: 'Issuer', name: 'own' } },
      loadBalancer: HTTP_ROUTE_TARGET,
    });

    expect(findObject(beside, 'Certificate', 'litellm-tls')).toMatchObject({
      metadata: { namespace: 'edge' },
      spec: { issuerRef: { kind: 'Issuer', name: 'own' } },
    });
  });

  it('is left out where the Secret is brought', () => {
    expect(synthesizePattern().filter((each) => each.kind === 'Certificate')).toEqual([]);
  });
});
