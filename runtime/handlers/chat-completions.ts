import { randomUUID } from 'node:crypto';
import type { RouterConfig } from '../../lib/config/gateway-config';
import type { Admission, Admitted } from '../admission/admission';
import { HIGHEST_PRIORITY, parsePriority } from '../admission/priority';
import type { Authenticator } from '../auth/master-key';
import type { Call } from '../dispatch/call';
import type { Answer, CallTrail, Dispatcher } from '../dispatch/dispatcher';
import type { Fleet } from '../dispatch/fleet';
import { StreamRelay } from '../dispatch/stream-relay';
import type { StreamOutlet } from '../dispatch/stream-relay';
import { GatewayError } from '../errors';
import type { InFlight, Lifecycle } from '../health/lifecycle';
import { BurstWriter } from '../http/burst-writer';
import { readBody } from '../http/read-body';
import type { GatewayRequest } from '../http/gateway-request';
import type { Clock } from '../ports';
import { renderSpliced, selectTopLevelString } from '../providers/json-span';
import { parseUsage } from '../providers/usage';
import type { Usage } from '../providers/usage';
import type { Failure } from '../routing/failure';
import { resolveModel } from '../routing/resolve-model';
import type { AccessLog } from '../telemetry/access-log';
import type { RequestMetrics, RequestStatus } from '../telemetry/request-metrics';
import { renderForwardedHeaders } from '../upstream/forwarded-headers';
import { GATEWAY_VERSION } from '../version';
import { renderAnswerHeaders } from './answer-headers';
import { parseCall, parseCallId } from './parse-call';

export interface ChatCompletionsParts {
  readonly router: RouterConfig;
  readonly authenticator: Authenticator;
  readonly dispatcher: Dispatcher;
  readonly fleet: Fleet;
  readonly lifecycle: Lifecycle;
  readonly admission: Admission;
  readonly metrics: RequestMetrics;
  readonly log: AccessLog;
  readonly clock: Clock;
}

/** How a request ended, for metrics and log. */
interface Ending {
  readonly status: RequestStatus;
  readonly httpStatus: number;
  readonly trail: CallTrail | null;
  readonly usage: Usage | null;
}

/** Whose ending it was; a request that is refused early never becomes a call. */
interface Identity {
  readonly callId: string;
  readonly call: Call | null;
}

/** `POST /v1/chat/completions`, as one document or as a stream. */
export class ChatCompletions {
  constructor(private readonly parts: ChatCompletionsParts) {}

  readonly handle = async (request: GatewayRequest): Promise<void> => {
    const { metrics, lifecycle } = this.parts;
    const callId = parseCallId(request.incoming.headers['x-litellm-call-id']) ?? randomUUID();
    request.reply.annotate('x-litellm-call-id', callId);
    request.reply.annotate('x-litellm-version', GATEWAY_VERSION);
    metrics.inFlight += 1;
    let call: Call | null = null;
    let admitted: Admitted | null = null;
    const inFlight: InFlight = { terminate: () => call?.cancellation.cancel('draining') };
    lifecycle.begin(inFlight);
    try {
      const { router, admission } = this.parts;
      const priority = parsePriority(request.incoming.headers['x-litellm-priority']);
      // Only the body may still say how important it is; until then it is taken for the most important.
      admitted = admission.begin(priority ?? HIGHEST_PRIORITY);
      this.parts.authenticator.authenticate(request.incoming.headers);
      const bytes = await readBody(request.incoming);
      call = parseCall(bytes, {
        callId,
        headers: request.incoming.headers,
        pathModel: request.variable,
        router,
        startedMs: request.startedMs,
      });
      admitted.confirm(priority ?? call.body.traits.priority ?? router.defaultPriority);
      this.record(request, { callId, call, ...(await this.serve(request, call)) });
    } catch (error) {
      this.record(request, { callId, call, ...describeThrown(error) });
      throw error;
    } finally {
      admitted?.end();
      metrics.inFlight -= 1;
      lifecycle.end(inFlight);
    }
  };

  private async serve(request: GatewayRequest, call: Call): Promise<Ending> {
    const model = resolveModel(call.body.model, this.parts.fleet.table);
    if (model.kind === 'unknown') {
      throw new GatewayError(
        'model_not_found',
        `model ${JSON.stringify(call.body.model)} is not configured; GET /v1/models lists the models there are`,
        { param: 'model' },
      );
    }
    request.reply.response.on('close', () => call.cancellation.cancel('client-left'));
    return this.answer(request, call, await this.parts.dispatcher.dispatch(call, model));
  }

