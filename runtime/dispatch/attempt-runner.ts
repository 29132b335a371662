import type { RouterConfig } from '../../lib/config/gateway-config';
import type { Ports } from '../ports';
import { selectBlame } from '../routing/failure';
import type { Refusal } from '../routing/filters/filter';
import type { UsageEvent } from '../providers/upstream-body';
import { selectSlots } from '../routing/filters/free-slots';
import { describeRefusal } from '../routing/describe-refusal';
import { isImpatience } from '../routing/impatience';
import type { Wait } from '../routing/impatience';
import { planLimits } from '../routing/plan-limits';
import { resolveProviderModel } from '../routing/resolve-model';
import type { KnownModel } from '../routing/resolve-model';
import { Attempt } from './attempt';
import type { AttemptResult } from './attempt';
import type { Call } from './call';
import type { Fleet, Target } from './fleet';
import { LoadMeter } from './load-meter';
import { Slots } from './slots';
import type { Slot } from './slots';
import { renderAnswerId, translateUpstream } from './translated-upstream';
import { UsageEvents } from './usage-events';

/** How the deployment is asked. */
interface Manner {
  readonly place: KnownModel | null;
  readonly usageEvent: UsageEvent;
}

/** Makes one attempt at one deployment, and tells everybody who keeps count of it. */
export class AttemptRunner {
  private readonly slots: Slots;
  private readonly usageEvents = new UsageEvents();

  constructor(
    private readonly fleet: Fleet,
    private readonly router: RouterConfig,
    private readonly ports: Ports,
  ) {
    this.slots = new Slots(ports.clock);
  }

  async run(call: Call, target: Target, place: KnownModel | null): Promise<AttemptResult> {
    const usageEvent = this.usageEvents.select(call, target);
    const result = await this.runOnce(call, target, { place, usageEvent });
    if (usageEvent === 'as-asked') return result;
    if (!this.usageEvents.isDoubtful(target, result)) {
      if (result.kind === 'streaming') this.usageEvents.record(target, 'supported');
      return result;
    }
    const plain = await this.runOnce(call, target, { place, usageEvent: 'as-asked' });
    // Refused with our field and taken without it: the field it was.
    if (plain.kind === 'streaming') this.usageEvents.record(target, 'unsupported');
    return plain;
  }

  private async runOnce(
    call: Call,
    target: Target,
    { place, usageEvent }: Manner,
  ): Promise<AttemptResult> {
    const slot = await this.takeSlot(call, target);
    if (slot === 'cancelled') return { kind: 'cancelled' };
    // A place that was never free says nothing about who would have answered.
    if (slot === 'too-late') return this.refuse(call, { reason: 'resting', waitMs: 1 });
    this.fleet.recordStart(target);
    const startedMs = this.ports.clock.nowMs();
    const { attempt, meter } = this.start(call, { target, place, slot, usageEvent });
    meter.watch(attempt.result);
    call.cancellation.listen(() => attempt.cancel());
    const result = await attempt.result;
    call.cancellation.listen(null);
    if (attempt.firstByteAfterMs !== null) {
      target.metrics.timeToFirstToken.observe(attempt.firstByteAfterMs / 1000);
    }
    // What our own field may have caused is held against nobody.
    if (usageEvent === 'added' && this.usageEvents.isDoubtful(target, result)) {
      this.fleet.recordAbandonment(target);
    } else this.record(call, target, { result, startedMs });
    return result;
  }

  refuse({ body }: Call, refusal: Refusal): AttemptResult {
    const { cooldownSeconds } = this.router;
    const failure = describeRefusal(refusal, { traits: body.traits, cooldownSeconds });
    return { kind: 'failed', failure };
  }

  /** Time until the call's own deadline; never 0, which would mean no bound to some. */
  remainingMs({ deadlineMs }: Call): number {
    return Math.max(1, deadlineMs - this.ports.clock.nowMs());
  }

  private start(
    call: Call,
    at: Manner & { readonly target: Target; readonly slot: Slot },
  ): { readonly attempt: Attempt; readonly meter: LoadMeter } {
    const { config, provider } = at.target;
    const model = resolveProviderModel(config, at.place?.wildcard ?? null);
    const meter = new LoadMeter({
      upstream: translateUpstream(this.ports.upstream, provider, () => ({
        delivery: call.body.delivery,
        providerModel: model,
        usageEvent: call.body.usageEvent === 'asked' ? 'asked' : at.usageEvent,
        createdSeconds: Math.floor(this.ports.clock.wallMs() / 1000),
        id: renderAnswerId(this.ports.random),
      })),
      clock: this.ports.clock,
      ledger: this.fleet.ledger,
      sent: {
        deployment: config,
        delivery: call.body.delivery,
        promptTokens: call.body.traits.promptTokens,
      },
      request: { body: call.body, model },
      onOver: () => at.slot.release(),
    });
    call.bill.add(meter);
    const attempt = new Attempt(meter, this.ports.clock, {
      delivery: call.body.delivery,
      request: provider.toUpstream(call.body, model, at.usageEvent),
      limits: planLimits({
        delivery: call.body.delivery,
        deployment: config,
        router: this.router,
        requestedTimeoutSeconds: call.requestedTimeoutSeconds,
        remainingMs: this.remainingMs(call),
      }),
      secrets: provider.undisclosed,
      meter: meter.usageMeter,
      memory: this.ports.memory,
      usageEvent:
        at.usageEvent === 'added' && call.body.usageEvent !== 'asked' ? 'hidden' : 'shown',
    });
    return { attempt, meter };
  }

  private record(
    call: Call,
    target: Target,
    { result, startedMs }: { readonly result: AttemptResult; readonly startedMs: number },
  ): void {
    switch (result.kind) {
      case 'complete':
        target.budget.recordAnswer();
        this.fleet.recordSuccess(target);
        return;
      case 'streaming':
        target.budget.recordAnswer();
        this.fleet.recordFirstEvent(target);
        return;
      case 'failed':
        if (isImpatience(result.failure, this.planWait(call, target, startedMs))) {
          this.fleet.recordImpatience(target, result.failure);
        } else {
          if (selectBlame(result.failure.kind) !== 'caller') target.budget.recordFailure();
          this.fleet.recordFailure(target, result.failure);
        }
        return;
      case 'cancelled':
        this.fleet.recordAbandonment(target);
    }
  }

  /** What the deployment had, and what it would have had from a client that asks for no timeout. */
  private planWait({ body }: Call, { config }: Target, startedMs: number): Wait {
    const { firstByteMs } = planLimits({
      delivery: body.delivery,
      deployment: config,
      router: this.router,
      requestedTimeoutSeconds: null,
      remainingMs: Infinity,
    });
    return { waitedMs: this.ports.clock.nowMs() - startedMs, configuredMs: firstByteMs };
  }

  /** Waits for a place at the deployment, where it bounds them. */
  private async takeSlot(call: Call, { config }: Target): Promise<Slot | 'too-late' | 'cancelled'> {
    const { deadlineMs, cancellation, body } = call;
    const slot = this.slots.take(config.id, selectSlots(config, this.router));
    if (slot !== null) return slot;
    const priority = body.traits.priority ?? this.router.defaultPriority;
    return this.slots.wait(config.id, { priority, deadlineMs, cancellation });
  }
}
