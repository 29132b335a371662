import type { RouterConfig } from '../../lib/config/gateway-config';
import { a, answering, every, failing, TestRouter } from '../runtime/dispatch/a-router';
import type { AskedCall, Heard, Reply } from '../runtime/dispatch/a-router';

/** Nothing but what is healthy answers. */
function only(...healthy: readonly string[]): (id: string) => Reply {
  return (id) => (healthy.includes(id) ? answering(id) : failing(500));
}

function statuses(heard: readonly Heard[]): readonly number[] {
  return [...new Set(heard.map(({ status }) => status))];
}

function sources(heard: readonly Heard[]): readonly (string | undefined)[] {
  return [...new Set(heard.map(({ asked }) => asked.at(-1)))];
}

/** A model, and how the rest of the chain is configured. */
interface Chain {
  readonly asked: string;
  readonly models: readonly string[];
  readonly router: Partial<RouterConfig>;
}

describe('Dispatcher: who is reached', () => {
  const chains: readonly (readonly [string, Chain])[] = [
    [
      'a chain whose first fallback is down too',
      { asked: 'c1', models: ['c1', 'c2', 'good'], router: { fallbacks: { c1: ['c2', 'good'] } } },
    ],
    [
      'a chain of four models that are down',
      {
        asked: 'c1',
        models: ['c1', 'c2', 'c3', 'c4', 'good'],
        router: { fallbacks: { c1: ['c2', 'c3', 'c4', 'good'] } },
      },
    ],
    [
      'fallbacks of fallbacks',
      {
        asked: 'c1',
        models: ['c1', 'c2', 'c3', 'good'],
        router: { fallbacks: { c1: ['c2'], c2: ['c3'], c3: ['good'] } },
      },
    ],
    [
      'default fallbacks',
      { asked: 'c1', models: ['c1', 'c2', 'good'], router: { defaultFallbacks: ['c2', 'good'] } },
    ],
    [
      'the last one that max_fallbacks allows',
      {
        asked: 'c1',
        models: ['c1', 'c2', 'c3', 'c4', 'c5', 'good'],
        router: { fallbacks: { c1: ['c2', 'c3', 'c4', 'c5', 'good'] }, maxFallbacks: 5 },
      },
    ],
    [
      'a wildcard, by the name asked for',
      {
        asked: 'openai/gpt-4o',
        models: ['openai/*', 'c2', 'good'],
        router: { fallbacks: { 'openai/gpt-4o': ['c2', 'good'] } },
      },
    ],
    [
      'a chain behind an alias',
      {
        asked: 'c0',
        models: ['c1', 'c2', 'good'],
        router: { fallbacks: { c1: ['c2', 'good'] }, modelGroupAlias: { c0: 'c1' } },
      },
    ],
  ];

  it.each(chains)('answers every call of %s', async (_name, { asked, models, router }) => {
    for (const retries of [0, 2]) {
      const deployments = models.map((name) => a(name, name.replace('/*', '')));
      const play = new TestRouter(deployments, { retries, ...router }, only('good'));
      const heard = await play.play(every(300, 40, asked));

      expect(statuses(heard)).toEqual([200]);
      expect(sources(heard)).toEqual(['good']);
    }
  });

  it('answers every call of a busy chain, too', async () => {
    const router = { fallbacks: { c1: ['c2', 'good'] } };
    const play = new TestRouter([a('c1'), a('c2'), a('good')], router, only('good'));

    expect(statuses(await play.play(every(10, 2000, 'c1')))).toEqual([200]);
  });

  it('passes over a model of several deployments that all fail', async () => {
    const models = [a('c1', 'c1a'), a('c1', 'c1b'), a('c2', 'c2a'), a('c2', 'c2b'), a('good')];
    const router = { fallbacks: { c1: ['c2', 'good'] }, cooldownsDisabled: true };
    const play = new TestRouter(models, router, only('good'));

    expect(statuses(await play.play(every(300, 40, 'c1')))).toEqual([200]);
  });

  it("does not let one model's bad requests cost another model its answers", async () => {
    const bad = (status: number) => async (): Promise<readonly number[]> => {
      const router = { fallbacks: { busy: ['busy-2'], quiet: ['good'] } };
      const models = [a('busy'), a('busy-2'), a('quiet'), a('good')];
      const play = new TestRouter(models, router, (id) =>
        id === 'good' ? answering() : failing(id === 'quiet' ? 500 : status),
      );
      const calls: readonly AskedCall[] = [...every(50, 600, 'busy'), ...every(1000, 30, 'quiet')];
      const heard = await play.play(calls);
      return statuses(heard.slice(600));
    };

    expect(await bad(400)()).toEqual([200]);
    expect(await bad(500)()).toEqual([200]);
    expect(await bad(429)()).toEqual([200]);
  });

  it('keeps a shared fallback open to one model while it refuses the requests of another', async () => {
    const router = { fallbacks: { bad: ['good'], quiet: ['good'] } };
    const models = [a('bad'), a('quiet'), a('good')];
    const play = new TestRouter(models, router, (id, body) => {
      if (id === 'quiet') return failing(500);
      return body.includes('"model":"bad"') || /"poison":true/.test(body)
        ? failing(400)
        : answering();
    });
    const poisoned = every(50, 600, 'bad').map((call) => ({ ...call, body: { poison: true } }));
    const heard = await play.play([...poisoned, ...every(1000, 30, 'quiet')]);

    expect(statuses(heard.slice(600))).toEqual([200]);
  });

  it('makes six attempts with num_retries: 5, where the deployment has room', async () => {
    const play = new TestRouter([a('lone')], { retries: 5 }, only());
    const [heard] = await play.play([{ model: 'lone' }]);

    expect(heard?.asked).toHaveLength(6);
    expect(heard?.status).toBe(500);
  });

  it('asks the next order without a retry, and lets each order have its own', async () => {
    const orders = [1, 2, 3].map((order) => a('m', `o${order}`, { order }));
    const once = new TestRouter(orders, { retries: 0 }, only('o3'));
    expect((await once.play([{ model: 'm' }]))[0]?.asked).toEqual(['o1', 'o2', 'o3']);

    const twice = new TestRouter(orders, { retries: 1 }, only());
    expect((await twice.play([{ model: 'm' }]))[0]?.asked).toEqual([
      'o1',
      'o2',
      'o3',
      'o1',
      'o2',
      'o3',
    ]);
  });

  it('leaves an order whose retries are used up although it has others to ask', async () => {
    const models = ['a1', 'b1', 'c1'].map((id) => a('m', id, { order: 1 }));
    const play = new TestRouter(
      [...models, a('m', 'good', { order: 2 })],
      { retries: 1 },
      only('good'),
    );
    const [heard] = await play.play([{ model: 'm' }]);

    expect(heard?.asked).toHaveLength(3);
    expect(heard?.asked.at(-1)).toBe('good');
  });

  it("does not take a caller's mistake to the next order", async () => {
    const orders = [1, 2].map((order) => a('m', `o${order}`, { order }));
    const play = new TestRouter(orders, {}, () => failing(400));

    expect((await play.play([{ model: 'm' }]))[0]?.asked).toEqual(['o1']);
  });

  it('finds a fallback that is well again within a second and an answer', async () => {
    let now = 0;
    const play = new TestRouter(
      [a('c1'), a('c2')],
      { retries: 0, fallbacks: { c1: ['c2'] } },
      (id) => (id === 'c2' && now > 20_000 ? answering() : failing(500)),
    );
    const tick = (): void => {
      now = play.clock.nowMs();
      if (now < 40_000) play.clock.after(10, tick);
    };
    tick();
    const heard = await play.play(every(100, 300, 'c1'));

    const calls = heard.map(({ status }, index) => ({ status, atMs: index * 100 }));
    const late = calls.filter(({ atMs }) => atMs > 21_100);
    expect(late.map(({ status }) => status)).toEqual(late.map(() => 200));
    // While it was down it was asked about once a second.
    const probes = heard.slice(50, 190).filter(({ asked }) => asked.includes('c2'));
    expect(probes.length).toBeGreaterThan(10);
    expect(probes.length).toBeLessThan(20);
  });
});

