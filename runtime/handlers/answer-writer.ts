import type { UnpricedRule } from '../../lib/prices';
import type { Call } from '../dispatch/call';
import { joinEstimates, sumMicroDollars } from '../dispatch/call-bill';
import type { Answer, CallTrail } from '../dispatch/dispatcher';
import type { Fleet } from '../dispatch/fleet';
import { StreamRelay } from '../dispatch/stream-relay';
import type { StreamOutlet } from '../dispatch/stream-relay';
import { GatewayError } from '../errors';
import { BurstWriter } from '../http/burst-writer';
import type { GatewayRequest } from '../http/gateway-request';
import { UnsentBytes } from '../http/unsent-bytes';
import type { Reservation } from '../limits/limits';
import { convertToDollars } from '../limits/money';
import type { Clock, Memory, UpstreamHeaders } from '../ports';
import { renderSpliced, selectTopLevelString } from '../providers/json-span';
import { StreamModel } from '../providers/stream-model';
import type { Usage } from '../providers/usage';
import { selectRedactor } from '../redact';
import { StreamRedactor } from '../redact-stream';
import type { Failure } from '../routing/failure';
import type { KnownModel } from '../routing/resolve-model';
import type { CachedAnswer } from '../state/cached-answer';
import type { RequestStatus } from '../telemetry/request-metrics';
import { renderForwardedHeaders } from '../upstream/forwarded-headers';
import { renderAnswerHeaders } from './answer-headers';
import type { Audience } from './answer-headers';
import type { AnswerDesk, AnswerUse } from './answer-desk';

/** How a request ended, for metrics, log and ledger. */
export interface Ending {
  readonly status: RequestStatus;
  readonly httpStatus: number;
  readonly trail: CallTrail | null;
  readonly usage: Usage | null;
  readonly cacheHit: boolean;
}

/** What goes with an answer that a provider gave. */
export interface GivenAnswer {
  readonly answer: Answer;
  readonly reservation: Reservation;
  /** Null: the answer is for this call alone. */
  readonly use: AnswerUse | null;
  readonly desk: AnswerDesk | null;
  readonly audience: Audience;
}

/** What answers may take. */
export interface AnswerBounds {
  readonly memory: Pick<Memory, 'hold' | 'release'>;
  /** Of an answer that is one document; null: any. */
  readonly mostBytes: number | null;
}

/** Writes answers and failures to clients, in the protocol that each asked for. */
export class AnswerWriter {
  constructor(
    private readonly fleet: Fleet,
    private readonly clock: Clock,
    private readonly bounds: AnswerBounds,
  ) {}

  answer(request: GatewayRequest, call: Call, given: GivenAnswer): Ending | Promise<Ending> {
    const { reply } = request;
    const { answer, reservation } = given;
    const { trail } = answer;
    const nowMs = this.clock.nowMs();
    const headers = renderAnswerHeaders(call, trail, { nowMs, audience: given.audience });
    headers.push(...reservation.headers);
    if (trail.target !== null) {
      headers.push('x-litellm-ha-deployment-state', this.fleet.breakerOf(trail.target));
    }
    switch (answer.kind) {
      case 'complete': {
        const { usage } = answer;
        const tooLarge = this.refuseLarge(answer.body);
        headers.push(...renderCost(call, reservation.unpriced));
        if (tooLarge !== null) {
          reply.sendError(tooLarge, headers);
          return end(tooLarge.code, tooLarge.status, { trail, usage });
        }
        const body = selectRedactor(secretsOf(trail)).bytes(answer.body);
        headers.push(...renderProviderHeaders(given, answer));
        reply.sendJson(200, renderClientModel(body, call.body.model), headers);
        this.keep(given, { kind: 'json', body, usage });
        return end('success', 200, { trail, usage });
      }
      case 'streaming':
        reply.startStream([...headers, ...renderProviderHeaders(given, answer)]);
        return this.relay(request, call, { ...given, answer });
      case 'failed': {
        const error = describeFailure(answer.failure);
        headers.push(...renderCost(call, reservation.unpriced));
        reply.sendError(error, headers);
        return end(error.code, error.status, { trail, usage: null });
      }
      case 'cancelled': {
        const error = describeCancellation(call);
        if (error.code === 'gateway_draining') reply.sendError(error, headers);
        return end(error.code, error.status, { trail, usage: null });
      }
    }
  }

  /** Gives an answer again, as if the provider had. It costs nothing. */
  answerKept(
    { reply }: GatewayRequest,
    call: Call,
    parts: {
      readonly kept: CachedAnswer;
      readonly use: AnswerUse;
      readonly reservation: Reservation;
      readonly model: KnownModel;
    },
  ): Ending {
    const { kept, use, reservation, model } = parts;
    const { promptTokens, completionTokens } = kept;
    const trail: CallTrail = {
      target: null,
      attempts: 0,
      group: model.group,
      retries: 0,
      mostRetries: 0,
      fallbacks: 0,
      upstreamMs: 0,
      answeredMs: null,
    };
    const headers = [
      // Of a kept answer nobody was asked, so there is no address to tell.
      ...renderAnswerHeaders(call, trail, { nowMs: this.clock.nowMs(), audience: 'client' }),
      ...reservation.headers,
      'x-litellm-cache-key',
      use.key,
      'x-litellm-response-cost',
      '0',
    ];
    const usage = { promptTokens, completionTokens };
    const tooLarge = kept.kind === 'json' ? this.refuseLarge(kept.body) : null;
    if (tooLarge !== null) {
      reply.sendError(tooLarge, headers);
      return { ...end(tooLarge.code, tooLarge.status, { trail, usage }), cacheHit: true };
    }
    if (kept.kind === 'json') {
      reply.sendJson(200, renderClientModel(kept.body, call.body.model), headers);
    } else {
      reply.startStream(headers);
      reply.response.end(new StreamModel(call.body.model).render(kept.body));
    }
    return { ...end('success', 200, { trail, usage }), cacheHit: true };
  }

