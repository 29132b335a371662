import { NO_CREDENTIALS } from '../../../runtime/credentials/no-credentials';
import { providerContext } from '../../support/provider-context';
import { ENDLESS_MEMORY } from '../../support/endless-memory';
import type { DeploymentConfig, RouterConfig } from '../../../lib/config/gateway-config';
import { CallBill } from '../../../runtime/dispatch/call-bill';
import { Cancellation } from '../../../runtime/dispatch/cancellation';
import { Dispatcher } from '../../../runtime/dispatch/dispatcher';
import type { Answer } from '../../../runtime/dispatch/dispatcher';
import { Fleet } from '../../../runtime/dispatch/fleet';
import type { Upstream } from '../../../runtime/ports';
import { parseClientBody } from '../../../runtime/providers/client-body';
import { planDeadlineMs } from '../../../runtime/routing/plan-limits';
import { resolveModel } from '../../../runtime/routing/resolve-model';
import { createSeededRandom } from '../../../runtime/simulation/seeded-random';
import { VirtualClock } from '../../../runtime/simulation/virtual-clock';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';

/** What a provider says, and after how long. */
export interface Reply {
  readonly status: number;
  readonly json: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly afterMs?: number;
}

export function answering(text = 'ok', finishReason = 'stop'): Reply {
  const message = { role: 'assistant', content: text };
  return { status: 200, json: { choices: [{ message, finish_reason: finishReason }] } };
}

export function failing(status: number, headers: Reply['headers'] = {}): Reply {
  return { status, json: { error: { message: `status ${status}` } }, headers };
}

/** Deployments named by their ids, which are also their models' names at the provider. */
export function a(
  modelName: string,
  id = modelName,
  parts: Partial<DeploymentConfig> = {},
): DeploymentConfig {
  return deployment({ id, modelName, providerModel: id, apiBase: `http://${id}.test`, ...parts });
}

export interface AskedCall {
  readonly model: string;
  readonly atMs?: number;
  readonly body?: Readonly<Record<string, unknown>>;
}

export interface Heard {
  readonly answer: Answer;
  /** From the call's arrival. Unit: milliseconds. */
  readonly tookMs: number;
  /** Ids of the deployments it was put to, in order. */
  readonly asked: readonly string[];
  /** 200, or the status of the failure. */
  readonly status: number;
}

/** The real router in virtual time, in front of providers that say what the test says. */
export class TestRouter {
  readonly dispatcher: Dispatcher;
  readonly fleet: Fleet;
  readonly clock = new VirtualClock();
  private readonly asked = new Map<string, string[]>();
  private readonly router: RouterConfig;

  constructor(
    deployments: readonly DeploymentConfig[],
    router: Partial<RouterConfig>,
    reply: (id: string, bodyText: string) => Reply,
  ) {
    const config = gatewayConfig(deployments, { timeoutSeconds: 600, ...router });
    this.router = config.router;
    const { clock } = this;
    const upstream: Upstream = {
      send: ({ origin, body }, _limits, handler) => {
        const id = origin.slice('http://'.length, -'.test'.length);
        const text = body.toString();
        const call = /#(\d+)#/.exec(text)?.[1] ?? '';
        this.asked.set(call, [...(this.asked.get(call) ?? []), id]);
        const { status, json, headers = {}, afterMs = 10 } = reply(id, text);
        const cancel = clock.after(afterMs, () => {
          handler.onHead(status, headers);
          handler.onData(Buffer.from(JSON.stringify(json)));
          handler.onEnd();
        });
        return {
          reached: 'provider',
          abort: cancel,
          pause: () => undefined,
          resume: () => undefined,
        };
      },
      stop: () => Promise.resolve(),
    };
    this.fleet = new Fleet(config, NO_DEFAULTS, clock);
    const random = createSeededRandom(1);
    const ports = {
      clock,
      random,
      upstream,
      memory: ENDLESS_MEMORY,
      credentials: NO_CREDENTIALS,
      writeLog: () => undefined,
    };
    this.dispatcher = new Dispatcher(this.fleet, config.router, ports);
  }

  async play(calls: readonly AskedCall[]): Promise<readonly Heard[]> {
    const startMs = this.clock.nowMs();
    const heard = calls.map(
      (call, number) =>
        new Promise<Heard>((resolve, reject) => {
          this.clock.after(startMs + (call.atMs ?? 0) - this.clock.nowMs(), () => {
            this.send(call, number).then(resolve, reject);
          });
        }),
    );
    await this.clock.run(() => undefined);
    return Promise.all(heard);
  }

  /** Each call as soon as the one before it has ended. */
  async playInTurn(calls: readonly AskedCall[]): Promise<readonly Heard[]> {
    const heard: Heard[] = [];
    const done = this.sendInTurn(calls, heard);
    await this.clock.run(() => undefined);
    await done;
    return heard;
  }

  private async sendInTurn(calls: readonly AskedCall[], heard: Heard[]): Promise<void> {
    for (const [number, call] of calls.entries()) heard.push(await this.send(call, number));
  }

  private async send({ model, body }: AskedCall, number: number): Promise<Heard> {
    const place = resolveModel(model, this.fleet.table);
    if (place.kind === 'unknown') throw new Error(`${model} is not a model`);
    const messages = [{ role: 'user', content: `#${number}#` }];
    const parsed = parseClientBody(Buffer.from(JSON.stringify({ model, messages, ...body })), null);
    const startedMs = this.clock.nowMs();
    const asked = {
      requestedTimeoutSeconds: parsed.timeoutSeconds,
      requestedRetries: parsed.retries,
    };
    const answer = await this.dispatcher.dispatch(
      {
        id: String(number),
        body: parsed,
        startedMs,
        deadlineMs: planDeadlineMs({ nowMs: startedMs, router: this.router, ...asked }),
        cancellation: new Cancellation(),
        bill: new CallBill(),
        ...asked,
      },
      place,
    );
    return {
      answer,
      tookMs: this.clock.nowMs() - startedMs,
      asked: this.asked.get(String(number)) ?? [],
      status: answer.kind === 'failed' ? answer.failure.status : 200,
    };
  }
}

/** So many calls to one model, evenly spaced. */
export function every(gapMs: number, count: number, model: string): readonly AskedCall[] {
  return Array.from({ length: count }, (_, index) => ({ model, atMs: index * gapMs }));
}

const NO_DEFAULTS = providerContext();