describe('Dispatcher: an account or a moment that fails', () => {
  it.each([402, 405, 409, 410, 424, 401, 403])(
    'answers every call from the sibling of a deployment that says %s',
    async (status) => {
      const models = [a('pay', 'broke'), a('pay', 'good')];
      const play = new TestRouter(models, {}, (id) =>
        id === 'good' ? answering() : failing(status),
      );
      const heard = await play.play(every(300, 40, 'pay'));

      expect(statuses(heard)).toEqual([200]);
      const askedInVain = heard.filter(({ asked }) => asked.includes('broke')).length;
      // A refused key or an empty account rests at once; the others have to fail more often than they answer.
      expect(askedInVain).toBeLessThanOrEqual([401, 402, 403].includes(status) ? 1 : 10);
    },
  );
});

describe('Dispatcher: what is not waited for', () => {
  it.each([3600, 61])('tells a Retry-After of %s seconds at once', async (seconds) => {
    const play = new TestRouter([a('lone')], {}, () =>
      failing(429, { 'retry-after': String(seconds) }),
    );
    const [heard] = await play.play([{ model: 'lone' }]);

    expect(heard?.tookMs).toBeLessThan(100);
    expect(heard?.answer).toMatchObject({
      kind: 'failed',
      failure: { kind: 'provider_rate_limit', status: 429, retryAfterMs: seconds * 1000 },
    });
  });

  it('waits for one that fits, and leaves for a fallback for one that does not', async () => {
    const reply = (seconds: number) => (id: string) =>
      id === 'good' ? answering() : failing(429, { 'retry-after': String(seconds) });
    const router = { fallbacks: { lone: ['good'] } };
    const patient = new TestRouter([a('lone'), a('good')], router, reply(7));
    expect((await patient.play([{ model: 'lone' }]))[0]?.asked).toEqual([
      'lone',
      'lone',
      'lone',
      'good',
    ]);
    const hurried = new TestRouter([a('lone'), a('good')], router, reply(3600));
    expect((await hurried.play([{ model: 'lone' }]))[0]).toMatchObject({
      asked: ['lone', 'good'],
      tookMs: 20,
    });
  });

  it('does not wait past the deadline of the client', async () => {
    const play = new TestRouter([a('lone')], {}, () => failing(503, { 'retry-after': '30' }));
    const [heard] = await play.play([{ model: 'lone', body: { timeout: 20 } }]);

    expect(heard?.tookMs).toBeLessThan(100);
    expect(heard?.status).toBe(503);
  });
});

