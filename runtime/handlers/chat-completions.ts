import { randomUUID } from 'node:crypto';
import type { RouterConfig } from '../../lib/config/gateway-config';
import type { GuardsConfig } from '../../lib/config/guards-config';
import type { Admission, Admitted } from '../admission/admission';
import { HIGHEST_PRIORITY, parsePriority } from '../admission/priority';
import { selectAccount } from '../auth/caller';
import type { Caller } from '../auth/caller';
import { chooseTeam } from '../auth/jwt/choose-team';
import type { Call } from '../dispatch/call';
import type { Dispatcher } from '../dispatch/dispatcher';
import type { Fleet } from '../dispatch/fleet';
import { GatewayError } from '../errors';
import type { InFlight, Lifecycle } from '../http/lifecycle';
import { readBody } from '../http/read-body';
import type { BodyLimits } from '../http/read-body';
import type { GatewayRequest } from '../http/gateway-request';
import type { Reservation } from '../limits/limits';
import type { Clock } from '../ports';
import { renderCappedBody } from '../providers/client-body';
import type { KnownModel } from '../routing/resolve-model';
import type { AccessLog } from '../telemetry/access-log';
import type { RequestMetrics } from '../telemetry/request-metrics';
import { GATEWAY_VERSION } from '../version';
import { admitCall, selectPriority } from './admit-call';
import type { AnswerWriter, Ending } from './answer-writer';
import type { CallAccounts, CallCost, CallOwner } from './call-accounts';
import type { ContentGuard } from './content-guard';
import { enterWithLateKey } from './enter';
import type { Door } from './enter';
import type { AnswerDesk } from './answer-desk';
import { selectPower } from '../management/powers';
import { parseCall, parseCallId } from './parse-call';
import type { ClientRules } from './parse-call';

export interface ChatCompletionsParts {
  readonly router: RouterConfig;
  readonly clients: ClientRules;
  readonly door: Door;
  readonly dispatcher: Dispatcher;
  readonly fleet: Fleet;
  readonly accounts: CallAccounts;
  readonly contentGuard: ContentGuard;
  readonly guards: Pick<GuardsConfig, 'keyHeader'>;
  readonly writer: AnswerWriter;
  /** Null: no answer is given twice. */
  readonly desk: AnswerDesk | null;
  readonly bodies: BodyLimits;
  readonly lifecycle: Lifecycle;
  readonly admission: Admission;
  readonly metrics: RequestMetrics;
  readonly log: AccessLog;
  readonly clock: Clock;
}

/** An ending with what it cost; null: it never came to that. */
interface CostlyEnding extends Ending {
  readonly cost: CallCost | null;
}

/** Whose ending it was; a request that is refused early never becomes a call. */
interface Identity {
  readonly callId: string;
  readonly caller: Caller | null;
  readonly call: Call | null;
}

/** `POST /v1/chat/completions`, as one document or as a stream. */
export class ChatCompletions {
  constructor(private readonly parts: ChatCompletionsParts) {}

  readonly handle = async (request: GatewayRequest): Promise<void> => {
    const { metrics, lifecycle, bodies } = this.parts;
    const callId = parseCallId(request.incoming.headers['x-litellm-call-id']) ?? randomUUID();
    request.reply.annotate('x-litellm-call-id', callId);
    request.reply.annotate('x-litellm-version', GATEWAY_VERSION);
    metrics.inFlight += 1;
    let caller: Caller | null = null;
    let call: Call | null = null;
    let admitted: Admitted | null = null;
    let account = '';
    let bodyBytes = 0;
    const inFlight: InFlight = { terminate: () => call?.cancellation.cancel('draining') };
    lifecycle.begin(inFlight);
    try {
      const { router, clients, admission, door, fleet, guards, contentGuard } = this.parts;
      const priority = parsePriority(request.incoming.headers['x-litellm-priority']);
      // Only the body may still say how important it is; until then it is taken for the most important.
      admitted = admission.begin(priority ?? HIGHEST_PRIORITY);
      const entered = enterWithLateKey(door, request, 'llm');
      caller = entered instanceof Promise ? await entered : entered;
      account = selectAccount(caller);
      const bytes = await readBody(request, account, bodies);
      bodyBytes = bytes.length;
      call = parseCall(bytes, {
        callId,
        headers: request.incoming.headers,
        pathModel: request.variable,
        router,
        clients,
        keyHeader: guards.keyHeader,
        startedMs: request.startedMs,
      });
      caller = chooseTeam(caller, call.body.model, fleet.table);
      contentGuard.refuse(caller, call);
      admitted.confirm(selectPriority(caller, priority ?? call.body.traits.priority, router));
      const ending = await this.serve(request, { caller, call, route: request.routeName });
      this.record(request, { callId, caller, call, ...ending });
    } catch (error) {
      this.record(request, { callId, caller, call, ...describeThrown(error) });
      throw error;
    } finally {
      if (bodyBytes > 0) bodies.memory.give(account, bodyBytes);
      admitted?.end();
      metrics.inFlight -= 1;
      lifecycle.end(inFlight);
    }
  };

