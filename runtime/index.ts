export { createGateway } from './gateway';
export type { Gateway, GatewayParts } from './gateway';
export { runFromEnvironment, serve, startGateway, StartError } from './main';
export type { ConfigSource, RunningGateway, ServeOptions, StartOptions } from './main';
export { GATEWAY_ERRORS, GatewayError } from './errors';
export type { GatewayErrorCode } from './errors';
export type {
  Clock,
  Ports,
  Random,
  Upstream,
  UpstreamErrorKind,
  UpstreamExchange,
  UpstreamHandler,
  UpstreamHeaders,
  UpstreamLimits,
  UpstreamRequest,
} from './ports';
export { parseSettings, SettingsError } from './settings';
export type { Environment, GatewaySettings } from './settings';
export { GATEWAY_VERSION } from './version';
export { NoUsableDeploymentError } from './start-refusal';
