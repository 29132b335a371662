import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import type { GatewayConfig } from '../lib/config/gateway-config';
import { describeWarning } from '../lib/errors';
import { GATEWAY_PATHS } from '../lib/gateway-contract';
import { Admission } from './admission/admission';
import type { LoopLag } from './admission/loop-lag';
import { createRequestGuard } from './auth/request-guard';
import { createRouteGuard, RouteGuardedAuthenticator } from './auth/route-guard';
import { DrainAccess } from './auth/drain-access';
import { Dispatcher } from './dispatch/dispatcher';
import { createRoutes } from './gateway-routes';
import { Fleet } from './dispatch/fleet';
import { AnswerWriter } from './handlers/answer-writer';
import { CallAccounts } from './handlers/call-accounts';
import { ContentGuard } from './handlers/content-guard';
import { enter } from './handlers/enter';
import { ChatCompletions } from './handlers/chat-completions';
import { HealthRoutes } from './handlers/health';
import { AnswerDesk } from './handlers/kept-answers';
import { Models } from './handlers/models';
import { BackgroundChecks } from './health/background-checks';
import { DeepCheck } from './health/deep-check';
import { Lifecycle } from './health/lifecycle';
import { RegionSwitch } from './health/region-switch';
import { ConnectionCap } from './http/connection-cap';
import type { ConnectionBounds } from './http/connection-cap';
import { Cors } from './http/cors';
import { LARGEST_BODY_BYTES } from './http/read-body';
import type { Handler } from './http/routes';
import { createHttpServer } from './http/server';
import type { TlsIdentity } from './http/tls-identity';
import type { Ports } from './ports';
import { describeSkipped } from './providers/prepare-deployments';
import type { ForwardingRules } from './providers/client-headers';
import { Redactor } from './redact';
import { selectSecrets } from './select-secrets';
import type { GatewaySettings } from './settings';
import { requireUsable } from './start-refusal';
import { AccessLog } from './telemetry/access-log';
import { renderMetrics } from './telemetry/render-metrics';
import { RequestMetrics } from './telemetry/request-metrics';
import type { GatewayState } from './wiring/gateway-state';

