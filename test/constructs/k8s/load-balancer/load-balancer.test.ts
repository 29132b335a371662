import { findObject } from '../manifests';
import { synthesizePattern } from '../synthesize';

describe('LoadBalancer', () => {
  const ingress = findObject(synthesizePattern(), 'Ingress', 'litellm');

  it('serves the domain with TLS and leads to the gateway', () => {
    expect(ingress.spec).toEqual({
      ingressClassName: 'nginx',
      tls: [{ hosts: ['api.example.com'], secretName: 'litellm-tls' }],
      rules: [
        {
          host: 'api.example.com',
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'litellm', port: { name: 'http' } } },
              },
            ],
          },
        },
      ],
    });
  });

  it('carries streams, redirects plain HTTP and balances by latency alone', () => {
    const prefix = 'nginx.ingress.kubernetes.io';
    expect(ingress.metadata.annotations).toMatchObject({
      [`${prefix}/force-ssl-redirect`]: 'true',
      [`${prefix}/proxy-read-timeout`]: '300',
      [`${prefix}/proxy-send-timeout`]: '300',
      [`${prefix}/proxy-buffering`]: 'off',
      [`${prefix}/load-balance`]: 'ewma',
    });
    expect(Object.keys(ingress.metadata.annotations)).not.toContain(`${prefix}/upstream-hash-by`);
  });

  it('takes another class and certificate', () => {
    const { spec } = findObject(
      synthesizePattern({
        ingressClassName: 'traefik',
        domain: { name: 'api.example.com', tlsSecretName: 'wildcard' },
      }),
      'Ingress',
      'litellm',
    );

    expect(spec.ingressClassName).toBe('traefik');
    expect(spec.tls[0].secretName).toBe('wildcard');
  });
});
