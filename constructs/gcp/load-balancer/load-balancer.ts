import { createHash } from 'node:crypto';
import { ComputeBackendService } from '@cdktf/provider-google/lib/compute-backend-service';
import { ComputeGlobalAddress } from '@cdktf/provider-google/lib/compute-global-address';
import { ComputeGlobalForwardingRule } from '@cdktf/provider-google/lib/compute-global-forwarding-rule';
import { ComputeHealthCheck } from '@cdktf/provider-google/lib/compute-health-check';
import { ComputeManagedSslCertificate } from '@cdktf/provider-google/lib/compute-managed-ssl-certificate';
import { ComputeSslPolicy } from '@cdktf/provider-google/lib/compute-ssl-policy';
import { ComputeTargetHttpProxy } from '@cdktf/provider-google/lib/compute-target-http-proxy';
import { ComputeTargetHttpsProxy } from '@cdktf/provider-google/lib/compute-target-https-proxy';
import { ComputeUrlMap } from '@cdktf/provider-google/lib/compute-url-map';
import type { ComputeUrlMapPathMatcherPathRule } from '@cdktf/provider-google/lib/compute-url-map';
import { Construct } from 'constructs';
import { GATEWAY_PATHS } from '../../../lib';
import type { LoadBalancerOutputs, LoadBalancerPlan } from '../../../lib';
import { type Compute, REPLICA_PORT_NAME } from '../compute/compute';
import type { Placement } from '../foundation/placement';

export interface LoadBalancerBlockProps {
  readonly plan: LoadBalancerPlan;
  readonly placement: Placement;
  readonly domainName: string;
  readonly compute: Compute;
}

const SCHEME = 'EXTERNAL_MANAGED';

/**
 * The global external application load balancer: one anycast address, Google's certificate for the domain, TLS 1.2 and up,
 * plain HTTP redirected. It bounds the whole answer and knows no bound on a silence within it.
 *
 * Costs: two forwarding rules by the hour, and traffic by the GiB. Survives the loss of any zone, and of any of Google's
 * edge locations. With replicas in one region it does not survive the loss of that region.
 */
export class LoadBalancer extends Construct implements LoadBalancerOutputs {
  readonly hostName: string;
  /** The backend service. */
  readonly resource: ComputeBackendService;
  readonly address: ComputeGlobalAddress;

  constructor(scope: Construct, id: string, props: LoadBalancerBlockProps) {
    super(scope, id);
    this.address = new ComputeGlobalAddress(this, 'Address', {
      name: `${props.placement.name}-address`,
      project: props.placement.project,
    });
    this.hostName = this.address.address;
    this.resource = this.createBackend(props, this.createHealthCheck(props));
    this.createHttpsFront(props);
    this.createHttpRedirect(props.placement);
  }

  private createHealthCheck(props: LoadBalancerBlockProps): ComputeHealthCheck {
    const { plan, placement } = props;
    return new ComputeHealthCheck(this, 'HealthCheck', {
      name: `${placement.name}-health`,
      project: placement.project,
      checkIntervalSec: plan.timers.probeIntervalSeconds,
      timeoutSec: plan.timers.probeTimeoutSeconds,
      healthyThreshold: plan.timers.healthyThreshold,
      unhealthyThreshold: plan.timers.unhealthyThreshold,
      httpHealthCheck: { port: plan.targetPort, requestPath: plan.probePath },
      logConfig: { enable: true },
    });
  }

  private createBackend(
    props: LoadBalancerBlockProps,
    healthCheck: ComputeHealthCheck,
  ): ComputeBackendService {
    const { plan, placement, compute } = props;
    return new ComputeBackendService(this, 'Resource', {
      name: `${placement.name}-backend`,
      project: placement.project,
      loadBalancingScheme: SCHEME,
      protocol: 'HTTP',
      portName: REPLICA_PORT_NAME,
      // For this kind of load balancer the whole answer, not a silence within it: the default of 30 s cuts streams.
      timeoutSec: plan.timers.responseTimeoutSeconds,
      connectionDrainingTimeoutSec: plan.timers.drainSeconds,
      localityLbPolicy: 'LEAST_REQUEST',
      healthChecks: [healthCheck.id],
      backend: [
        {
          group: compute.resource.instanceGroup,
          balancingMode: 'UTILIZATION',
          maxUtilization: 0.8,
          capacityScaler: 1,
        },
      ],
      outlierDetection: outlierDetection(placement),
      logConfig: { enable: true, sampleRate: 1 },
    });
  }

