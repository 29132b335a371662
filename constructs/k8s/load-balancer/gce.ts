import type { LoadBalancerPlan } from '../../../lib';
import type { ControllerSettings } from './controller-settings';

/**
 * Settings of GKE's Ingress. A response may last 30 seconds unless a BackendConfig says otherwise, and the probe would ask
 * for `/`; the redirect is a FrontendConfig's.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration
 */
export function renderGce({
  name,
  timers,
  probePath,
  targetPort,
  redirectHttp,
}: LoadBalancerPlan): ControllerSettings {
  return {
    ingress: {
      'kubernetes.io/ingress.class': 'gce',
      'networking.gke.io/v1beta1.FrontendConfig': name,
    },
    service: {
      'cloud.google.com/neg': JSON.stringify({ ingress: true }),
      'cloud.google.com/backend-config': JSON.stringify({ default: name }),
    },
    objects: [
      {
        apiVersion: 'cloud.google.com/v1',
        kind: 'BackendConfig',
        name,
        spec: {
          timeoutSec: timers.responseTimeoutSeconds,
          connectionDraining: { drainingTimeoutSec: timers.drainSeconds },
          healthCheck: {
            type: 'HTTP',
            requestPath: probePath,
            port: targetPort,
            checkIntervalSec: timers.probeIntervalSeconds,
            timeoutSec: timers.probeTimeoutSeconds,
            healthyThreshold: timers.healthyThreshold,
            unhealthyThreshold: timers.unhealthyThreshold,
          },
        },
      },
      {
        apiVersion: 'networking.gke.io/v1beta1',
        kind: 'FrontendConfig',
        name,
        spec: {
          redirectToHttps: {
            enabled: redirectHttp,
            responseCodeName: 'MOVED_PERMANENTLY_DEFAULT',
          },
        },
      },
    ],
    classIn: 'annotation',
  };
}