export interface GatewayParts {
  readonly config: GatewayConfig;
  readonly settings: GatewaySettings;
  readonly ports: Ports;
  /** Whatever outlives a request. */
  readonly state: GatewayState;
  /** What load shedding goes by. */
  readonly loopLag: LoopLag;
  readonly connectionBounds: ConnectionBounds;
  /** Null: plain HTTP. */
  readonly tls: TlsIdentity | null;
}

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
  const { config, settings, ports, state } = parts;
  const { clock } = ports;
  const providers = { variable: settings.variable, credentials: ports.credentials };
  requireUsable(config, providers);
  const fleet = new Fleet(config, providers, clock);
  const redactor = new Redactor([
    ...selectSecrets(config, { settings, environment: {} }),
    // Keys that providers have found in the environment.
    ...[...fleet.targets.values()].flatMap(({ provider }) => provider.secrets),
  ]);
  // Access lines are left out: they hold nothing that a provider or a driver has said, and are many.
  const writeLog = (lines: string): void => ports.writeLog(redactor.text(lines));
  const lifecycle = new Lifecycle(clock);
  const { guards } = config;
  const routeGuard = createRouteGuard(guards);
  const authenticator =
    routeGuard === null
      ? state.authenticator
      : new RouteGuardedAuthenticator(state.authenticator, routeGuard);
  const door = { authenticator, lateKeys: state.lateKeys };
  const regionSwitch = new RegionSwitch(clock, settings.regionSwitchFile);
  const metrics = new RequestMetrics([
    ...fleet.table.groups.keys(),
    ...fleet.table.byLitellmModel.keys(),
  ]);
  const admission = new Admission({
    clock,
    lag: parts.loopLag,
    mostInFlight: config.general.mostInFlight,
  });
  const connections = new ConnectionCap(parts.connectionBounds, clock);
  const log = new AccessLog(clock, ports.writeLog);
  const bodies = { memory: ports.memory, mostBytes: guards.mostRequestBytes ?? LARGEST_BODY_BYTES };
  const dispatcher = new Dispatcher(fleet, config.router, ports);
  const chat = new ChatCompletions({
    router: config.router,
    clients: {
      forwarding: selectForwarding(config.deployments),
      guards: config.acceptedWithout.includes('guardrails') ? 'taken-out' : 'refused',
    },
    door,
    dispatcher,
    fleet,
    bodies,
    accounts: new CallAccounts({
      ...state,
      standing: guards.budgets,
      router: config.router,
      table: fleet.table,
      clock,
    }),
    contentGuard: new ContentGuard(guards.content),
    guards,
    writer: new AnswerWriter(fleet, clock, {
      memory: ports.memory,
      mostBytes: guards.mostResponseBytes,
    }),
    desk: state.answers === null ? null : new AnswerDesk(state.answers, clock),
    lifecycle,
    admission,
    metrics,
    log,
    clock,
  });
  const { healthChecks } = config.general;
  const deepCheck = new DeepCheck({
    fleet,
    upstream: ports.upstream,
    memory: ports.memory,
    clock,
    settings: healthChecks,
  });
  const background = new BackgroundChecks({
    settings: healthChecks,
    fleet,
    deepCheck,
    store: state.healthResults,
    ports: { ...ports, writeLog },
    replica: randomUUID(),
  });
  const health = new HealthRoutes({
    lifecycle,
    fleet,
    checks: healthChecks,
    deepCheck,
    background,
    clock,
    authenticator,
    unready: () => state.unready ?? connections.trouble,
    regionState: () => regionSwitch.state,
    drainAccess: new DrainAccess({ authenticator, drainToken: settings.drainToken, clock }),
    drainSeconds: settings.drainSeconds,
  });
  let uncaughtErrors = 0;
  const sendMetrics: Handler = ({ reply }) => {
    const text = renderMetrics({
      requests: metrics,
      fleet,
      admission,
      retries: dispatcher.metrics,
      limits: state.limitMetrics,
      state: state.status,
      acceptedWithout: config.acceptedWithout,
      uncaughtErrors,
    });
    reply.sendText(200, 'text/plain; version=0.0.4; charset=utf-8', text);
  };
  const routes = createRoutes({
    management: state.createManagement({ table: fleet.table, authenticator, bodies }),
    chat,
    health,
    models: new Models(fleet.table, door),
    metrics:
      guards.metrics === 'open'
        ? sendMetrics
        : async (request) => {
            await enter(authenticator, request, 'operate');
            await sendMetrics(request);
          },
    operations: settings.metricsPort === null ? 'here' : 'elsewhere',
  });
  routeGuard?.learn([routes.public, routes.operations]);
  const common = {
    guard: createRequestGuard(guards),
    cors: guards.corsOrigins.length === 0 ? null : new Cors(guards.corsOrigins),
    replies: { lifecycle, region: settings.region, memory: ports.memory },
    clock,
    keepAliveMs: settings.keepAliveSeconds * 1000,
    tls: parts.tls,
    vitalPaths: VITAL_PATHS,
    onUnexpected: (error: unknown) =>
      writeLog(`${JSON.stringify({ unexpected: describeUnexpected(error) })}\n`),
  };
  const server = createHttpServer({ ...common, routes: routes.public, connections });
  // Its connections are few and have their own bound: a flood on the other port must not hide what it does.
  const operations = createHttpServer({
    ...common,
    routes: routes.operations,
    connections: new ConnectionCap(OPERATIONS_CONNECTIONS, clock),
  });
  let haste: 'deliver' | 'leave' = 'deliver';
  const closeAll = async (delivery: 'deliver' | 'leave'): Promise<void> => {
    regionSwitch.stop();
    admission.stop();
    server.closeAllConnections();
    operations.close();
    operations.closeAllConnections();
    await ports.upstream.stop();
    await state.stop(delivery);
    log.flush();
  };
  let closing: Promise<void> | null = null;
  // Whoever hurries may overtake a drain that is about to end.
  const close = (): Promise<void> => (closing ??= closeAll(haste));
  return {
    warnings: [
      ...config.warnings.map(describeWarning),
      ...state.warnings,
      ...fleet.skipped.map((one) => `skipped ${describeSkipped(one)}`),
    ].map((warning) => redactor.text(warning)),
    listenForOperations: (host, port) => listen(operations, host, port),
    renewTls: (identity) => {
      for (const each of [server, operations]) {
        if (each instanceof TlsServer) each.setSecureContext(identity);
      }
    },
    listen: async (host, port) => {
      const bound = await listen(server, host, port);
      state.start(fleet);
      regionSwitch.start();
      admission.start();
      background.start();
      return bound;
    },
    stop: async () => {
      background.stop();
      await drain(server, lifecycle, parts);
      await close();
    },
    kill: async () => {
      haste = 'leave';
      background.stop();
      lifecycle.startStop();
      server.close();
      // Told as ours: cut by a closed connection, a call would be booked as its provider's failure.
      lifecycle.terminateAll();
      await lifecycle.waitUntilIdle(HURRIED_FAREWELL_MS);
      await close();
    },
    stopBoundMs:
      (settings.propagationSeconds + settings.drainSeconds) * 1000 + 2 * FAREWELL_MS + LAST_WORK_MS,
    recordFault: () => {
      uncaughtErrors += 1;
    },
  };
}

