import type { ConfigFile } from './config-schema';
import { CONFIG_DEFAULTS } from './defaults';
import type { HealthChecksConfig } from './gateway-config';

/** LiteLLM documents the switches of health-driven routing under `general_settings` and knows them in `router_settings` too. */
export function parseHealthChecks(file: ConfigFile): HealthChecksConfig {
  const general = file.general_settings ?? {};
  const router = file.router_settings ?? {};
  const intervalSeconds =
    general.health_check_interval ?? CONFIG_DEFAULTS.healthCheckIntervalSeconds;
  const whose = general.use_shared_health_check === true ? 'shared' : 'own';
  const routing = general.enable_health_check_routing ?? router.enable_health_check_routing;
  const transient =
    general.health_check_ignore_transient_errors ?? router.health_check_ignore_transient_errors;
  return {
    background: general.background_health_checks === true ? whose : 'off',
    intervalSeconds,
    concurrency: general.health_check_concurrency ?? CONFIG_DEFAULTS.healthCheckConcurrency,
    details: general.health_check_details === false ? 'names' : 'full',
    routing: routing === true ? 'on' : 'off',
    stalenessSeconds:
      general.health_check_staleness_threshold ??
      router.health_check_staleness_threshold ??
      intervalSeconds * CONFIG_DEFAULTS.healthCheckStalenessIntervals,
    transientErrors: transient === true ? 'ignored' : 'counted',
  };
}
