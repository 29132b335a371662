import type { DeploymentConfig } from '../../lib/config/gateway-config';
import type { Clock } from '../ports';
import { isCoolingDown, UNTRIED, type Health } from '../routing/health';
import { selectShare } from '../routing/ramp';
import type { ExchangeEnding, RequestMark, UpstreamObserver } from './scripted-upstream';
import type { AttemptCause, Trace, TraceEvent } from './trace';

/** What is remembered of a call while it runs. */
interface CallProgress {
  attempts: number;
  group: string;
  /** Ids tried since the group was entered. */
  tried: readonly string[];
}

type Untimed<T> = T extends { readonly atMs: number } ? Omit<T, 'atMs'> : never;

export interface RecorderParts {
  readonly clock: Clock;
  readonly deployments: readonly DeploymentConfig[];
  /** The router's memory, read but never changed. */
  readonly health: () => ReadonlyMap<string, Health>;
  /** Whether the router knows a deployment to be failing, so that an extra attempt there is a probe. */
  readonly isFailing: (id: string) => boolean;
}

/** Writes down what happens, from outside: the gateway does not know that it is watched. */
export class TraceRecorder implements UpstreamObserver {
  private readonly events: TraceEvent[] = [];
  private readonly progress = new Map<number, CallProgress>();
  private readonly rest = new Map<string, Pick<Health, 'coolingUntilMs' | 'cooldownReason'>>();
  /** Outcomes whose effect on health was not looked at yet. */
  private unseen: readonly { readonly call: number; readonly deployment: string }[] = [];
  private readonly startedMs: number;
  private readonly groups = new Map<string, readonly DeploymentConfig[]>();

  constructor(private readonly parts: RecorderParts) {
    this.startedMs = parts.clock.nowMs();
    for (const deployment of parts.deployments) {
      const siblings = this.groups.get(deployment.modelName) ?? [];
      this.groups.set(deployment.modelName, [...siblings, deployment]);
    }
  }

  get trace(): Trace {
    return this.events;
  }

  record(event: Untimed<TraceEvent>): void {
    this.events.push({ atMs: this.elapsed(this.parts.clock.nowMs()), ...event });
  }

  /** Milliseconds since the start; thousandths are enough and keep the text short. */
  elapsed(nowMs: number): number {
    return Math.round((nowMs - this.startedMs) * 1000) / 1000;
  }

  /** The last attempt of a call so far. */
  lastAttempt(call: number): number {
    return this.progress.get(call)?.attempts ?? 0;
  }

  onSend({ call, deployment }: RequestMark): { readonly attempt: number } {
    const config = this.deployment(deployment);
    const before = this.progress.get(call);
    const tried = before?.group === config.modelName ? before.tried : [];
    const attempt = (before?.attempts ?? 0) + 1;
    const available = (this.groups.get(config.modelName) ?? []).filter(({ id }) => this.isOpen(id));
    const untried = available.filter(({ id }) => !tried.includes(id));
    this.record({
      call,
      kind: 'attempt',
      attempt,
      deployment: config.id,
      group: config.modelName,
      cause: selectCause(before, config.modelName),
      rests: this.rests(config.id) ? 'yes' : 'no',
      awakeInGroup: available.length,
      untriedAwake: untried.length,
      untriedPeers: untried.filter(
        ({ id, order }) => order === config.order && !this.parts.isFailing(id),
      ).length,
    });
    this.progress.set(call, {
      attempts: attempt,
      group: config.modelName,
      tried: [...tried, config.id],
    });
    return { attempt };
  }

  onEnd({ call, deployment }: RequestMark, attempt: number, ending: ExchangeEnding): void {
    const { id } = this.deployment(deployment);
    this.record({ call, kind: 'outcome', attempt, deployment: id, ...ending });
    this.unseen = [...this.unseen, { call, deployment: id }];
  }

  /** To be called once everything that an event set going has settled. */
  recordCooldowns(): void {
    if (this.unseen.length === 0) return;
    for (const { call, deployment } of this.unseen) {
      const { coolingUntilMs: coolingUntilMs, cooldownReason: cooldownReason } =
        this.healthOf(deployment);
      const known = this.rest.get(deployment) ?? UNTRIED;
      if (coolingUntilMs === known.coolingUntilMs && cooldownReason === known.cooldownReason)
        continue;
      this.rest.set(deployment, { coolingUntilMs: coolingUntilMs, cooldownReason: cooldownReason });
      const untilMs = this.elapsed(coolingUntilMs);
      this.record({ call, kind: 'rest', deployment, untilMs, reason: cooldownReason });
    }
    this.unseen = [];
  }

  private rests(id: string): boolean {
    return isCoolingDown(this.healthOf(id), this.parts.clock.nowMs());
  }

  /** Neither cooling down nor waiting for its one probe to return. */
  private isOpen(id: string): boolean {
    return selectShare(this.healthOf(id), this.parts.clock.nowMs()) > 0;
  }

  private healthOf(id: string): Health {
    return this.parts.health().get(id) ?? UNTRIED;
  }

  private deployment(index: number): DeploymentConfig {
    const deployment = this.parts.deployments[index];
    if (deployment === undefined) throw new Error(`there is no deployment number ${index}`);
    return deployment;
  }
}

function selectCause(before: CallProgress | undefined, group: string): AttemptCause {
  if (before === undefined) return 'first';
  return before.group === group ? 'retry' : 'fallback';
}
