import { GATEWAY_PATHS } from '../lib/gateway-contract';
import type { ChatCompletions } from './handlers/chat-completions';
import type { HealthRoutes } from './handlers/health';
import type { ManagementRoutes } from './management/management-routes';
import type { Models } from './handlers/models';
import { Routes } from './http/routes';
import type { Handler, Route } from './http/routes';

export interface RouteParts {
  readonly chat: ChatCompletions;
  readonly health: HealthRoutes;
  readonly models: Models;
  readonly metrics: Handler;
  /** Null: there are no keys to manage. */
  readonly management: ManagementRoutes | null;
  /** Whether metrics and health are on the same port, or on one of their own. */
  readonly operations: 'here' | 'elsewhere';
}

/** What is served on the port of the public, and on that of metrics and health. */
export interface GatewayRoutes {
  readonly public: Routes;
  /** Served where it has a port of its own. */
  readonly operations: Routes;
}

/** The table of contents of what the gateway serves. */
export function createRoutes(parts: RouteParts): GatewayRoutes {
  const { chat, models, management } = parts;
  const completions: Route = { name: 'chat_completions', handlers: { POST: chat.handle } };
  const list: Route = { name: 'models', handlers: { GET: models.list } };
  const show: Route = { name: 'model', handlers: { GET: models.show } };
  const probes = createProbeRoutes(parts);
  const operations = createOperationsRoutes(parts);
  return {
    public: new Routes(
      new Map<string, Route>([
        ...(management?.exact ?? []),
        [GATEWAY_PATHS.chatCompletions, completions],
        ['/chat/completions', completions],
        [GATEWAY_PATHS.models, list],
        ['/models', list],
        ...probes,
        ...(parts.operations === 'here' ? operations : []),
      ]),
      [
        ...(management?.variable ?? []),
        { prefix: '/engines/', suffix: '/chat/completions', route: completions },
        { prefix: '/openai/deployments/', suffix: '/chat/completions', route: completions },
        { prefix: '/v1/models/', suffix: '', route: show },
        { prefix: '/models/', suffix: '', route: show },
      ],
    ),
    operations: new Routes(new Map([...probes, ...operations]), []),
  };
}

/** What load balancers ask. On every port: they must ask the one that they send traffic to. */
function createProbeRoutes({ health }: RouteParts): readonly (readonly [string, Route])[] {
  const live: Route = {
    name: 'liveness',
    handlers: { GET: health.liveness, OPTIONS: health.liveness },
  };
  const ready: Route = {
    name: 'readiness',
    handlers: { GET: health.readiness, OPTIONS: health.readiness },
  };
  return [
    [GATEWAY_PATHS.liveness, live],
    [GATEWAY_PATHS.livenessAlias, live],
    [GATEWAY_PATHS.readiness, ready],
    [GATEWAY_PATHS.region, { name: 'region', handlers: { GET: health.region } }],
  ];
}

/** What operators and their programs ask. */
function createOperationsRoutes({
  health,
  metrics,
}: RouteParts): readonly (readonly [string, Route])[] {
  const get = (name: string, handler: Handler): Route => ({ name, handlers: { GET: handler } });
  return [
    [GATEWAY_PATHS.deep, get('health', health.deep)],
    ['/health/latest', get('health_latest', health.latest)],
    ['/health/shared-status', get('health_shared_status', health.sharedStatus)],
    [
      GATEWAY_PATHS.drain,
      { name: 'drain', handlers: { POST: health.drain, DELETE: health.endDrain } },
    ],
    [GATEWAY_PATHS.metrics, get('metrics', metrics)],
  ];
}
