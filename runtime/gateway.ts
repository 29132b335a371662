import { describeWarning } from '../lib/errors';
import { createRoutes } from './gateway-routes';
import type { GatewayRoutes } from './gateway-routes';
import { enter } from './handlers/enter';
import { Models } from './handlers/models';
import { renderMetrics } from './handlers/render-metrics';
import type { Handler } from './http/routes';
import type { TlsIdentity } from './http/tls-identity';
import { describeSkipped } from './providers/prepare-deployments';
import { requireUsable } from './start-refusal';
import { createChat } from './wiring/create-chat';
import type { Chat } from './wiring/create-chat';
import { createCore } from './wiring/create-core';
import type { Core } from './wiring/create-core';
import { createHealth } from './wiring/create-health';
import { createServers } from './wiring/create-servers';
import { GatewayLife } from './wiring/gateway-life';
import type { GatewayParts } from './wiring/gateway-parts';

export type { GatewayParts } from './wiring/gateway-parts';

/** A gateway that is wired but does not listen yet. */
export interface Gateway {
  /** What an operator should know at start; one line each. */
  readonly warnings: readonly string[];
  /** Resolves to the port, once connections are taken. */
  listen(host: string, port: number): Promise<number>;
  /** The same for the port of metrics and health, where it is another one. To be called first. */
  listenForOperations(host: string, port: number): Promise<number>;
  /** For connections to come; those that are open keep what they began with. */
  renewTls(identity: TlsIdentity): void;
  /** Drains, then closes. Resolves when nothing is left. */
  stop(): Promise<void>;
  /** Hurries, also while it drains: what is in flight is told so, and what is not stored waits for the next start. */
  kill(): Promise<void>;
  /** Longest time that `stop` takes. Unit: milliseconds. */
  readonly stopBoundMs: number;
  /** Counts an error that nobody caught, for the metrics. */
  recordFault(): void;
}

/** Wires the parts together. Everything from outside comes in through the arguments. */
export function createGateway(parts: GatewayParts): Gateway {
  const { config, settings, ports } = parts;
  requireUsable(config, { variable: settings.variable, credentials: ports.credentials });
  const core = createCore(parts);
  const chat = createChat(parts, core);
  const health = createHealth(parts, core);
  const faults = { count: 0 };
  const metrics = createMetricsHandler(parts, { core, chat, faults });
  const routes = createGatewayRoutes(parts, core, {
    chat: chat.completions,
    health: health.routes,
    metrics,
  });
  const servers = createServers(parts, core, routes);
  const life = new GatewayLife({ parts, core, servers, background: health.background });
  return {
    warnings: listWarnings(parts, core),
    listen: (host, port) => life.listen(host, port),
    listenForOperations: (host, port) => life.listenForOperations(host, port),
    renewTls: (identity) => life.renewTls(identity),
    stop: () => life.stop(),
    kill: () => life.kill(),
    stopBoundMs: life.stopBoundMs,
    recordFault: () => {
      faults.count += 1;
    },
  };
}

function createGatewayRoutes(
  { config, settings, state }: GatewayParts,
  core: Core,
  handlers: Pick<Parameters<typeof createRoutes>[0], 'chat' | 'health' | 'metrics'>,
): GatewayRoutes {
  const { authenticator, bodies, door, fleet, routeGuard } = core;
  const { metrics } = handlers;
  const routes = createRoutes({
    ...handlers,
    management: state.createManagement({ table: fleet.table, authenticator, bodies }),
    models: new Models(fleet.table, door),
    metrics:
      config.guards.metrics === 'open'
        ? metrics
        : async (request) => {
            await enter(authenticator, request, 'operate');
            await metrics(request);
          },
    operations: settings.metricsPort === null ? 'here' : 'elsewhere',
  });
  routeGuard?.learn([routes.public, routes.operations]);
  return routes;
}

interface MeasuredParts {
  readonly core: Core;
  readonly chat: Chat;
  readonly faults: { readonly count: number };
}

function createMetricsHandler(
  { config, state }: GatewayParts,
  { core, chat, faults }: MeasuredParts,
): Handler {
  return ({ reply }) => {
    const text = renderMetrics({
      requests: core.metrics,
      fleet: core.fleet,
      admission: core.admission,
      retries: chat.dispatcher.metrics,
      limits: state.limitMetrics,
      state: state.status,
      acceptedWithout: config.acceptedWithout,
      uncaughtErrors: faults.count,
    });
    reply.sendText(200, 'text/plain; version=0.0.4; charset=utf-8', text);
  };
}

function listWarnings({ config, state }: GatewayParts, core: Core): readonly string[] {
  return [
    ...config.warnings.map(describeWarning),
    ...state.warnings,
    ...core.fleet.skipped.map((one) => `skipped ${describeSkipped(one)}`),
  ].map((warning) => core.redactor.text(warning));
}