  private answer(request: GatewayRequest, call: Call, answer: Answer): Ending | Promise<Ending> {
    const { reply } = request;
    const { trail } = answer;
    const headers = renderAnswerHeaders(call, trail, this.parts.clock.nowMs());
    if (trail.target !== null) {
      headers.push('x-litellm-ha-deployment-state', this.parts.fleet.breakerOf(trail.target));
    }
    switch (answer.kind) {
      case 'complete':
        headers.push(...renderForwardedHeaders(answer.headers));
        reply.sendJson(200, renderClientModel(answer.body, call.body.model), headers);
        return { status: 'success', httpStatus: 200, trail, usage: parseUsage(answer.body) };
      case 'streaming':
        reply.startStream([...headers, ...renderForwardedHeaders(answer.headers)]);
        return this.relay(request, call, answer);
      case 'failed': {
        const error = describeFailure(answer.failure);
        reply.sendError(error, headers);
        return { status: error.code, httpStatus: error.status, trail, usage: null };
      }
      case 'cancelled': {
        const error = describeCancellation(call);
        if (error.code === 'gateway_draining') reply.sendError(error, headers);
        return { status: error.code, httpStatus: error.status, trail, usage: null };
      }
    }
  }

  private async relay(
    { reply }: GatewayRequest,
    call: Call,
    { stream, trail }: Extract<Answer, { readonly kind: 'streaming' }>,
  ): Promise<Ending> {
    const { response } = reply;
    const writer = new BurstWriter(response);
    const outlet: StreamOutlet = {
      write: (chunk) => writer.write(chunk),
      onDrain: (listener) => response.on('drain', listener),
    };
    const relay = new StreamRelay(stream, outlet, trail.target?.speaker.secrets);
    call.cancellation.listen(() => relay.cancel());
    const result = await relay.result;
    call.cancellation.listen(null);
    writer.flush();
    const { target } = trail;
    switch (result.kind) {
      case 'finished':
        if (target !== null) this.parts.fleet.recordSuccess(target);
        response.end();
        return { status: 'success', httpStatus: 200, trail, usage: result.usage };
      case 'cut': {
        if (target !== null) this.parts.fleet.recordFailure(target, result.failure);
        const error = describeFailure(result.failure);
        reply.endStreamWithError(error);
        return { status: error.code, httpStatus: 200, trail, usage: null };
      }
      case 'client-too-slow':
        response.destroy();
        return { status: 'client_too_slow', httpStatus: 200, trail, usage: null };
      case 'cancelled': {
        const error = describeCancellation(call);
        if (error.code === 'gateway_draining') reply.endStreamWithError(error);
        return { status: error.code, httpStatus: 200, trail, usage: null };
      }
    }
  }

  private record(request: GatewayRequest, ending: Ending & Identity): void {
    const { metrics, log, clock } = this.parts;
    const { callId, call, status, httpStatus, trail, usage } = ending;
    // The group, not the name asked for: the names of a wildcard are the client's to invent.
    const model = trail?.group ?? 'other';
    const durationMs = clock.nowMs() - request.startedMs;
    metrics.recordRequest(model, status, httpStatus);
    if (status === 'success') metrics.recordLatency(model, durationMs / 1000);
    if (usage !== null) metrics.recordUsage(model, usage);
    log.record({
      callId,
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

/** Answers carry the client's name of the model: what stands behind it is the administrator's business. */
function renderClientModel(body: Buffer, model: string): Buffer {
  const span = selectTopLevelString(body, 'model');
  return span === null ? body : renderSpliced(body, span, model);
}

function describeFailure(failure: Failure): GatewayError {
  const retryAfterSeconds =
    failure.retryAfterMs === null ? undefined : Math.ceil(failure.retryAfterMs / 1000);
  return new GatewayError(failure.kind, failure.message, {
    status: failure.status,
    retryAfterSeconds,
  });
}

function describeCancellation(call: Call): GatewayError {
  return call.cancellation.reason === 'draining'
    ? new GatewayError('gateway_draining', 'this gateway is shutting down; send the request again')
    : new GatewayError('client_disconnected', 'the client closed the connection');
}

function describeThrown(error: unknown): Ending {
  const known = error instanceof GatewayError ? error : null;
  return {
    status: known?.code ?? 'internal_error',
    httpStatus: known?.status ?? 500,
    trail: null,
    usage: null,
  };
}
