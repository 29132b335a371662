import { GATEWAY_METRICS } from '../gateway-contract';
import type { Alert } from './alert';
import { renderSelector, type AlertScope } from './alert-scope';

const DEPLOYMENT_LABELS = 'requested_model, litellm_model_name, model_id, api_provider';
const DEPLOYMENT = '{{ $labels.model_id }} ({{ $labels.litellm_model_name }})';

/** Whether the providers answer. Replicas judge for themselves, so the worst judgement counts. */
export function planProviderAlerts(scope: AlertScope): readonly Alert[] {
  const select = (name: string, ...matchers: string[]): string =>
    renderSelector(name, scope.gateway, ...matchers);
  const worst = (name: string): string => `max by (${DEPLOYMENT_LABELS}) (${select(name)})`;
  return [
    {
      name: 'AllProvidersDown',
      group: 'providers',
      severity: 'critical',
      // A sum of nothing is nothing, not 0: without the second half, no series would mean no alert.
      expr: `(sum(${select(GATEWAY_METRICS.modelHealth, 'status="healthy"')}) or vector(0)) == 0`,
      forSeconds: 120,
      summary: 'All LLM providers are unhealthy',
      description: 'No replica knows a deployment that works, or no replica is left to know one.',
      runbook: 'all-providers-down',
    },
    {
      name: 'DeploymentOutage',
      group: 'providers',
      severity: 'warning',
      expr: `${worst(GATEWAY_METRICS.deploymentState)} == 2`,
      forSeconds: 300,
      summary: `Deployment ${DEPLOYMENT} does not answer`,
      description:
        'It rests and fails again each time it is tried. Its group serves with what is left.',
      runbook: 'deployment-outage',
    },
    {
      name: 'DeploymentMisconfigured',
      group: 'providers',
      severity: 'warning',
      expr: `${worst(GATEWAY_METRICS.deploymentMisconfigured)} == 1`,
      forSeconds: 60,
      summary: `The provider refuses the key or the model of deployment ${DEPLOYMENT}`,
      description:
        'Waiting does not mend it: the key expired or was revoked, or the model is gone.',
      runbook: 'deployment-misconfigured',
    },
    {
      name: 'CooldownStorm',
      group: 'providers',
      severity: 'warning',
      expr: renderRestedShare(select) + ' > 0.5',
      forSeconds: 300,
      summary: '{{ $value | humanizePercentage }} of all deployments were sent to rest lately',
      description:
        'Many providers at once point at what they share: network, quota, or the load itself.',
      runbook: 'cooldown-storm',
    },
  ];
}

/**
 * Share of deployments that were sent to rest within ten minutes. A counter that was born within them has grown from
 * nothing, which `increase` does not see.
 */
function renderRestedShare(select: (name: string) => string): string {
  const rests = select(GATEWAY_METRICS.deploymentCooledDown);
  const lately = `(increase(${rests}[10m]) > 0 or (${rests} unless ${rests} offset 10m))`;
  const all = select(GATEWAY_METRICS.deploymentState);
  return `count(count by (model_id) ${lately}) / count(count by (model_id) (${all}))`;
}
