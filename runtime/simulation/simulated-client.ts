import type { RouterConfig } from '../../lib/config/gateway-config';
import type { Call } from '../dispatch/call';
import { CallBill } from '../dispatch/call-bill';
import { Cancellation } from '../dispatch/cancellation';
import type { Answer, CallTrail } from '../dispatch/dispatcher';
import { StreamRelay } from '../dispatch/stream-relay';
import type { Clock } from '../ports';
import { parseClientBody } from '../providers/client-body';
import type { Usage } from '../providers/usage';
import { planDeadlineMs } from '../routing/plan-limits';
import { resolveModel } from '../routing/resolve-model';
import type { Arrival } from './plan-load';
import { renderCallMark, type SimulatedGateway } from './simulated-gateway';
import type { CallOutcome } from './trace';

export interface SimulatedClientParts {
  readonly gateway: SimulatedGateway;
  readonly clock: Clock;
  readonly router: RouterConfig;
  readonly timeoutSeconds: number | null;
}

/** Sends requests to the router as the gateway's handler of chat completions does, and tells what came back. */
export class SimulatedClient {
  constructor(private readonly parts: SimulatedClientParts) {}

  async send(arrival: Arrival): Promise<void> {
    const { gateway, clock } = this.parts;
    const call = this.createCall(arrival);
    gateway.recorder.record({
      call: arrival.call,
      kind: 'arrive',
      model: arrival.model,
      delivery: arrival.delivery,
      deadlineMs: gateway.recorder.elapsed(call.deadlineMs),
    });
    const stopWaiting =
      arrival.leavesAfterMs === null
        ? () => undefined
        : clock.after(arrival.leavesAfterMs, () => {
            gateway.recorder.record({ call: arrival.call, kind: 'leave' });
            call.cancellation.cancel('client-left');
          });
    const model = resolveModel(arrival.model, gateway.fleet.table);
    if (model.kind === 'unknown') {
      this.end(arrival, { outcome: 'failed', error: 'model_not_found' });
    } else {
      await this.receive(arrival, call, await gateway.dispatcher.dispatch(call, model));
    }
    stopWaiting();
  }

  private createCall({ call, model, delivery }: Arrival): Call {
    const { clock, router, timeoutSeconds } = this.parts;
    const body = {
      model,
      stream: delivery === 'stream',
      messages: [{ role: 'user', content: renderCallMark(call) }],
    };
    const startedMs = clock.nowMs();
    return {
      id: String(call),
      body: parseClientBody(Buffer.from(JSON.stringify(body)), null),
      startedMs,
      deadlineMs: planDeadlineMs({
        nowMs: startedMs,
        requestedTimeoutSeconds: timeoutSeconds,
        requestedRetries: null,
        router,
      }),
      requestedTimeoutSeconds: timeoutSeconds,
      requestedRetries: null,
      cancellation: new Cancellation(),
      bill: new CallBill(),
    };
  }

  private async receive(arrival: Arrival, call: Call, answer: Answer): Promise<void> {
    const { trail } = answer;
    switch (answer.kind) {
      case 'complete':
        this.commit(arrival, trail);
        this.end(arrival, { outcome: 'success', trail, usage: answer.usage });
        return;
      case 'failed':
        this.end(arrival, { outcome: 'failed', error: answer.failure.kind, trail });
        return;
      case 'cancelled':
        this.end(arrival, { outcome: 'abandoned', trail });
        return;
      case 'streaming':
        await this.relay(arrival, call, answer);
    }
  }

  private async relay(
    arrival: Arrival,
    call: Call,
    { stream, trail }: Extract<Answer, { readonly kind: 'streaming' }>,
  ): Promise<void> {
    let began = false;
    const relay = new StreamRelay(stream, {
      write: () => {
        if (!began) this.commit(arrival, trail);
        began = true;
        return true;
      },
      onDrain: () => undefined,
    });
    call.cancellation.listen(() => relay.cancel());
    const result = await relay.result;
    call.cancellation.listen(null);
    const { fleet } = this.parts.gateway;
    switch (result.kind) {
      case 'finished':
        if (trail.target !== null) fleet.recordSuccess(trail.target);
        this.end(arrival, { outcome: 'success', trail, usage: result.usage });
        return;
      case 'cut':
        if (trail.target !== null) fleet.recordFailure(trail.target, result.failure);
        this.end(arrival, { outcome: 'cut', error: result.failure.kind, trail });
        return;
      case 'client-too-slow':
      case 'cancelled':
        this.end(arrival, { outcome: 'abandoned', trail });
    }
  }

  private commit({ call }: Arrival, { target }: CallTrail): void {
    const { recorder } = this.parts.gateway;
    const deployment = target?.config.id ?? '';
    recorder.record({ call, kind: 'commit', attempt: recorder.lastAttempt(call), deployment });
  }

  private end(arrival: Arrival, ending: Ending): void {
    const { trail, usage } = ending;
    this.parts.gateway.recorder.record({
      call: arrival.call,
      kind: 'end',
      outcome: ending.outcome,
      error: ending.error ?? null,
      retries: trail?.retries ?? 0,
      fallbacks: trail?.fallbacks ?? 0,
      deployment: trail?.target?.config.id ?? null,
      promptTokens: usage?.promptTokens ?? 0,
      completionTokens: usage?.completionTokens ?? 0,
    });
  }
}

interface Ending {
  readonly outcome: CallOutcome;
  readonly error?: string;
  readonly trail?: CallTrail;
  readonly usage?: Usage | null;
}
