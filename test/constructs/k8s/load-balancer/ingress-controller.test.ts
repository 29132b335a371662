import { LoadBalancer, type SingleRegionHAProps } from '../../../../constructs/k8s';
import { customResourceProblems } from '../custom-resources/custom-resource-problems';
import { findObject, type Manifest } from '../manifests';
import { synthesizePattern } from '../synthesize';

function build(
  className: string,
  props: Partial<SingleRegionHAProps> = {},
): {
  readonly manifests: readonly Manifest[];
  readonly ingress: Manifest;
  readonly service: Manifest;
  readonly clients: Manifest;
} {
  const manifests = synthesizePattern({
    loadBalancer: LoadBalancer.ingress({ className, proxyCidrs: proxyCidrsFor(className) }),
    streaming: { maxStreamSeconds: 900, idleSeconds: 120 },
    ...props,
  });
  return {
    manifests,
    ingress: findObject(manifests, 'Ingress', 'litellm'),
    service: findObject(manifests, 'Service', 'litellm'),
    clients: findObject(manifests, 'NetworkPolicy', 'litellm-allow-gateway').spec.ingress[0].from,
  };
}

function proxyCidrsFor(className: string): readonly string[] | undefined {
  return className === 'alb' ? ['10.0.0.0/16'] : undefined;
}

function fromNamespace(name: string): Manifest {
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } };
}

describe('renderController', () => {
  it('speaks to HAProxy, by the Service too, for which some of its versions wait', () => {
    const { ingress, service, clients } = build('haproxy');
    const backend = {
      'haproxy.org/timeout-server': '120s',
      'haproxy.org/load-balance': 'leastconn',
      'haproxy.org/check': 'true',
      'haproxy.org/check-http': '/health/readiness',
      'haproxy.org/check-interval': '5s',
    };

    expect(ingress.spec.ingressClassName).toBe('haproxy');
    expect(ingress.metadata.annotations).toEqual({
      'haproxy.org/ssl-redirect': 'true',
      'haproxy.org/ssl-redirect-code': '301',
      ...backend,
    });
    expect(service.metadata.annotations).toEqual(backend);
    expect(clients).toEqual([fromNamespace('haproxy-controller')]);
  });

  it('speaks to Traefik', () => {
    const { ingress, service, clients } = build('traefik');

    expect(ingress.metadata.annotations).toEqual({
      'traefik.ingress.kubernetes.io/router.entrypoints': 'websecure',
      'traefik.ingress.kubernetes.io/router.tls': 'true',
    });
    expect(service.metadata.annotations).toBeUndefined();
    expect(clients).toEqual([fromNamespace('traefik')]);
  });

  it('speaks to the AWS Load Balancer Controller, and lets the balancer in by its addresses', () => {
    const { ingress, clients } = build('alb');
    const prefix = 'alb.ingress.kubernetes.io';

    expect(ingress.metadata.annotations).toEqual({
      [`${prefix}/target-type`]: 'ip',
      [`${prefix}/listen-ports`]: '[{"HTTP":80},{"HTTPS":443}]',
      [`${prefix}/ssl-redirect`]: '443',
      [`${prefix}/load-balancer-attributes`]: 'idle_timeout.timeout_seconds=120',
      [`${prefix}/target-group-attributes`]:
        'deregistration_delay.timeout_seconds=900,load_balancing.algorithm.type=least_outstanding_requests',
      [`${prefix}/healthcheck-path`]: '/health/readiness',
      [`${prefix}/healthcheck-interval-seconds`]: '5',
      [`${prefix}/healthcheck-timeout-seconds`]: '3',
      [`${prefix}/healthy-threshold-count`]: '2',
      [`${prefix}/unhealthy-threshold-count`]: '3',
    });
    expect(clients).toEqual([{ ipBlock: { cidr: '10.0.0.0/16' } }]);
  });

  it("speaks to GKE's controller, whose balancer would cut answers after 30 seconds", () => {
    const { manifests, ingress, service, clients } = build('gce');

    // It reads the annotation and not the field.
    expect(ingress.spec.ingressClassName).toBeUndefined();
    expect(ingress.metadata.annotations).toEqual({
      'kubernetes.io/ingress.class': 'gce',
      'networking.gke.io/v1beta1.FrontendConfig': 'litellm',
    });
    expect(service.metadata.annotations).toEqual({
      'cloud.google.com/neg': '{"ingress":true}',
      'cloud.google.com/backend-config': '{"default":"litellm"}',
    });
    expect(findObject(manifests, 'BackendConfig', 'litellm').spec).toEqual({
      timeoutSec: 910,
      connectionDraining: { drainingTimeoutSec: 900 },
      healthCheck: {
        type: 'HTTP',
        requestPath: '/health/readiness',
        port: 4000,
        checkIntervalSec: 5,
        timeoutSec: 3,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
    });
    expect(findObject(manifests, 'FrontendConfig', 'litellm').spec.redirectToHttps.enabled).toBe(
      true,
    );
    expect(clients).toEqual([
      { ipBlock: { cidr: '130.211.0.0/22' } },
      { ipBlock: { cidr: '35.191.0.0/16' } },
    ]);
    expect(customResourceProblems(manifests)).toEqual([]);
  });

  it('leaves no annotation of one controller to another', () => {
    const prefixes = {
      nginx: 'nginx.ingress.kubernetes.io/',
      haproxy: 'haproxy.org/',
      traefik: 'traefik.ingress.kubernetes.io/',
      alb: 'alb.ingress.kubernetes.io/',
    };
    for (const [className, prefix] of Object.entries(prefixes)) {
      const keys = Object.keys(build(className).ingress.metadata.annotations);
      expect(keys.length).toBeGreaterThan(0);
      expect(keys.filter((key) => !key.startsWith(prefix))).toEqual([]);
    }
  });

  it('adds to annotations of a Service that is opened', () => {
    const { service } = build('gce', {
      service: {
        type: 'LoadBalancer',
        annotations: { team: 'models' },
        clientCidrs: ['10.0.0.0/8'],
      },
    });

    expect(Object.keys(service.metadata.annotations).sort()).toEqual([
      'cloud.google.com/backend-config',
      'cloud.google.com/neg',
      'team',
    ]);
  });
});
