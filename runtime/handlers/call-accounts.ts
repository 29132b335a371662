import type { RouterConfig } from '../../lib/config/gateway-config';
import type { StandingBudgets } from '../../lib/config/guards-config';
import type { Caller } from '../auth/caller';
import type { Call } from '../dispatch/call';
import { joinEstimates, sumMicroDollars } from '../dispatch/call-bill';
import type { Estimated, PricedCharge } from '../dispatch/call-bill';
import type { CallTrail } from '../dispatch/dispatcher';
import type { LedgerWriter, Spend } from '../ledger/ledger-entry';
import type { Limits, Reservation } from '../limits/limits';
import { hasStandingBudget } from '../limits/plan-standing-budgets';
import type { CallOutline, Candidate } from '../limits/plan-demand';
import type { Clock } from '../ports';
import { renderFallbackBody } from '../providers/client-body';
import type { ClientBody } from '../providers/client-body';
import type { Usage } from '../providers/usage';
import { resolveKnownModel, resolveProviderModel } from '../routing/resolve-model';
import type { KnownModel } from '../routing/resolve-model';
import type { RoutingTable } from '../routing/routing-table';

export interface CallAccountsParts {
  readonly limits: Pick<Limits, 'begin'>;
  /** Null: nobody keeps books. */
  readonly ledger: Pick<LedgerWriter, 'record'> | null;
  /** Budgets that bind callers who have no limits of their own, too. */
  readonly standing: StandingBudgets;
  readonly router: RouterConfig;
  readonly table: RoutingTable;
  readonly clock: Clock;
}

/** How a call ended, as far as it costs something. */
export interface CallEnding {
  /** `success`, or the code of the error. */
  readonly outcome: string;
  /** Null: it never came to the choice of a deployment. */
  readonly trail: CallTrail | null;
  /** Null: nothing was used. */
  readonly usage: Usage | null;
  readonly cacheHit: boolean;
}

export interface CallOwner {
  readonly caller: Caller;
  readonly call: Call;
  readonly route: string;
}

/** What a call came to, all of its attempts together. */
export interface CallCost {
  /** Unit: millionths of a US dollar. */
  readonly microDollars: number;
  readonly estimated: Estimated;
  /** Attempts at models whose price nobody knows. */
  readonly unpriced: number;
}

const NOTHING: CallCost = { microDollars: 0, estimated: 'none', unpriced: 0 };

const UNLIMITED: Reservation = {
  completionCapTokens: null,
  unpriced: 'free',
  headers: [],
  settle: () => undefined,
  release: () => undefined,
};

/** Holds calls to the limits of whoever makes them, and writes down what they cost. */
export class CallAccounts {
  constructor(private readonly parts: CallAccountsParts) {}

  /** Throws, or rejects, where a limit is reached. */
  open({ caller, call }: CallOwner, model: KnownModel): Reservation | Promise<Reservation> {
    const { limits, standing } = this.parts;
    const endUser = selectEndUser(caller, call);
    if (caller.kind !== 'key' && !hasStandingBudget(standing, endUser)) return UNLIMITED;
    return limits.begin(caller, {
      group: model.group,
      endUser,
      ...selectDearest(selectBodies(call.body)),
      candidates: () => this.selectCandidates(call, model),
    });
  }

  /** To be called once for each reservation that came to an end. Each attempt that somebody bills is an entry of its own. */
  close(owner: CallOwner, reservation: Reservation, ending: CallEnding): CallCost {
    const { trail, usage, cacheHit } = ending;
    if ((trail?.attempts ?? 0) === 0 && !cacheHit) {
      reservation.release();
      return NOTHING;
    }
    const charges = owner.call.bill.settle(reservation.unpriced);
    const target = trail?.target?.config ?? null;
    const last = charges.findLast(({ charge }) => charge.deployment.id === target?.id) ?? null;
    const others = charges.filter((charge) => charge !== last);
    // First the books, then the limits that go by them.
    for (const other of others) this.recordOther(owner, other);
    const used = cacheHit ? usage : (last?.charge.usage ?? null);
    this.parts.ledger?.record({
      group: trail?.group ?? owner.call.body.model,
      deploymentId: target?.id ?? null,
      litellmModel: target?.litellmModel ?? null,
      provider: target?.provider ?? null,
      promptTokens: used?.promptTokens ?? 0,
      completionTokens: used?.completionTokens ?? 0,
      microDollars: last?.microDollars ?? 0,
      estimated: last?.estimated ?? 'none',
      outcome: ending.outcome,
      cacheHit,
      // Last: to add a member after a spread costs a microsecond each.
      ...this.describeOwner(owner, trail?.answeredMs ?? null),
    });
    const microDollars = sumMicroDollars(charges);
    reservation.settle({
      promptTokens: sumTokens(others, used, 'promptTokens'),
      completionTokens: sumTokens(others, used, 'completionTokens'),
      microDollars,
    });
    return {
      microDollars,
      estimated: joinEstimates(charges.map(({ estimated }) => estimated)),
      unpriced: charges.filter(({ price }) => price === 'unknown').length,
    };
  }

