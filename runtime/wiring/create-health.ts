import { randomUUID } from 'node:crypto';
import { DrainAccess } from '../handlers/drain-access';
import { HealthRoutes } from '../handlers/health';
import { BackgroundChecks } from '../health/background-checks';
import { DeepCheck } from '../health/deep-check';
import type { Core } from './create-core';
import type { GatewayParts } from './gateway-parts';

export interface Health {
  readonly routes: HealthRoutes;
  readonly background: BackgroundChecks;
}

/** What load balancers ask of the gateway, and what the gateway asks of providers by itself. */
export function createHealth(parts: GatewayParts, core: Core): Health {
  const { config, settings: process, ports, state } = parts;
  const { fleet, lifecycle, authenticator, regionSwitch, connections, writeLog } = core;
  const { clock, upstream, memory } = ports;
  const { healthChecks: settings } = config.general;
  const deepCheck = new DeepCheck({ fleet, upstream, memory, clock, settings });
  const background = new BackgroundChecks({
    settings,
    fleet,
    deepCheck,
    store: state.healthResults,
    ports: { ...ports, writeLog },
    replica: randomUUID(),
  });
  const routes = new HealthRoutes({
    ...{ lifecycle, fleet, deepCheck, background, clock, authenticator },
    checks: settings,
    unready: () => state.unready ?? connections.trouble,
    regionState: () => regionSwitch.state,
    drainAccess: new DrainAccess({ authenticator, drainToken: process.drainToken, clock }),
    drainSeconds: process.drainSeconds,
  });
  return { routes, background };
}
