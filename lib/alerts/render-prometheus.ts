import { stringify } from 'yaml';
import type { Alert } from './alert';
import type { AlertScope, Labels } from './alert-scope';
import { planAlerts } from './catalogue';

/** A group of rules as Prometheus and its operator read it. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly AlertRule[];
}

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Labels;
  readonly annotations: {
    readonly summary: string;
    readonly description: string;
    readonly runbook_url: string;
  };
}

/** Where the runbooks are found by whoever has installed this package. */
export const PACKAGED_RUNBOOKS = 'node_modules/litellm-ha/docs/runbooks';

/** The catalogue as groups of rules; `runbookBaseUrl` is the folder of the runbooks, without a slash at its end. */
export function planRuleGroups(scope: AlertScope, runbookBaseUrl: string): readonly RuleGroup[] {
  const alerts = planAlerts(scope);
  const groups = [...new Set(alerts.map(({ group }) => group))];
  return groups.map((group) => ({
    name: `litellm-ha-${group}`,
    rules: alerts
      .filter((alert) => alert.group === group)
      .map((alert) => planRule(alert, scope, runbookBaseUrl)),
  }));
}

/** A file of rules for a Prometheus without an operator. */
export function renderPrometheus(scope: AlertScope, runbookBaseUrl: string): string {
  return stringify({ groups: planRuleGroups(scope, runbookBaseUrl) }, { lineWidth: 0 });
}

function planRule(alert: Alert, { gateway }: AlertScope, runbookBaseUrl: string): AlertRule {
  return {
    alert: alert.name,
    expr: alert.expr,
    for: alert.forSeconds % 60 === 0 ? `${alert.forSeconds / 60}m` : `${alert.forSeconds}s`,
    // Sums and counts lose the labels by which pages are sent to the team of a namespace.
    labels: { ...gateway, severity: alert.severity },
    annotations: {
      summary: alert.summary,
      description: alert.description,
      runbook_url: `${runbookBaseUrl}/${alert.runbook}.md`,
    },
  };
}
