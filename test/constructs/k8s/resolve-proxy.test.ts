import { App } from 'cdk8s';
import { LoadBalancer, SingleRegionHA, type SingleRegionHAProps } from '../../../constructs/k8s';
import { resolveProxy } from '../../../constructs/k8s/resolve-proxy';
import { findObject } from './manifests';
import { anActivePassive, activePassiveProps } from './multi-region';
import { someProps, synthesizePattern } from './synthesize';

const UNKNOWN =
  'loadBalancer.className must be nginx, haproxy, traefik, alb, gce, or come with controller or annotations, ' +
  'because streams need settings that each controller words differently, got "internal"; ' +
  'name the controller behind the class, or write its annotations';

function warningsOf(props: Partial<SingleRegionHAProps>): readonly string[] {
  const { warnings } = new SingleRegionHA(new App(), 'gateway', someProps(props));
  return warnings.map(({ rule }) => rule);
}

describe('resolveProxy', () => {
  it("finds proxies where the controller's own chart puts them, unless told otherwise", () => {
    const namespaceOf = (props: Partial<SingleRegionHAProps>) =>
      resolveProxy(someProps(props), 'litellm').proxyNamespace;

    expect(namespaceOf({})).toBe('ingress-nginx');
    expect(namespaceOf({ ingressNamespace: 'edge' })).toBe('edge');
    expect(namespaceOf({ loadBalancer: LoadBalancer.ingress({ className: 'traefik' }) })).toBe(
      'traefik',
    );
    expect(namespaceOf({ loadBalancer: LoadBalancer.httpRoute({ gatewayName: 'public' }) })).toBe(
      'litellm',
    );
  });

  it('takes a class of any name once its controller is known', () => {
    const { ingressClassName } = findObject(
      synthesizePattern({
        loadBalancer: LoadBalancer.ingress({ className: 'internal', controller: 'traefik' }),
      }),
      'Ingress',
      'litellm',
    ).spec;

    expect(ingressClassName).toBe('internal');
  });

  it('lets annotations that are written win, and writes no others for an unknown class', () => {
    const annotationsOf = (props: Parameters<typeof LoadBalancer.ingress>[0]) =>
      findObject(
        synthesizePattern({
          loadBalancer: LoadBalancer.ingress(props),
          ingressNamespace: 'edge',
        }),
        'Ingress',
        'litellm',
      ).metadata.annotations;

    expect(annotationsOf({ className: 'own', annotations: { 'own/timeout': '1h' } })).toEqual({
      'own/timeout': '1h',
    });
    expect(
      annotationsOf({ annotations: { 'nginx.ingress.kubernetes.io/proxy-body-size': '50m' } }),
    ).toMatchObject({
      'nginx.ingress.kubernetes.io/proxy-body-size': '50m',
      'nginx.ingress.kubernetes.io/proxy-buffering': 'off',
    });
  });

  it('rejects a class whose controller nobody knows, and one that could not reach the gateway', () => {
    const unreachable =
      'loadBalancer.proxyCidrs must name the ranges of addresses that the load balancer reaches pods from, because nobody else may, ';
    const fix =
      "; list them, such as your subnets', or set ingressNamespace where its proxies are pods";

    expect(() =>
      synthesizePattern({ loadBalancer: LoadBalancer.ingress({ className: 'internal' }) }),
    ).toThrow(
      `loadBalancer on k8s: 2 problems\n  - ${UNKNOWN}\n` +
        `  - ${unreachable}got none for class "internal"${fix}`,
    );
    expect(() =>
      synthesizePattern({ ingressClassName: 'internal', ingressNamespace: 'edge' }),
    ).toThrow(`loadBalancer on k8s: 1 problem\n  - ${UNKNOWN}`);
    expect(() =>
      synthesizePattern({ loadBalancer: LoadBalancer.ingress({ className: 'alb' }) }),
    ).toThrow(`loadBalancer on k8s: 1 problem\n  - ${unreachable}got none for class "alb"${fix}`);
  });

  it('rejects an issuer whose Secret an ALB would never read', () => {
    expect(() =>
      synthesizePattern({
        domain: { name: 'api.example.com', issuer: { name: 'letsencrypt' } },
        loadBalancer: LoadBalancer.ingress({ className: 'alb', proxyCidrs: ['10.0.0.0/16'] }),
      }),
    ).toThrow(
      'loadBalancer on k8s: 1 problem\n' +
        '  - domain.issuer must be left out with the controller alb, which reads certificates from ACM and no Secret, ' +
        'got an issuer; leave it out, and have ACM hold a certificate of the name',
    );
  });
});

describe('noticeProxyWarnings', () => {
  it('says that ingress-nginx is retired, and of no other way in', () => {
    const { warnings } = new SingleRegionHA(new App(), 'gateway', someProps());

    expect(warnings).toEqual([
      {
        rule: 'k8s.ingress-nginx',
        path: 'loadBalancer',
        message:
          'ingress-nginx is retired and gets no fixes any more; where the cluster has a Gateway, choose LoadBalancer.httpRoute({ gatewayName }), or name another controller with LoadBalancer.ingress({ className })',
      },
    ]);
    expect(anActivePassive(activePassiveProps()).warnings.map(({ rule }) => rule)).toContain(
      'k8s.ingress-nginx',
    );
    expect(warningsOf({ ingressClassName: 'traefik' })).toEqual([]);
    expect(warningsOf({ loadBalancer: LoadBalancer.httpRoute({ gatewayName: 'public' }) })).toEqual(
      [],
    );
  });
});