  /** An attempt that was not the one that counts: it failed after it had cost something, or lost a race. */
  private recordOther(owner: CallOwner, other: PricedCharge): void {
    const { deployment, usage, failure, sentAtMs } = other.charge;
    this.parts.ledger?.record({
      ...this.describeOwner(owner, null),
      group: deployment.modelName,
      deploymentId: deployment.id,
      litellmModel: deployment.litellmModel,
      provider: deployment.provider,
      promptTokens: usage.promptTokens,
      completionTokens: usage.completionTokens,
      microDollars: other.microDollars,
      estimated: other.estimated,
      outcome: failure ?? 'attempt_abandoned',
      cacheHit: false,
      startedAtMs: Math.round(sentAtMs),
    });
  }

  private describeOwner(
    { caller, call, route }: CallOwner,
    answeredMs: number | null,
  ): Pick<
    Spend,
    | 'callId'
    | 'keyId'
    | 'userId'
    | 'teamId'
    | 'organizationId'
    | 'endUser'
    | 'route'
    | 'model'
    | 'startedAtMs'
    | 'firstByteAtMs'
    | 'endedAtMs'
    | 'tags'
    | 'sessionId'
  > {
    const { clock } = this.parts;
    const [wallMs, nowMs] = [clock.wallMs(), clock.nowMs()];
    const toWallMs = (momentMs: number): number => Math.round(wallMs - (nowMs - momentMs));
    const key = caller.kind === 'key' ? caller.key : null;
    const { traits, model } = call.body;
    return {
      callId: call.id,
      keyId: key?.accountId ?? null,
      userId: key?.userId ?? null,
      teamId: key?.teamId ?? null,
      organizationId: key?.organizationId ?? null,
      endUser: selectEndUser(caller, call),
      route,
      model,
      startedAtMs: toWallMs(call.startedMs),
      firstByteAtMs: answeredMs === null ? null : toWallMs(answeredMs),
      endedAtMs: Math.round(wallMs),
      tags: key === null ? traits.tags : [...key.tags, ...traits.tags],
      sessionId: traits.session,
    };
  }

  /** All that the call may come to: what is set aside for it has to do for the dearest. */
  private selectCandidates({ body }: Call, model: KnownModel): readonly Candidate[] {
    const { router, table } = this.parts;
    const { fallbacks, contextWindowFallbacks, contentPolicyFallbacks, defaultFallbacks } = router;
    const groups = new Set([
      ...body.fallbacks.map((fallback) => fallback.model),
      ...(fallbacks[model.group] ?? []),
      ...(contextWindowFallbacks[model.group] ?? []),
      ...(contentPolicyFallbacks[model.group] ?? []),
      ...defaultFallbacks,
    ]);
    const known = [...groups].flatMap((group) => resolveKnownModel(group, table) ?? []);
    return [model, ...known].flatMap(({ deployments, wildcard }) =>
      deployments.map((deployment) => ({
        deployment,
        model: resolveProviderModel(deployment, wildcard),
      })),
    );
  }
}

/** A token that names a customer speaks for no other. */
function selectEndUser(caller: Caller, call: Call): string | null {
  const bound = caller.kind === 'key' ? (caller.endUser ?? null) : null;
  return bound ?? call.body.traits.user;
}

/** What may be sent to a provider in the client's name: its own fallbacks may change any field of the request. */
function selectBodies(body: ClientBody): readonly ClientBody[] {
  const changed = body.fallbacks.flatMap(({ params }) =>
    params === null ? [] : [renderFallbackBody(body, params)],
  );
  return [body, ...changed];
}

/** What is set aside has to do for each of them; one without a bound makes all unbounded. */
function selectDearest(
  bodies: readonly ClientBody[],
): Pick<CallOutline, 'promptTokens' | 'bodyBytes' | 'maxCompletionTokens' | 'choices'> {
  const bounds = bodies.map(({ maxCompletionTokens }) => maxCompletionTokens ?? Infinity);
  const bound = Math.max(...bounds);
  return {
    promptTokens: Math.max(...bodies.map(({ traits }) => traits.promptTokens)),
    bodyBytes: Math.max(...bodies.map(({ bytes }) => bytes.length)),
    maxCompletionTokens: bound === Infinity ? null : bound,
    choices: Math.max(...bodies.map(({ choices }) => choices)),
  };
}

function sumTokens(
  charges: readonly PricedCharge[],
  used: Usage | null,
  field: keyof Usage,
): number {
  return charges.reduce((sum, { charge }) => sum + charge.usage[field], used?.[field] ?? 0);
}
