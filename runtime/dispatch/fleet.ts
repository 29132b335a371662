import type { DeploymentConfig, GatewayConfig } from '../../lib/config/gateway-config';
import type { Clock } from '../ports';
import { isUnspeakable } from '../providers/provider';
import type { ProviderDefaults, Speaker } from '../providers/provider';
import { PROVIDERS } from '../providers/providers';
import {
  isResting,
  reduceFailure,
  reduceProbe,
  reduceSuccess,
  selectDeploymentState,
  UNTRIED,
} from '../routing/cooldown';
import type { CooldownContext, Health } from '../routing/cooldown';
import type { Failure } from '../routing/failure';
import { createRoutingTable } from '../routing/routing-table';
import type { RoutingTable } from '../routing/routing-table';
import { DeploymentMetrics } from '../telemetry/deployment-metrics';

/** A deployment that can be spoken to, with what belongs to it at run time. */
export interface Target {
  readonly config: DeploymentConfig;
  readonly speaker: Speaker;
  readonly metrics: DeploymentMetrics;
}

/** A deployment of the configuration that gets no requests, and why. */
export interface Unspoken {
  readonly config: DeploymentConfig;
  readonly reason: string;
}

/** All deployments and what is remembered of their health. The only mutable state of routing. */
export class Fleet {
  readonly targets: ReadonlyMap<string, Target>;
  readonly unspoken: readonly Unspoken[];
  readonly table: RoutingTable;
  private readonly healthById = new Map<string, Health>();

  constructor(
    private readonly config: GatewayConfig,
    defaults: ProviderDefaults,
    private readonly clock: Clock,
  ) {
    const targets = new Map<string, Target>();
    const unspoken: Unspoken[] = [];
    for (const deployment of config.deployments) {
      const provider = PROVIDERS.get(deployment.provider);
      const speaker = provider?.prepare(deployment, defaults) ?? {
        reason: `provider ${deployment.provider} is not spoken by this gateway`,
      };
      if (isUnspeakable(speaker)) {
        unspoken.push({ config: deployment, reason: speaker.reason });
      } else {
        const metrics = new DeploymentMetrics(deployment, speaker.apiBase);
        targets.set(deployment.id, { config: deployment, speaker, metrics });
      }
    }
    this.targets = targets;
    this.unspoken = unspoken;
    this.table = createRoutingTable(
      [...targets.values()].map((target) => target.config),
      config.router,
      unspoken.map((deployment) => deployment.config.modelName),
    );
  }

  get health(): ReadonlyMap<string, Health> {
    return this.healthById;
  }

  stateOf(target: Target): ReturnType<typeof selectDeploymentState> {
    const health = this.healthById.get(target.config.id) ?? UNTRIED;
    return selectDeploymentState(health, this.clock.nowMs());
  }

  recordProbe(target: Target, result: 'success' | 'failure'): void {
    const { id } = target.config;
    this.healthById.set(id, reduceProbe(this.healthById.get(id) ?? UNTRIED, result));
  }

  recordSuccess(target: Target): void {
    const { id } = target.config;
    const health = this.healthById.get(id) ?? UNTRIED;
    this.healthById.set(id, reduceSuccess(health, this.cooldownContext(target)));
    target.metrics.recordSuccess();
  }

  recordFailure(target: Target, failure: Failure): void {
    const { id } = target.config;
    const context = this.cooldownContext(target);
    const before = this.healthById.get(id) ?? UNTRIED;
    const after = reduceFailure(before, failure, context);
    this.healthById.set(id, after);
    target.metrics.recordFailure(failure);
    if (isResting(after, context.nowMs) && !isResting(before, context.nowMs)) {
      target.metrics.recordCooldown(failure);
    }
  }

  private cooldownContext({ config }: Target): CooldownContext {
    return {
      nowMs: this.clock.nowMs(),
      groupSize: this.table.groups.get(config.modelName)?.length ?? 1,
      deploymentCooldownSeconds: config.cooldownSeconds,
      router: this.config.router,
    };
  }
}
