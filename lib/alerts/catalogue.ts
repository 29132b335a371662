import type { Alert } from './alert';
import type { AlertScope } from './alert-scope';
import { planAvailabilityAlerts } from './availability-alerts';
import { planDatabaseAlerts } from './database-alerts';
import { planErrorAlerts } from './error-alerts';
import { planLatencyAlerts } from './latency-alerts';
import { planProviderAlerts } from './provider-alerts';
import { planReplicationAlerts } from './replication-alerts';
import { planSaturationAlerts } from './saturation-alerts';
import { planStateAlerts } from './state-alerts';

/**
 * Every alert of a gateway. The guide's four are among them under their names; they go off also when the series they
 * ask for are gone.
 *
 * What nothing measures has no alert: PgBouncer tells Prometheus nothing without an exporter of its own, and of Redis there
 * is what the gateway sees of it.
 *
 * @see guide, "Monitoring and Alerting"
 */
export function planAlerts(scope: AlertScope): readonly Alert[] {
  return [
    ...planAvailabilityAlerts(scope),
    ...planErrorAlerts(scope),
    ...planLatencyAlerts(scope),
    ...planSaturationAlerts(scope),
    ...planProviderAlerts(scope),
    ...planDatabaseAlerts(scope),
    ...planStateAlerts(scope),
    ...planReplicationAlerts(scope),
  ];
}