  private async serve(request: GatewayRequest, asking: CallOwner): Promise<CostlyEnding> {
    const { fleet, accounts, desk, router } = this.parts;
    const { caller } = asking;
    const { model, call } = admitCall(asking.call, caller, { table: fleet.table, router });
    const owner = { ...asking, call };
    const opened = accounts.open(owner, model);
    // Most callers have no limits, and to wait for nothing costs a turn.
    const reservation = opened instanceof Promise ? await opened : opened;
    try {
      const use = desk?.plan(call, caller) ?? null;
      const kept = use === null ? null : await desk?.read(use);
      const ending =
        use !== null && kept !== null && kept !== undefined
          ? this.parts.writer.answerKept(request, call, { kept, use, reservation, model })
          : await this.dispatch(request, owner, { model, use, reservation });
      const cost = accounts.close(owner, reservation, { outcome: ending.status, ...ending });
      return { cost, ...ending };
    } finally {
      // To no effect where the call was closed.
      reservation.release();
    }
  }

  private async dispatch(
    request: GatewayRequest,
    { call, caller }: CallOwner,
    parts: {
      readonly model: KnownModel;
      readonly use: ReturnType<AnswerDesk['plan']>;
      readonly reservation: Reservation;
    },
  ): Promise<Ending> {
    const { dispatcher, writer, desk } = this.parts;
    const { model, use, reservation } = parts;
    const cap = reservation.completionCapTokens;
    const bounded = cap === null ? call : { ...call, body: renderCappedBody(call.body, cap) };
    const { response } = request.reply;
    // Whoever left while a limit or the cache was asked will not be heard again.
    if (response.destroyed) call.cancellation.cancel('client-left');
    else response.on('close', () => call.cancellation.cancel('client-left'));
    const answer = await dispatcher.dispatch(bounded, model);
    const audience = selectPower(caller).kind === 'administrator' ? 'administrator' : 'client';
    return writer.answer(request, bounded, { answer, reservation, use, desk, audience });
  }

  private record(request: GatewayRequest, ending: CostlyEnding & Identity): void {
    const { metrics, log, clock } = this.parts;
    const { callId, caller, call, status, httpStatus, trail, usage } = ending;
    // The group, not the name asked for: the names of a wildcard are the client's to invent.
    const model = trail?.group ?? 'other';
    const durationMs = clock.nowMs() - request.startedMs;
    metrics.recordRequest(model, status, httpStatus);
    if (status === 'success') metrics.recordLatency(model, durationMs / 1000);
    if (usage !== null) metrics.recordUsage(model, usage);
    if (ending.cost !== null) metrics.recordCost(model, ending.cost);
    log.record({
      callId,
      keyId: caller?.kind === 'key' ? caller.key.id : null,
      route: request.routeName,
      model: call?.body.model ?? null,
      modelId: trail?.target?.config.id ?? null,
      status: httpStatus,
      outcome: status,
      durationMs: Math.round(durationMs * 1000) / 1000,
      retries: trail?.retries ?? 0,
      fallbacks: trail?.fallbacks ?? 0,
      promptTokens: usage?.promptTokens ?? null,
      completionTokens: usage?.completionTokens ?? null,
    });
  }
}

function describeThrown(error: unknown): CostlyEnding {
  const known = error instanceof GatewayError ? error : null;
  return {
    status: known?.code ?? 'internal_error',
    httpStatus: known?.status ?? 500,
    trail: null,
    usage: null,
    cacheHit: false,
    cost: null,
  };
}