/** Probes are answered even where there are too many connections: a replica that is merely full must not be killed. */
const VITAL_PATHS: ReadonlySet<string> = new Set([
  GATEWAY_PATHS.liveness,
  GATEWAY_PATHS.livenessAlias,
  GATEWAY_PATHS.readiness,
  GATEWAY_PATHS.region,
]);

const OPERATIONS_CONNECTIONS: ConnectionBounds = { most: 32, surplus: 0 };

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/**
 * Leaves without dropping a request: first the probes say no while everything is still served, then the port closes,
 * then what runs may finish; what is still running at the bound is told so in its own protocol.
 */
async function drain(server: Server, lifecycle: Lifecycle, parts: GatewayParts): Promise<void> {
  const { settings, ports } = parts;
  lifecycle.startStop();
  // A preStop hook may have begun this wait already.
  const propagationMs = settings.propagationSeconds * 1000 - lifecycle.drainedForMs();
  if (propagationMs > 0) {
    await new Promise<void>((resolve) => void ports.clock.after(propagationMs, resolve));
  }
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  if ((await lifecycle.waitUntilIdle(settings.drainSeconds * 1000)) === 'busy') {
    lifecycle.terminateAll();
    await lifecycle.waitUntilIdle(FAREWELL_MS);
  }
  // Last bytes may still be on their way to slow clients.
  const cancel = ports.clock.after(FAREWELL_MS, () => server.closeAllConnections());
  server.closeIdleConnections();
  await closed;
  cancel();
}

const FAREWELL_MS = 2_000;
const HURRIED_FAREWELL_MS = 500;
/** For what is stored last; see `LAST_DELIVERY_MS`. */
const LAST_WORK_MS = 10_000;

/** What any of the deployments gets; each takes what its own configuration says. */
function selectForwarding(deployments: GatewayConfig['deployments']): ForwardingRules | null {
  const any = (rule: keyof ForwardingRules): ForwardingRules[typeof rule] =>
    deployments.some(({ request }) => request[rule] === 'forwarded') ? 'forwarded' : 'kept-back';
  const rules: ForwardingRules = {
    clientHeaders: any('clientHeaders'),
    clientOrganization: any('clientOrganization'),
  };
  return Object.values(rules).includes('forwarded') ? rules : null;
}

function describeUnexpected(error: unknown): string {
  return error instanceof Error
    ? (error.stack ?? error.message)
    : 'a value that is no error was thrown';
}
