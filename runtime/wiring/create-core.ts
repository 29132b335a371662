import { Admission } from '../admission/admission';
import type { Authenticator } from '../auth/authenticator';
import { createRouteGuard, RouteGuardedAuthenticator } from '../auth/route-guard';
import type { RouteGuard } from '../auth/route-guard';
import { Fleet } from '../dispatch/fleet';
import type { Door } from '../handlers/enter';
import { RegionSwitch } from '../health/region-switch';
import { ConnectionCap } from '../http/connection-cap';
import { Lifecycle } from '../http/lifecycle';
import { LARGEST_BODY_BYTES } from '../http/read-body';
import type { BodyLimits } from '../http/read-body';
import { Redactor } from '../redact';
import { selectSecrets } from '../select-secrets';
import { AccessLog } from '../telemetry/access-log';
import { RequestMetrics } from '../telemetry/request-metrics';
import type { GatewayParts } from './gateway-parts';

/** What several kinds of requests share. */
export interface Core {
  readonly fleet: Fleet;
  readonly redactor: Redactor;
  /** Takes whole lines; secrets are struck out. */
  readonly writeLog: (lines: string) => void;
  readonly lifecycle: Lifecycle;
  /** Null: every caller may take every route. */
  readonly routeGuard: RouteGuard | null;
  readonly authenticator: Authenticator;
  readonly door: Door;
  readonly regionSwitch: RegionSwitch;
  readonly metrics: RequestMetrics;
  readonly admission: Admission;
  readonly connections: ConnectionCap;
  readonly log: AccessLog;
  readonly bodies: BodyLimits;
}

export function createCore(parts: GatewayParts): Core {
  const { config, settings, ports, state } = parts;
  const { clock } = ports;
  const providers = { variable: settings.variable, credentials: ports.credentials };
  const fleet = new Fleet(config, providers, clock);
  const redactor = new Redactor([
    ...selectSecrets(config, { settings, environment: {} }),
    // Keys that providers have found in the environment.
    ...[...fleet.targets.values()].flatMap(({ provider }) => provider.secrets),
  ]);
  const { guards } = config;
  const routeGuard = createRouteGuard(guards);
  const authenticator =
    routeGuard === null
      ? state.authenticator
      : new RouteGuardedAuthenticator(state.authenticator, routeGuard);
  return {
    fleet,
    redactor,
    // Access lines are left out: they hold nothing that a provider or a driver has said, and are many.
    writeLog: (lines) => ports.writeLog(redactor.text(lines)),
    lifecycle: new Lifecycle(clock),
    routeGuard,
    authenticator,
    door: { authenticator, lateKeys: state.lateKeys },
    regionSwitch: new RegionSwitch(clock, settings.regionSwitchFile),
    metrics: new RequestMetrics([
      ...fleet.table.groups.keys(),
      ...fleet.table.byLitellmModel.keys(),
    ]),
    admission: new Admission({
      clock,
      lag: parts.loopLag,
      mostInFlight: config.general.mostInFlight,
    }),
    connections: new ConnectionCap(parts.connectionBounds, clock),
    log: new AccessLog(clock, ports.writeLog),
    bodies: { memory: ports.memory, mostBytes: guards.mostRequestBytes ?? LARGEST_BODY_BYTES },
  };
}