  private createHttpsFront(props: LoadBalancerBlockProps): void {
    const { placement, domainName } = props;
    const { name, project } = placement;
    const urlMap = new ComputeUrlMap(this, 'UrlMap', {
      name: `${name}-lb`,
      project,
      defaultService: this.resource.id,
      hostRule: [{ hosts: ['*'], pathMatcher: 'gateway' }],
      pathMatcher: [
        { name: 'gateway', defaultService: this.resource.id, pathRule: [this.closeDrainPath()] },
      ],
    });
    const proxy = new ComputeTargetHttpsProxy(this, 'HttpsProxy', {
      name: `${name}-https-proxy`,
      project,
      urlMap: urlMap.id,
      sslCertificates: [this.createCertificate(placement, domainName).id],
      sslPolicy: new ComputeSslPolicy(this, 'SslPolicy', {
        name: `${name}-tls`,
        project,
        profile: 'MODERN',
        minTlsVersion: 'TLS_1_2',
      }).id,
    });
    this.createForwardingRule('Https', placement, { target: proxy.id, port: 443 });
  }

  /**
   * The path takes a replica out of service. Its own guard is a token; from outside there is no reason to ask for it. A URL
   * map knows no answer of its own but an injected fault.
   */
  private closeDrainPath(): ComputeUrlMapPathMatcherPathRule {
    return {
      paths: [GATEWAY_PATHS.drain, `${GATEWAY_PATHS.drain}/*`],
      service: this.resource.id,
      routeAction: { faultInjectionPolicy: { abort: { httpStatus: 404, percentage: 100 } } },
    };
  }

  /** A certificate cannot be changed, and its successor must exist before it goes: hence a name of its own per domain. */
  private createCertificate(
    placement: Placement,
    domainName: string,
  ): ComputeManagedSslCertificate {
    const suffix = createHash('sha256').update(domainName).digest('hex').slice(0, 8);
    return new ComputeManagedSslCertificate(this, 'Certificate', {
      name: `${placement.name}-cert-${suffix}`,
      project: placement.project,
      managed: { domains: [domainName] },
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private createHttpRedirect(placement: Placement): void {
    const { name, project } = placement;
    const urlMap = new ComputeUrlMap(this, 'RedirectUrlMap', {
      name: `${name}-redirect`,
      project,
      defaultUrlRedirect: {
        httpsRedirect: true,
        stripQuery: false,
        redirectResponseCode: 'PERMANENT_REDIRECT',
      },
    });
    const proxy = new ComputeTargetHttpProxy(this, 'HttpProxy', {
      name: `${name}-http-proxy`,
      project,
      urlMap: urlMap.id,
    });
    this.createForwardingRule('Http', placement, { target: proxy.id, port: 80 });
  }

  private createForwardingRule(
    id: 'Http' | 'Https',
    placement: Placement,
    to: { readonly target: string; readonly port: number },
  ): void {
    new ComputeGlobalForwardingRule(this, id, {
      name: `${placement.name}-${id.toLowerCase()}`,
      project: placement.project,
      loadBalancingScheme: SCHEME,
      ipProtocol: 'TCP',
      ipAddress: this.address.id,
      portRange: String(to.port),
      target: to.target,
    });
  }
}

/**
 * Takes out a replica that fails more often than its peers do. Counting failures alone would take out all of them when a
 * provider fails, since its errors pass through; those two counters are switched off.
 */
function outlierDetection(placement: Placement) {
  return {
    interval: { seconds: 10 },
    baseEjectionTime: { seconds: 30 },
    maxEjectionPercent: Math.floor(100 / placement.zoneNames.length),
    enforcingConsecutiveErrors: 0,
    enforcingConsecutiveGatewayFailure: 0,
    enforcingSuccessRate: 100,
    successRateMinimumHosts: 3,
    successRateRequestVolume: 100,
    successRateStdevFactor: 1900,
  };
}
