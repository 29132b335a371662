import type { DeploymentConfig, GatewayConfig } from '../../lib/config/gateway-config';
import type { Clock } from '../ports';
import { prepareDeployments } from '../providers/prepare-deployments';
import type { SkippedDeployment } from '../providers/prepare-deployments';
import type { PreparedProvider, ProviderContext } from '../providers/provider';
import { selectBreakerState, selectDeploymentState, selectVerdict } from '../routing/breaker';
import type { BreakerState } from '../routing/breaker';
import {
  reduceAnswer,
  reduceCancelled,
  reduceCheck,
  reduceFailure,
  reduceProbeStart,
  reduceSuccess,
} from '../routing/cooldown';
import type { CheckContext } from '../routing/cooldown';
import { reduceForeignCooldown, reduceForeignCooldownStart } from '../routing/foreign-cooldown';
import type { ForeignCooldown } from '../routing/foreign-cooldown';
import type { Refusal } from '../routing/filters/filter';
import { isMostlyCoolingDown, isCoolingDown, UNTRIED } from '../routing/health';
import type { Health } from '../routing/health';
import type { CooldownContext } from '../routing/cooldown-rules';
import type { Failure } from '../routing/failure';
import { RetryBudget } from '../routing/retry-budget';
import { createRoutingTable } from '../routing/routing-table';
import type { RoutingTable } from '../routing/routing-table';
import type { DeploymentReport, Neighbours } from '../state/replica-report';
import { DeploymentMetrics } from '../telemetry/deployment-metrics';
import { LoadLedger } from './load-ledger';
import { NOBODY, readNeighbours } from './read-neighbours';
import { renderDeploymentReport } from './render-deployment-report';

/** A deployment that can be asked, with what belongs to it at run time. */
export interface Target {
  readonly config: DeploymentConfig;
  readonly provider: PreparedProvider;
  readonly metrics: DeploymentMetrics;
  /** How often it may be asked beyond the first attempts of calls. */
  readonly budget: RetryBudget;
}

/** All deployments and what is remembered of their health. The only mutable state of routing. */
export class Fleet {
  readonly targets: ReadonlyMap<string, Target>;
  readonly skipped: readonly SkippedDeployment[];
  readonly table: RoutingTable;
  readonly ledger: LoadLedger;
  /** What this replica has seen itself. */
  private readonly healthById = new Map<string, Health>();
  /** The same with the cooldowns of other replicas: what routing goes by. */
  private readonly sharedHealthById = new Map<string, Health>();
  private foreignCooldowns: ReadonlyMap<string, ForeignCooldown> = NOBODY.rests;

  constructor(
    private readonly config: GatewayConfig,
    context: ProviderContext,
    private readonly clock: Clock,
  ) {
    const targets = new Map<string, Target>();
    const { prepared, skipped } = prepareDeployments(config.deployments, context);
    for (const { config: deployment, provider } of prepared) {
      const metrics = new DeploymentMetrics(deployment, provider.apiBase);
      const budget = new RetryBudget();
      targets.set(deployment.id, { config: deployment, provider, metrics, budget });
    }
    this.targets = targets;
    this.skipped = skipped;
    this.table = createRoutingTable(
      [...targets.values()].map((target) => target.config),
      config.router,
      skipped.map((deployment) => deployment.config.modelName),
    );
    this.ledger = new LoadLedger(this.table.groups, config.router, clock);
  }

  get health(): ReadonlyMap<string, Health> {
    return this.sharedHealthById;
  }

  /** What this replica tells the others of each deployment that it has something to tell of. */
  get reports(): Readonly<Record<string, DeploymentReport>> {
    const { clock } = this;
    const now = { nowMs: clock.nowMs(), wallMs: clock.wallMs() };
    const entries = [...this.targets.keys()].flatMap((id) => {
      const seen = { health: this.healthById.get(id), load: this.ledger.ownLoads.get(id) };
      const report = renderDeploymentReport(seen, now);
      return report === null ? [] : [[id, report] as const];
    });
    return Object.fromEntries(entries);
  }

  /** Takes what the other replicas see in place of what they saw before. */
  adopt(neighbours: Pick<Neighbours, 'reports'>): void {
    const { clock, targets: deployments } = this;
    const { router } = this.config;
    const now = { nowMs: clock.nowMs(), wallMs: clock.wallMs() };
    const { loads, rests } = readNeighbours(neighbours, { deployments, router, ...now });
    this.ledger.adopt(loads);
    const before = this.foreignCooldowns;
    this.foreignCooldowns = rests;
    for (const id of new Set([...before.keys(), ...rests.keys()])) {
      const target = deployments.get(id);
      if (target === undefined) continue;
      const rest = rests.get(id);
      const health = this.ownHealthOf(target);
      const isNew = rest !== undefined && !isSameCooldown(before.get(id), rest, now.nowMs);
      this.remember(target, isNew ? reduceForeignCooldownStart(health, rest) : health);
    }
  }

