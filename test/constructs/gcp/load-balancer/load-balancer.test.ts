import { resourceOf, resourcesOf, synthesize } from '../synthesize';

describe('LoadBalancer', () => {
  it('sends requests to the least busy replica and leaves long answers their time', () => {
    expect(resourceOf(synthesize(), 'google_compute_backend_service')).toMatchObject({
      load_balancing_scheme: 'EXTERNAL_MANAGED',
      protocol: 'HTTP',
      port_name: 'http',
      timeout_sec: 610,
      connection_draining_timeout_sec: 600,
      locality_lb_policy: 'LEAST_REQUEST',
      health_checks: [expect.stringContaining('LoadBalancer_HealthCheck')],
      backend: [
        {
          group: expect.stringMatching(/\.instance_group\}$/),
          balancing_mode: 'UTILIZATION',
          max_utilization: 0.8,
        },
      ],
      log_config: { enable: true, sample_rate: 1 },
    });
  });

  it('asks readiness as often as the plan says', () => {
    const probe = {
      intervalSeconds: 8,
      timeoutSeconds: 4,
      healthyThreshold: 3,
      unhealthyThreshold: 5,
    };

    expect(
      resourceOf(synthesize({ probe }), 'google_compute_health_check', '-health'),
    ).toMatchObject({
      check_interval_sec: 8,
      timeout_sec: 4,
      healthy_threshold: 3,
      unhealthy_threshold: 5,
      http_health_check: { port: 4000, request_path: '/health/readiness' },
    });
  });

  it('takes out a replica that fails more than its peers, never all of them', () => {
    const { outlier_detection } = resourceOf(synthesize(), 'google_compute_backend_service');

    expect(outlier_detection).toMatchObject({
      enforcing_success_rate: 100,
      enforcing_consecutive_errors: 0,
      enforcing_consecutive_gateway_failure: 0,
      max_ejection_percent: 33,
    });
  });

  it('keeps the public from taking replicas out of service', () => {
    const { default_service, host_rule, path_matcher } = resourceOf(
      synthesize(),
      'google_compute_url_map',
      '-lb',
    );

    expect(host_rule).toEqual([{ hosts: ['*'], path_matcher: 'gateway' }]);
    expect(path_matcher).toEqual([
      {
        name: 'gateway',
        default_service,
        path_rule: [
          {
            paths: ['/health/drain', '/health/drain/*'],
            service: default_service,
            route_action: {
              fault_injection_policy: { abort: { http_status: 404, percentage: 100 } },
            },
          },
        ],
      },
    ]);
  });

  it('ends TLS 1.2 and up with the certificate of the domain', () => {
    const output = synthesize();

    expect(resourceOf(output, 'google_compute_ssl_policy')).toMatchObject({
      profile: 'MODERN',
      min_tls_version: 'TLS_1_2',
    });
    expect(resourceOf(output, 'google_compute_managed_ssl_certificate')).toMatchObject({
      managed: { domains: ['api.example.com'] },
      lifecycle: { create_before_destroy: true },
    });
    expect(resourceOf(output, 'google_compute_target_https_proxy')).toMatchObject({
      ssl_certificates: [expect.stringContaining('google_compute_managed_ssl_certificate')],
      ssl_policy: expect.stringContaining('google_compute_ssl_policy'),
    });
  });

  it('names the certificate after its domain, so that a new one can stand beside the old', () => {
    const [one, other] = ['api.example.com', 'llm.example.com'].map(
      (name) =>
        resourceOf(synthesize({ domain: { name } }), 'google_compute_managed_ssl_certificate').name,
    );

    expect(one).toMatch(/^litellm-cert-[0-9a-f]{8}$/);
    expect(other).not.toBe(one);
  });

  it('serves HTTPS and redirects HTTP on one address', () => {
    const output = synthesize();

    const rules = resourcesOf(output, 'google_compute_global_forwarding_rule');
    expect(rules.map((rule) => rule.port_range)).toEqual(['80', '443']);
    expect(new Set(rules.map((rule) => rule.ip_address)).size).toBe(1);
    expect(resourceOf(output, 'google_compute_url_map', '-redirect')).toMatchObject({
      default_url_redirect: {
        https_redirect: true,
        strip_query: false,
        redirect_response_code: 'PERMANENT_REDIRECT',
      },
    });
    expect(resourceOf(output, 'google_compute_target_http_proxy').url_map).toMatch(
      /RedirectUrlMap/,
    );
  });
});