describe('Dispatcher: an answer that a filter cut off', () => {
  const filteredBy = (id: string, others: (id: string) => Reply) => (each: string) =>
    each === id ? answering('part', 'content_filter') : others(each);
  const textOf = (heard: Heard | undefined): string =>
    heard?.answer.kind === 'complete' ? heard.answer.body.toString() : 'no answer';

  it('is returned where the only fallbacks are ordinary ones', async () => {
    const router = { fallbacks: { m: ['good'] } };
    const play = new TestRouter(
      [a('m'), a('good')],
      router,
      filteredBy('m', () => answering('other')),
    );
    const [heard] = await play.play([{ model: 'm' }]);

    expect(heard?.asked).toEqual(['m']);
    expect(textOf(heard)).toContain('part');
  });

  it.each<[string, Partial<RouterConfig>]>([
    ['content_policy_fallbacks', { contentPolicyFallbacks: { m: ['good'] } }],
    ['default_fallbacks', { defaultFallbacks: ['good'] }],
  ])('moves on to %s', async (_name, router) => {
    const play = new TestRouter(
      [a('m'), a('good')],
      router,
      filteredBy('m', () => answering('other')),
    );
    const [heard] = await play.play([{ model: 'm' }]);

    expect(heard?.asked).toEqual(['m', 'good']);
    expect(textOf(heard)).toContain('other');
  });

  it('is kept, and returned when the fallback fails', async () => {
    const router = { retries: 0, contentPolicyFallbacks: { m: ['dead'] } };
    const play = new TestRouter(
      [a('m'), a('dead')],
      router,
      filteredBy('m', () => failing(500)),
    );
    const [heard] = await play.play([{ model: 'm' }]);

    expect(heard?.asked).toEqual(['m', 'dead']);
    expect(textOf(heard)).toContain('part');
    expect(heard?.answer.trail.target?.config.id).toBe('m');
  });

  it('is returned where the typed list is silent about the model', async () => {
    const router = { contentPolicyFallbacks: { other: ['good'] }, defaultFallbacks: ['good'] };
    const play = new TestRouter(
      [a('m'), a('good')],
      router,
      filteredBy('m', () => answering('other')),
    );

    expect(textOf((await play.play([{ model: 'm' }]))[0])).toContain('part');
  });
});
