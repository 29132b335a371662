import type { Authenticator } from '../auth/authenticator';
import type { DrainAccess } from './drain-access';
import { GatewayError } from '../errors';
import type { DeploymentConfig, HealthChecksConfig } from '../../lib/config/gateway-config';
import type { Fleet } from '../dispatch/fleet';
import type { BackgroundChecks } from '../health/background-checks';
import type { DeepCheck } from '../health/deep-check';
import type { HealthReport } from '../state/health-result-store';
import type { Lifecycle } from '../http/lifecycle';
import type { RegionState } from '../health/region-switch';
import { renderHealth } from '../health/render-health';
import type { GatewayRequest } from '../http/gateway-request';
import type { Clock } from '../ports';
import { GATEWAY_VERSION } from '../version';
import { enter } from './enter';

export interface HealthParts {
  readonly lifecycle: Lifecycle;
  readonly fleet: Fleet;
  readonly checks: HealthChecksConfig;
  readonly deepCheck: DeepCheck;
  readonly background: BackgroundChecks;
  readonly clock: Clock;
  readonly authenticator: Authenticator;
  /** Why this replica should get no requests yet; null: it may. */
  readonly unready: () => string | null;
  /** `away`: an operator sends this region's traffic elsewhere. */
  readonly regionState: () => RegionState;
  readonly drainAccess: DrainAccess;
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

  /** What DNS and global load balancers ask. Other replicas of a region that is sent away may be asked instead; all say so. */
  readonly region = ({ reply }: GatewayRequest): void => {
    if (this.parts.regionState() === 'away')
      reply.sendJson(503, JSON.stringify({ status: 'away' }));
    else this.sendTraffic(reply, {});
  };

  /**
   * Every deployment with its health: what the background checks found last, or, without them, what an answer of each
   * deployment says now.
   */
  readonly deep = async (request: GatewayRequest): Promise<void> => {
    const { reply, query } = request;
    await enter(this.parts.authenticator, request, 'operate');
    const wanted = selectWanted(query);
    const report = this.parts.background.latest ?? (await this.check(wanted));
    reply.sendJson(200, JSON.stringify(this.render(report, wanted)));
  };

  /** What is known already; asks no provider. */
  readonly latest = async (request: GatewayRequest): Promise<void> => {
    const { reply, query } = request;
    await enter(this.parts.authenticator, request, 'operate');
    const report = this.parts.background.latest;
    const health = report === null ? null : this.render(report, selectWanted(query));
    const checkedAt = report === null ? null : new Date(report.checkedAtMs).toISOString();
    reply.sendJson(200, JSON.stringify({ checked_at: checkedAt, ...health }));
  };

  readonly sharedStatus = async (request: GatewayRequest): Promise<void> => {
    const { reply } = request;
    await enter(this.parts.authenticator, request, 'operate');
    const { checks, background, clock } = this.parts;
    const report = background.latest;
    const ageMs = report === null ? null : clock.wallMs() - report.checkedAtMs;
    reply.sendJson(
      200,
      JSON.stringify({
        shared_health_check_enabled: checks.background === 'shared',
        cache_available: report !== null,
        cache_age_seconds: ageMs === null ? null : Math.round(ageMs / 1000),
        last_checked_by: report?.checkedBy ?? null,
      }),
    );
  };

  /**
   * Takes this replica out of service, and answers when nothing is in flight any more: whoever is about to stop it waits just
   * as long as it must.
   */
  readonly drain = async (request: GatewayRequest): Promise<void> => {
    await this.parts.drainAccess.refuseStranger(request);
    const { lifecycle, drainSeconds } = this.parts;
    lifecycle.startDrain();
    await lifecycle.waitUntilIdle(drainSeconds * 1000);
    this.sendDrainState(request);
  };

  /** Takes a drain back. */
  readonly endDrain = async (request: GatewayRequest): Promise<void> => {
    await this.parts.drainAccess.refuseStranger(request);
    if (this.parts.lifecycle.endDrain() === 'stopping') {
      throw new GatewayError(
        'gateway_draining',
        'this gateway is stopping, which cannot be taken back; another one has to be started',
      );
    }
    this.sendDrainState(request);
  };

  private sendDrainState({ reply }: GatewayRequest): void {
    const { draining, inFlightCount } = this.parts.lifecycle;
    const status = draining === 'no' ? 'serving' : inFlightCount === 0 ? 'drained' : 'draining';
    reply.sendJson(200, JSON.stringify({ status, in_flight_requests: inFlightCount }));
  }

  private async check(wanted: Wanted): Promise<HealthReport> {
    const { fleet, deepCheck, clock } = this.parts;
    const targets = [...fleet.targets.values()].filter(({ config }) => isWanted(config, wanted));
    const results =
      targets.length === fleet.targets.size
        ? await deepCheck.checkAll()
        : await deepCheck.check(targets);
    deepCheck.record(results);
    return { checkedAtMs: clock.wallMs(), checkedBy: 'this request', results };
  }

  private render(report: HealthReport, wanted: Wanted): Readonly<Record<string, unknown>> {
    const { fleet, checks } = this.parts;
    return renderHealth(report, {
      targets: [...fleet.targets.values()].filter(({ config }) => isWanted(config, wanted)),
      skipped: fleet.skipped.filter(({ config }) => isWanted(config, wanted)),
      details: checks.details,
    });
  }

  private sendTraffic(
    reply: GatewayRequest['reply'],
    details: Readonly<Record<string, string>>,
  ): void {
    const reason = this.parts.unready();
    if (this.parts.lifecycle.draining === 'yes') {
      reply.sendJson(503, JSON.stringify({ status: 'draining', ...details }));
    } else if (reason !== null) {
      reply.sendJson(503, JSON.stringify({ status: 'starting', reason, ...details }));
    } else {
      reply.sendJson(200, JSON.stringify({ status: 'healthy', ...details }));
    }
  }
}

interface Wanted {
  readonly model: string | null;
  readonly modelId: string | null;
}

function selectWanted(query: string): Wanted {
  const parameters = new URLSearchParams(query);
  return { model: parameters.get('model'), modelId: parameters.get('model_id') };
}

/** As in LiteLLM, `model` is the public name or the provider's. */
function isWanted(
  config: Pick<DeploymentConfig, 'id' | 'modelName' | 'litellmModel'>,
  { model, modelId }: Wanted,
): boolean {
  return (
    (model === null || config.modelName === model || config.litellmModel === model) &&
    (modelId === null || config.id === modelId)
  );
}
