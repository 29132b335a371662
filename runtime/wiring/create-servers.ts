import type { Server } from 'node:http';
import { GATEWAY_PATHS } from '../../lib/gateway-contract';
import { createRequestGuard } from '../auth/request-guard';
import { ConnectionCap } from '../http/connection-cap';
import type { ConnectionBounds } from '../http/connection-cap';
import { Cors } from '../http/cors';
import type { Routes } from '../http/routes';
import { createHttpServer } from '../http/server';
import type { Core } from './create-core';
import type { GatewayParts } from './gateway-parts';

export interface Servers {
  readonly calls: Server;
  /** Metrics and health, where they have a port of their own. */
  readonly operations: Server;
}

/** Probes are answered even where there are too many connections: a replica that is merely full must not be killed. */
const VITAL_PATHS: ReadonlySet<string> = new Set([
  GATEWAY_PATHS.liveness,
  GATEWAY_PATHS.livenessAlias,
  GATEWAY_PATHS.readiness,
  GATEWAY_PATHS.region,
]);

const OPERATIONS_CONNECTIONS: ConnectionBounds = { most: 32, surplus: 0 };

export function createServers(
  parts: GatewayParts,
  core: Core,
  routes: { readonly public: Routes; readonly operations: Routes },
): Servers {
  const { config, settings, ports, tls } = parts;
  const { guards } = config;
  const { clock, memory } = ports;
  const common = {
    guard: createRequestGuard(guards),
    cors: guards.corsOrigins.length === 0 ? null : new Cors(guards.corsOrigins),
    replies: { lifecycle: core.lifecycle, region: settings.region, memory },
    clock,
    keepAliveMs: settings.keepAliveSeconds * 1000,
    tls,
    vitalPaths: VITAL_PATHS,
    onUnexpected: (error: unknown) =>
      core.writeLog(`${JSON.stringify({ unexpected: describeUnexpected(error) })}\n`),
  };
  return {
    calls: createHttpServer({
      ...common,
      routes: routes.public,
      connections: core.connections,
    }),
    // Its connections are few and have their own bound: a flood on the other port must not hide what it does.
    operations: createHttpServer({
      ...common,
      routes: routes.operations,
      connections: new ConnectionCap(OPERATIONS_CONNECTIONS, clock),
    }),
  };
}

function describeUnexpected(error: unknown): string {
  return error instanceof Error
    ? (error.stack ?? error.message)
    : 'a value that is no error was thrown';
}
