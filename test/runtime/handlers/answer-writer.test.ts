import { providerContext } from '../../support/provider-context';
import { createServer, get } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Cancellation } from '../../../runtime/dispatch/cancellation';
import type { Answer, CallTrail } from '../../../runtime/dispatch/dispatcher';
import { Fleet } from '../../../runtime/dispatch/fleet';
import { AnswerWriter } from '../../../runtime/handlers/answer-writer';
import type { GivenAnswer } from '../../../runtime/handlers/answer-writer';
import type { Ending } from '../../../runtime/handlers/answer-writer';
import { Lifecycle } from '../../../runtime/http/lifecycle';
import type { GatewayRequest } from '../../../runtime/http/gateway-request';
import { Reply } from '../../../runtime/http/reply';
import { plainFailure } from '../../../runtime/providers/classify-failure';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';
import { attempt } from '../../support/charge-builder';
import { ENDLESS_MEMORY } from '../../support/endless-memory';
import { ManualClock } from '../../support/manual-clock';
import { aCall } from './a-call';

const PROVIDERS = providerContext({ OPENAI_API_KEY: 'key' });
const USAGE = { source: 'told', promptTokens: 7, completionTokens: 3, kinds: null } as const;
const RESERVATION = {
  completionCapTokens: null,
  unpriced: 'free',
  headers: ['x-ratelimit-remaining-requests', '4'],
  settle: () => undefined,
  release: () => undefined,
} as const;

interface Got {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly ending: Ending;
}

