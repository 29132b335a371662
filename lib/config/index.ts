export { loadConfigText } from './config-file';
export { CONFIG_DEFAULTS } from './defaults';
export type {
  CacheConfig,
  DeploymentConfig,
  GeneralConfig,
  LatencyArgs,
  ProviderBudget,
  RouterConfig,
  RoutingStrategy,
  StickySource,
} from './gateway-config';
export { GatewayConfig } from './load-gateway-config';
export { parseGatewayConfig, type ParseOptions } from './parse-gateway-config';
export { ANY_PROVIDER, UNKNOWN_PROVIDER } from './provider-of';
export type { Environment } from './references';
