import { translateUpstream } from '../../../runtime/dispatch/translated-upstream';
import type {
  UpstreamExchange,
  UpstreamHandler,
  UpstreamLimits,
  UpstreamRequest,
} from '../../../runtime/ports';
import type { Translation } from '../../../runtime/providers/translation';

const REQUEST: UpstreamRequest = {
  origin: 'https://provider.test',
  path: '/',
  headers: [],
  body: Buffer.from('{}'),
};
const LIMITS = {} as UpstreamLimits;

const SHOUT: Translation = {
  head: (status) => ({ status, headers: { 'content-type': 'application/json' } }),
  data: (chunk) => Buffer.from(chunk.toString().replace('(half)', '').toUpperCase()),
  end: () => Buffer.from('!'),
};

class World {
  readonly heard: string[] = [];
  readonly sent: UpstreamRequest[] = [];
  readonly steps: string[] = [];
  provider: UpstreamHandler | null = null;

  readonly handler: UpstreamHandler = {
    onHead: (status) => this.heard.push(`head ${status}`),
    onData: (chunk) => this.heard.push(chunk.toString()),
    onKept: (bytes) => this.heard.push(`kept ${bytes}`),
    onEnd: () => this.heard.push('end'),
    onError: (kind) => this.heard.push(`error ${kind}`),
  };

  readonly upstream = {
    send: (
      request: UpstreamRequest,
      _limits: UpstreamLimits,
      handler: UpstreamHandler,
    ): UpstreamExchange => {
      this.sent.push(request);
      this.provider = handler;
      return {
        reached: 'provider',
        abort: () => this.steps.push('abort'),
        pause: () => this.steps.push('pause'),
        resume: () => this.steps.push('resume'),
      };
    },
  };

  send(provider: Parameters<typeof translateUpstream>[1]): UpstreamExchange {
    const call = {
      delivery: 'json',
      providerModel: 'm',
      usageEvent: 'as-asked',
      createdSeconds: 0,
      id: 'x',
    } as const;
    return translateUpstream(this.upstream, provider, () => call).send(
      REQUEST,
      LIMITS,
      this.handler,
    );
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('translateUpstream', () => {
  it('is the network itself for a provider that needs neither', () => {
    const { upstream } = new World();
    const plain = { authorize: null, translate: null };
    expect(
      translateUpstream(upstream, plain, () => {
        throw new Error('not asked');
      }),
    ).toBe(upstream);
  });

  it('translates what comes, and tells of what it keeps', () => {
    const world = new World();
    world.send({ authorize: null, translate: () => SHOUT });
    world.provider?.onHead(200, {});
    world.provider?.onData(Buffer.from('a'));
    world.provider?.onData(Buffer.from('(half)'));
    world.provider?.onEnd();
    expect(world.heard).toEqual(['head 200', 'A', 'kept 6', '!', 'end']);
  });

  it('passes on how a connection broke without finishing the answer', () => {
    const world = new World();
    world.send({ authorize: null, translate: () => SHOUT });
    world.provider?.onHead(200, {});
    world.provider?.onError('connection-lost', 'reset');
    expect(world.heard).toEqual(['head 200', 'error connection-lost']);
  });

  it('sends once the request is authorized, and until then has reached nobody', async () => {
    const world = new World();
    const exchange = world.send({
      authorize: (request) => Promise.resolve({ ...request, headers: ['x', 'signed'] }),
      translate: null,
    });
    expect([exchange.reached, world.sent]).toEqual(['nobody', []]);
    exchange.pause();
    await nextTurn();
    expect([exchange.reached, world.sent[0]?.headers, world.steps]).toEqual([
      'provider',
      ['x', 'signed'],
      ['pause'],
    ]);
    exchange.resume();
    exchange.abort();
    expect(world.steps).toEqual(['pause', 'resume', 'abort']);
  });

  it('sends nothing for a call that was given up meanwhile', async () => {
    const world = new World();
    world.send({ authorize: (request) => Promise.resolve(request), translate: null }).abort();
    await nextTurn();
    expect([world.sent, world.heard]).toEqual([[], []]);
  });

  it('answers like a provider that refuses the key where there are no credentials', async () => {
    const world = new World();
    world.send({
      authorize: () => Promise.reject(new Error('the profile x does not exist')),
      translate: () => SHOUT,
    });
    await nextTurn();
    expect(world.heard).toEqual([
      'head 401',
      '{"error":{"message":"no credentials for this provider: the profile x does not exist","type":"authentication_error","param":null,"code":null}}',
      'end',
    ]);
  });
});