describe('AnswerWriter', () => {
  const clock = new ManualClock();
  const price = { inputCostPerToken: 0.001, outputCostPerToken: 0.002 };
  const fleet = new Fleet(
    gatewayConfig([
      deployment({ id: 'one', ...price }),
      deployment({ id: 'free', inputCostPerToken: 0, outputCostPerToken: 0 }),
    ]),
    PROVIDERS,
    clock,
  );
  const writer = new AnswerWriter(fleet, clock, { memory: ENDLESS_MEMORY, mostBytes: null });

  /** What a client gets of what is written. */
  async function receive(
    write: (request: GatewayRequest) => Ending | Promise<Ending>,
  ): Promise<Got> {
    const ended = new Promise<Ending>((resolve, reject) => {
      const server = createServer((incoming, response: ServerResponse) => {
        const reply = new Reply(response, {
          lifecycle: new Lifecycle(clock),
          region: null,
          memory: ENDLESS_MEMORY,
        });
        const request = {
          incoming,
          reply,
          path: '/r',
          routeName: 'r',
          variable: null,
          query: '',
          startedMs: 0,
        };
        Promise.resolve(write(request)).then(resolve, reject);
      });
      servers.push(server);
      server.listen(0, '127.0.0.1');
    });
    const server = servers.at(-1);
    await new Promise((resolve) => server?.once('listening', resolve));
    const { port } = server?.address() as AddressInfo;
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      get({ host: '127.0.0.1', port, agent: false }, resolve).on('error', reject);
    });
    let text = '';
    for await (const chunk of incoming) text += String(chunk);
    return { status: incoming.statusCode, headers: incoming.headers, text, ending: await ended };
  }

  const servers: ReturnType<typeof createServer>[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  const trailOf = (id: string | null): CallTrail => ({
    target: id === null ? null : (fleet.targets.get(id) ?? null),
    attempts: id === null ? 0 : 1,
    group: 'gpt-4o',
    retries: 0,
    mostRetries: 0,
    fallbacks: 0,
    upstreamMs: 0,
    answeredMs: null,
  });

  /** Its provider bills whoever the trail names. */
  const answer = (
    given: Answer,
    call = aCall(),
    parts: Partial<GivenAnswer> = {},
  ): Promise<Got> => {
    const { target } = given.trail;
    if (target !== null) call.bill.add(attempt(target.config));
    return receive((request) =>
      writer.answer(request, call, {
        answer: given,
        reservation: RESERVATION,
        use: null,
        desk: null,
        audience: 'client',
        ...parts,
      }),
    );
  };

  const whole = (id: string): Answer => ({
    kind: 'complete',
    trail: trailOf(id),
    headers: {},
    body: Buffer.from('{"model":"gpt-4o-2024","x":1}'),
    usage: USAGE,
  });

  it('gives the answer under the name that the client used, with its cost and what is left', async () => {
    const { status, headers, text, ending } = await answer(whole('one'), aCall({ model: 'fast' }));
    expect([status, text]).toEqual([200, '{"model":"fast","x":1}']);
    expect(headers).toMatchObject({
      'x-litellm-response-cost': '0.013',
      'x-ratelimit-remaining-requests': '4',
      'x-litellm-model-id': 'one',
    });
    expect(ending).toEqual({
      status: 'success',
      httpStatus: 200,
      trail: trailOf('one'),
      usage: USAGE,
      cacheHit: false,
    });
  });

  it('says nothing of a cost that is none', async () => {
    expect((await answer(whole('free'))).headers).not.toHaveProperty('x-litellm-response-cost');
  });

  it('tells a failure with its status, and when to come back', async () => {
    const failure = {
      ...plainFailure('provider_rate_limit', 429, 'too many'),
      retryAfterMs: 1_500,
    };
    const { status, headers, text, ending } = await answer({
      kind: 'failed',
      trail: trailOf('one'),
      failure,
    });
    expect(status).toBe(429);
    expect(headers).toMatchObject({
      'retry-after': '2',
      'x-ratelimit-remaining-requests': '4',
      'x-litellm-model-id': 'one',
    });
    expect(JSON.parse(text)).toMatchObject({ error: { message: 'too many' } });
    expect(ending).toMatchObject({ status: 'provider_rate_limit', usage: null });
  });

  it('tells a client of a call that the drain ended', async () => {
    const call = { ...aCall(), cancellation: new Cancellation() };
    call.cancellation.cancel('draining');
    const { status, text, ending } = await answer(
      { kind: 'cancelled', trail: trailOf('one') },
      call,
    );
    expect(status).toBe(503);
    expect(text).toContain('this gateway is shutting down; send the request again');
    expect(ending).toMatchObject({ status: 'gateway_draining', httpStatus: 503 });
  });

  it.each([
    {
      kind: 'json',
      body: '{"model":"gpt-4o-2024"}',
      text: '{"model":"fast"}',
      type: 'application/json',
    },
    {
      kind: 'stream',
      body: 'data: [DONE]\n\n',
      text: 'data: [DONE]\n\n',
      type: 'text/event-stream; charset=utf-8',
    },
  ] as const)('gives a kept $kind again at no cost', async ({ kind, body, text, type }) => {
    const got = await receive((request) =>
      writer.answerKept(request, aCall({ model: 'fast' }), {
        kept: {
          kind,
          body: Buffer.from(body),
          createdAtMs: 0,
          deploymentId: 'one',
          promptTokens: 7,
          completionTokens: 3,
        },
        use: { key: 'abc', collector: null, plan: {} as never },
        reservation: RESERVATION,
        model: { kind: 'known', model: 'gpt-4o', group: 'gpt-4o', deployments: [], wildcard: null },
      }),
    );
    expect([got.status, got.text]).toEqual([200, text]);
    expect(got.headers).toMatchObject({
      'content-type': type,
      'x-litellm-cache-key': 'abc',
      'x-litellm-response-cost': '0',
      'x-litellm-model-group': 'gpt-4o',
      'x-ratelimit-remaining-requests': '4',
    });
    expect(got.headers).not.toHaveProperty('x-litellm-model-id');
    expect(got.ending).toEqual({
      status: 'success',
      httpStatus: 200,
      trail: trailOf(null),
      usage: { promptTokens: 7, completionTokens: 3 },
      cacheHit: true,
    });
  });
});