  /** Why nobody serves a group of which no deployment is left. */
  refusalOf(group: string): Refusal {
    const reasons = this.skipped
      .filter(({ config }) => config.modelName === group)
      .map(({ reason }) => reason);
    return { reason: 'unusable', because: [...new Set(reasons)] };
  }

  stateOf(target: Target): ReturnType<typeof selectDeploymentState> {
    return selectDeploymentState(this.healthOf(target), this.clock.nowMs());
  }

  breakerOf(target: Target): BreakerState {
    return selectBreakerState(this.healthOf(target), this.clock.nowMs());
  }

  verdictOf(target: Target): 'healthy' | 'unhealthy' {
    return selectVerdict(this.healthOf(target), this.clock.nowMs());
  }

  credentialsOf(target: Target): Health['credentials'] {
    return this.healthOf(target).credentials;
  }

  /** Takes the result of a health check; null: the deployment is well. */
  recordCheck(target: Target, failure: Failure | null): void {
    const context = { ...this.cooldownContext(target), ...this.checkUse(target) };
    const before = this.ownHealthOf(target);
    const after = reduceCheck(before, failure, context);
    this.remember(target, after);
    if (failure !== null) this.recordCooldown(target, { before, after, failure });
  }

  /** Every attempt reports its start, and then one of success, failure and abandonment. */
  recordStart(target: Target): void {
    const { modelName } = target.config;
    const nowMs = this.clock.nowMs();
    const health = this.healthOf(target);
    if (isCoolingDown(health, nowMs)) target.metrics.recordForced();
    if (isMostlyCoolingDown(this.table.groups.get(modelName) ?? [], this.health, nowMs)) {
      target.metrics.recordPanic();
    }
    this.remember(target, reduceProbeStart(this.ownHealthOf(target), nowMs));
  }

  /** A stream has proved to be one; its success is recorded at its end. */
  recordFirstEvent(target: Target): void {
    this.remember(target, reduceAnswer(this.ownHealthOf(target), this.clock.nowMs()));
  }

  recordAbandonment(target: Target): void {
    this.remember(target, reduceCancelled(this.ownHealthOf(target)));
  }

  /** A failure that people may see and that the deployment is not to blame for. */
  recordImpatience(target: Target, failure: Failure): void {
    this.recordAbandonment(target);
    target.metrics.recordFailure(failure);
  }

  recordSuccess(target: Target): void {
    this.remember(target, reduceSuccess(this.ownHealthOf(target), this.cooldownContext(target)));
    target.metrics.recordSuccess();
  }

  recordFailure(target: Target, failure: Failure): void {
    const before = this.ownHealthOf(target);
    const after = reduceFailure(before, failure, this.cooldownContext(target));
    this.remember(target, after);
    target.metrics.recordFailure(failure);
    this.recordCooldown(target, { before, after, failure });
  }

  private recordCooldown(
    target: Target,
    {
      before,
      after,
      failure,
    }: { readonly before: Health; readonly after: Health; readonly failure: Failure },
  ): void {
    const nowMs = this.clock.nowMs();
    if (isCoolingDown(after, nowMs) && !isCoolingDown(before, nowMs)) {
      target.metrics.recordCooldown(failure);
    }
  }

  private remember({ config }: Target, health: Health): void {
    const { id } = config;
    // Most reports change nothing, and are on the path of every request.
    if (this.healthById.get(id) !== health) this.healthById.set(id, health);
    const shared = reduceForeignCooldown(health, this.foreignCooldowns.get(id) ?? null);
    if (this.sharedHealthById.get(id) !== shared) this.sharedHealthById.set(id, shared);
  }

  private healthOf({ config }: Target): Health {
    return this.sharedHealthById.get(config.id) ?? UNTRIED;
  }

  private ownHealthOf({ config }: Target): Health {
    return this.healthById.get(config.id) ?? UNTRIED;
  }

  private checkUse({ config }: Target): Pick<CheckContext, 'use' | 'stalenessMs'> {
    const { healthChecks } = this.config.general;
    const policies = [config.allowedFailsByException, this.config.router.allowedFailsByException];
    const counts = policies.some((policy) => Object.keys(policy).length > 0);
    const use = healthChecks.routing === 'off' ? 'inform' : counts ? 'count' : 'filter';
    return { use, stalenessMs: healthChecks.stalenessSeconds * 1000 };
  }

  private cooldownContext({ config }: Target): CooldownContext {
    return {
      nowMs: this.clock.nowMs(),
      groupSize: this.table.groups.get(config.modelName)?.length ?? 1,
      deployment: config,
      router: this.config.router,
    };
  }
}

/** Reported again and again, a cooldown ends a little sooner or later each time, by how long the report took. */
const TELLING_MS = 3_000;

function isSameCooldown(
  before: ForeignCooldown | undefined,
  rest: ForeignCooldown,
  nowMs: number,
): boolean {
  return (
    before !== undefined && before.untilMs > nowMs && rest.untilMs - before.untilMs < TELLING_MS
  );
}
