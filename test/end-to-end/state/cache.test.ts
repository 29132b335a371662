import { completion, completionChunks, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider } from '../../support/fake-provider';
import { aModel, createDataFolder, startStateGateway, until } from '../../support/state-gateway';
import type { StateGateway } from '../../support/state-gateway';

describe('answers that are kept', () => {
  let provider: FakeProvider;
  let gateway: StateGateway;
  let asked = 0;

  beforeAll(async () => {
    provider = await startFakeProvider(({ body }, index) => {
      const { stream } = JSON.parse(body) as { readonly stream?: boolean };
      return stream === true
        ? { kind: 'stream', chunks: completionChunks([`answer ${index}`]) }
        : { kind: 'json', body: completion(`answer ${index}`) };
    });
    gateway = await startStateGateway([aModel(provider.url)], createDataFolder(), {
      sections: {
        litellm_settings: { cache: true, cache_params: { type: 'local', ttl: 600 } },
      },
    });
  });

  afterAll(async () => {
    await gateway.kill();
    await provider.stop();
  });

  /** What one test asks is no other test's. */
  function question(): { readonly messages: readonly object[] } {
    asked += 1;
    return { messages: [{ role: 'user', content: `question ${asked}` }] };
  }

  async function countAsked(call: () => Promise<Response>): Promise<number> {
    const before = provider.seen.length;
    await (await call()).arrayBuffer();
    return provider.seen.length - before;
  }

  it.each([[{}], [{ stream: true }]])('answer the same request again: %j', async (delivery) => {
    const { secret } = await gateway.createKey();
    const body = { ...question(), ...delivery };
    const first = await gateway.chat(secret, body);
    const text = await first.text();
    const before = provider.seen.length;
    const second = await gateway.chat(secret, body);
    expect(await second.text()).toBe(text);
    expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(provider.seen).toHaveLength(before);
    expect(first.headers.get('x-litellm-cache-key')).toBeNull();
    expect(second.headers.get('x-litellm-cache-key')).toMatch(/^[0-9a-f]{64}$/);
    expect(second.headers.get('x-litellm-response-cost')).toBe('0');
  });

  it('cost nothing, and the ledger says why', async () => {
    const { secret, id } = await gateway.createKey();
    const body = question();
    for (let call = 0; call < 2; call += 1) await (await gateway.chat(secret, body)).text();
    const rows = await until(
      async () =>
        (await gateway.administer(`GET /spend/logs?api_key=${id}`)) as unknown as object[],
      ({ length }) => length === 2,
    );
    expect(rows).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ spend: 0.013, cache_hit: 'False', total_tokens: 10 }),
        expect.objectContaining({
          spend: 0,
          cache_hit: 'True',
          total_tokens: 10,
          status: 'success',
          model_id: null,
        }),
      ]),
    );
  });

  it('are for whoever asked alone, and for those of one team together', async () => {
    await gateway.administer('POST /team/new', { team_id: 'crew' });
    const body = question();
    const keys = await Promise.all([
      gateway.createKey(),
      gateway.createKey(),
      gateway.createKey({ team_id: 'crew' }),
      gateway.createKey({ team_id: 'crew' }),
    ]);
    const counts: number[] = [];
    for (const { secret } of keys) counts.push(await countAsked(() => gateway.chat(secret, body)));
    expect(counts).toEqual([1, 1, 1, 0]);
  });

  it('are not given to a key that may not use the model any more', async () => {
    const { secret, id } = await gateway.createKey();
    const body = question();
    await (await gateway.chat(secret, body)).text();
    await gateway.administer('POST /key/update', { key: id, models: ['another'] });
    expect((await gateway.chat(secret, body)).status).toBe(401);
  });

  it.each([
    ['no-cache', [1, 1, 0]],
    ['no-store', [0, 0, 0]],
  ])('are passed over as %s asks', async (word, expected) => {
    const { secret } = await gateway.createKey();
    const body = question();
    const wish = { ...body, cache: { [word]: true } };
    await (await gateway.chat(secret, body)).text();
    const counts = [];
    for (const each of [wish, wish, body]) {
      counts.push(await countAsked(() => gateway.chat(secret, each)));
    }
    expect(counts).toEqual(expected);
  });

  it('are not kept where no-store is asked from the beginning', async () => {
    const { secret } = await gateway.createKey();
    const wish = { ...question(), cache: { 'no-store': true } };
    expect(await countAsked(() => gateway.chat(secret, wish))).toBe(1);
    expect(await countAsked(() => gateway.chat(secret, wish))).toBe(1);
  });

  it.each([['ttl'], ['s-maxage']])('are forgotten as %s asks', async (word) => {
    const { secret } = await gateway.createKey();
    const body = { ...question(), cache: { [word]: 1 } };
    expect(await countAsked(() => gateway.chat(secret, body))).toBe(1);
    await until(
      () => countAsked(() => gateway.chat(secret, body)),
      (count) => count === 1,
    );
  });

  it('differ by the tags of the request, wherever it says them', async () => {
    const { secret } = await gateway.createKey();
    const body = question();
    const counts = [];
    for (const tags of ['paid', 'free', 'free']) {
      counts.push(await countAsked(() => gateway.chat(secret, body, { 'x-litellm-tags': tags })));
    }
    expect(counts).toEqual([1, 1, 0]);
  });

  it('count as requests and tokens of the key', async () => {
    const { secret } = await gateway.createKey({ rpm_limit: 1000 });
    const body = question();
    const left: number[] = [];
    for (let call = 0; call < 2; call += 1) {
      const { headers } = await gateway.chat(secret, body);
      left.push(Number(headers.get('x-ratelimit-remaining-requests')));
    }
    expect(left).toEqual([999, 998]);
  });
});
