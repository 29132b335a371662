import { createHash, timingSafeEqual } from 'node:crypto';
import type { Authenticator } from '../auth/master-key';
import { isLoopbackHost } from '../auth/master-key';
import { GatewayError } from '../errors';
import type { DeepCheck, DeploymentHealth } from '../health/deep-check';
import type { Lifecycle } from '../health/lifecycle';
import type { GatewayRequest } from '../http/gateway-request';
import { GATEWAY_VERSION } from '../version';

export interface HealthParts {
  readonly lifecycle: Lifecycle;
  readonly deepCheck: DeepCheck;
  readonly authenticator: Authenticator;
  /** Null: only this machine may drain. */
  readonly drainToken: string | null;
  readonly drainSeconds: number;
}

/**
 * The health routes. Liveness, readiness and region look at nothing outside this process: a database that all replicas
 * share must not take all of them out of service at once.
 */
export class HealthRoutes {
  constructor(private readonly parts: HealthParts) {}

  readonly liveness = ({ reply }: GatewayRequest): void => {
    reply.sendJson(200, '"I\'m alive!"');
  };

  readonly readiness = ({ reply }: GatewayRequest): void => {
    this.sendTraffic(reply, { litellm_version: GATEWAY_VERSION });
  };

  readonly region = ({ reply }: GatewayRequest): void => {
    this.sendTraffic(reply, {});
  };

  readonly deep = async ({ incoming, reply, query }: GatewayRequest): Promise<void> => {
    this.parts.authenticator.authenticate(incoming.headers);
    const wanted = new URLSearchParams(query);
    const all = await this.parts.deepCheck.run({
      model: wanted.get('model'),
      modelId: wanted.get('model_id'),
    });
    const healthy = all.filter(({ error }) => error === null);
    const unhealthy = all.filter(({ error }) => error !== null);
    const body = {
      healthy_endpoints: healthy.map(renderEndpoint),
      unhealthy_endpoints: unhealthy.map(renderEndpoint),
      healthy_count: healthy.length,
      unhealthy_count: unhealthy.length,
    };
    reply.sendJson(200, JSON.stringify(body));
  };

  /** Answers when nothing is in flight any more, so that a preStop hook waits just as long as it must. */
  readonly drain = async ({ incoming, reply }: GatewayRequest): Promise<void> => {
    const token = incoming.headers['x-drain-token'];
    if (!this.mayDrain(incoming.socket.remoteAddress ?? '', token)) {
      // To everybody else the route does not exist.
      throw new GatewayError('route_not_found', 'there is no such route');
    }
    const { lifecycle, drainSeconds } = this.parts;
    lifecycle.startDrain();
    const state = await lifecycle.waitUntilIdle(drainSeconds * 1000);
    reply.sendJson(
      200,
      JSON.stringify({
        status: state === 'idle' ? 'drained' : 'draining',
        in_flight_requests: lifecycle.inFlightCount,
      }),
    );
  };

  private mayDrain(remoteAddress: string, token: string | readonly string[] | undefined): boolean {
    const { drainToken } = this.parts;
    if (drainToken === null) return isLoopbackHost(remoteAddress.replace(/^::ffff:/, ''));
    return typeof token === 'string' && timingSafeEqual(hash(token), hash(drainToken));
  }

  private sendTraffic(
    reply: GatewayRequest['reply'],
    details: Readonly<Record<string, string>>,
  ): void {
    if (this.parts.lifecycle.draining === 'yes') {
      reply.sendJson(503, JSON.stringify({ status: 'draining', ...details }));
    } else {
      reply.sendJson(200, JSON.stringify({ status: 'healthy', ...details }));
    }
  }
}

function renderEndpoint(health: DeploymentHealth): Readonly<Record<string, string>> {
  return {
    model: health.model,
    model_id: health.modelId,
    ...(health.apiBase === null ? {} : { api_base: health.apiBase }),
    ...(health.error === null ? {} : { error: health.error }),
  };
}

function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