  private async relay(
    { reply }: GatewayRequest,
    call: Call,
    given: GivenAnswer & { readonly answer: Extract<Answer, { readonly kind: 'streaming' }> },
  ): Promise<Ending> {
    const { response } = reply;
    const { stream, trail } = given.answer;
    const { target } = trail;
    const writer = new BurstWriter(response);
    const collector = given.use?.collector ?? null;
    const unsent = new UnsentBytes(this.bounds.memory);
    const redactor = new StreamRedactor(selectRedactor(secretsOf(trail)));
    const show = (bytes: Buffer): boolean => {
      collector?.add(bytes);
      if (writer.write(bytes)) return true;
      unsent.update(response.writableLength);
      return false;
    };
    const outlet: StreamOutlet = {
      write: (chunk) => show(redactor.strike(chunk)),
      onDrain: (listener) => response.on('drain', listener),
    };
    const relay = new StreamRelay(stream, outlet, {
      secrets: target?.provider.undisclosed ?? [],
      model: call.body.model,
    });
    call.cancellation.listen(() => relay.cancel());
    const result = await relay.result;
    call.cancellation.listen(null);
    const heldBack = redactor.finish();
    if (heldBack.length > 0) show(heldBack);
    writer.flush();
    unsent.update(0);
    const { usage } = result;
    switch (result.kind) {
      case 'finished': {
        if (target !== null) this.fleet.recordSuccess(target);
        response.end();
        const body = collector?.finish() ?? null;
        if (body !== null) this.keep(given, { kind: 'stream', body, usage });
        return end('success', 200, { trail, usage });
      }
      case 'cut': {
        if (target !== null) this.fleet.recordFailure(target, result.failure);
        const error = describeFailure(result.failure);
        reply.endStreamWithError(error);
        return end(error.code, 200, { trail, usage });
      }
      case 'client-too-slow':
        response.destroy();
        return end('client_too_slow', 200, { trail, usage });
      case 'cancelled': {
        const error = describeCancellation(call);
        if (error.code === 'gateway_draining') reply.endStreamWithError(error);
        return end(error.code, 200, { trail, usage });
      }
    }
  }

  /** The provider has made it, and is paid for it; the client does not get it. LiteLLM's words. */
  private refuseLarge(body: Buffer): GatewayError | null {
    if (this.bounds.mostBytes === null || body.length <= this.bounds.mostBytes) return null;
    const [size, most] = [body.length, this.bounds.mostBytes].map((bytes) => bytes / BYTES_PER_MB);
    return new GatewayError(
      'response_too_large',
      `Response size is too large. Response size is ${size} MB. Max size is ${most} MB`,
    );
  }

  private keep(
    { use, desk, answer }: GivenAnswer,
    whole: Pick<CachedAnswer, 'kind' | 'body'> & { readonly usage: Usage },
  ): void {
    if (use === null || desk === null) return;
    desk.write(use, { ...whole, deploymentId: answer.trail.target?.config.id ?? '' });
  }
}

const BYTES_PER_MB = 1024 * 1024;

function end(
  status: RequestStatus,
  httpStatus: number,
  { trail, usage }: { readonly trail: CallTrail; readonly usage: Usage | null },
): Ending {
  return { status, httpStatus, trail, usage, cacheHit: false };
}

const NO_SECRETS: readonly string[] = [];

function secretsOf({ target }: CallTrail): readonly string[] {
  return target?.provider.secrets ?? NO_SECRETS;
}

function renderProviderHeaders(
  { answer: { trail }, reservation }: GivenAnswer,
  { headers }: { readonly headers: UpstreamHeaders },
): readonly string[] {
  return renderForwardedHeaders(headers, {
    redactor: selectRedactor(trail.target?.provider.undisclosed ?? NO_SECRETS),
    ownLimits: reservation.headers.some(isLimit) ? 'told' : 'none',
  });
}

function isLimit(name: string): boolean {
  return name.startsWith('x-ratelimit-');
}

/** LiteLLM's, in US dollars, and which part of it is a guess. Of a stream it is known too late for a header. */
function renderCost({ bill }: Call, rule: UnpricedRule): readonly string[] {
  const charges = bill.settle(rule);
  const dollars = convertToDollars(sumMicroDollars(charges));
  if (dollars === 0) return [];
  const estimated = joinEstimates(charges.map((charge) => charge.estimated));
  return [
    'x-litellm-response-cost',
    String(dollars),
    ...(estimated === 'none' ? [] : ['x-litellm-ha-cost-estimated', estimated]),
  ];
}

/** Answers carry the client's name of the model: what stands behind it is the administrator's business. */
function renderClientModel(body: Buffer, model: string): Buffer {
  const span = selectTopLevelString(body, 'model');
  return span === null ? body : renderSpliced(body, span, model);
}

function describeFailure(failure: Failure): GatewayError {
  const retryAfterSeconds =
    failure.retryAfterMs === null ? undefined : Math.ceil(failure.retryAfterMs / 1000);
  const { type, param, code } = failure.words ?? {};
  return new GatewayError(failure.kind, failure.message, {
    status: failure.status,
    retryAfterSeconds,
    type: type ?? undefined,
    param: param ?? undefined,
    openaiCode: code ?? undefined,
  });
}

function describeCancellation(call: Call): GatewayError {
  return call.cancellation.reason === 'draining'
    ? new GatewayError('gateway_draining', 'this gateway is shutting down; send the request again')
    : new GatewayError('client_disconnected', 'the client closed the connection');
}
