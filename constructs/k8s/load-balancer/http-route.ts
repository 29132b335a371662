import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { GATEWAY_PATHS } from '../../../lib';
import type { LoadBalancerOutputs, LoadBalancerPlan } from '../../../lib';
import type { Workload } from '../compute/workload';
import { objectLabels } from '../foundation/labels';
import type { HttpRouteChoice } from './choice';
import { listHosts, renderRegionRecord } from './load-balancer';

export interface HttpRouteBlockProps {
  readonly plan: LoadBalancerPlan;
  readonly namespace: string;
  readonly workload: Workload;
  readonly domainName: string;
  /** Name of this region alone. Null: there is no other region. */
  readonly regionDomainName: string | null;
  readonly target: HttpRouteChoice;
}

const API = 'gateway.networking.k8s.io';

/**
 * The way in through the Gateway API: one route from the listener with TLS to the gateway's Service, and one that
 * redirects plain HTTP. Certificate and longest silence are the Gateway's: let it stay silent as long as `streaming` says.
 *
 * Costs: nothing; the Gateway is the cluster's. Needs version 1.2 of the Gateway API, for its timeouts.
 * Survives: what the Gateway survives.
 * Does not survive: the loss of the Gateway's controller.
 */
export class HttpRoute extends Construct implements LoadBalancerOutputs {
  /** The main resource: the HTTPRoute that leads to the gateway. */
  readonly resource: ApiObject;
  readonly redirect: ApiObject;
  readonly hostName: string;

  constructor(scope: Construct, id: string, props: HttpRouteBlockProps) {
    super(scope, id);
    const { plan, target, workload } = props;
    this.hostName = props.regionDomainName ?? props.domainName;
    // The whole answer, the longest stream included; a shorter one would cut streams.
    const timeout = `${plan.timers.responseTimeoutSeconds}s`;
    this.resource = this.createRoute('Resource', props, {
      name: plan.name,
      sectionName: target.sectionName ?? 'https',
      rules: [
        // It takes a replica out of service. A rule that leads nowhere is answered 404 or 500.
        { matches: [{ path: { type: 'PathPrefix', value: GATEWAY_PATHS.drain } }] },
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          timeouts: { request: timeout, backendRequest: timeout },
          backendRefs: [
            { kind: 'Service', name: workload.workloadName, port: workload.servicePort },
          ],
        },
      ],
    });
    this.redirect = this.createRoute('Redirect', props, {
      name: `${plan.name}-redirect`,
      sectionName: target.httpSectionName ?? 'http',
      rules: [
        {
          filters: [
            { type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } },
          ],
        },
      ],
    });
  }

  private createRoute(
    id: string,
    props: HttpRouteBlockProps,
    route: {
      readonly name: string;
      readonly sectionName: string;
      readonly rules: readonly unknown[];
    },
  ): ApiObject {
    const { namespace, target, plan, regionDomainName } = props;
    const annotations = renderRegionRecord('gateway', regionDomainName);
    return new ApiObject(this, id, {
      apiVersion: `${API}/v1`,
      kind: 'HTTPRoute',
      metadata: {
        name: route.name,
        namespace,
        labels: { ...objectLabels(plan.name, 'route') },
        ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      },
      spec: {
        parentRefs: [
          {
            group: API,
            kind: 'Gateway',
            name: target.gatewayName,
            namespace: target.gatewayNamespace ?? namespace,
            sectionName: route.sectionName,
          },
        ],
        hostnames: [...listHosts(props)],
        rules: [...route.rules],
      },
    });
  }
}
