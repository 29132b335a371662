export { metricsOf, type Alert, type AlertGroup, type AlertSeverity } from './alert';
export type { AlertScope, Labels } from './alert-scope';
export { planAlerts } from './catalogue';
export { renderDashboard } from './render-dashboard';
export {
  PACKAGED_RUNBOOKS,
  planRuleGroups,
  renderPrometheus,
  type AlertRule,
  type RuleGroup,
} from './render-prometheus';
export { CALLER_FAULTS } from './request-errors';
