import { completion, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider } from '../../support/fake-provider';
import {
  ADMINISTRATOR,
  aModel,
  codeOf,
  createDataFolder,
  startStateGateway,
  until,
} from '../../support/state-gateway';
import type { StateGateway } from '../../support/state-gateway';

describe('virtual keys', () => {
  const folder = createDataFolder();
  let provider: FakeProvider;
  let gateway: StateGateway;

  const start = (): Promise<StateGateway> =>
    startStateGateway(
      [
        aModel(provider.url),
        {
          ...aModel(provider.url, { name: 'gpt-4o-mini' }),
          model_info: { id: 'mini', access_groups: ['small'] },
        },
        aModel(provider.url, { name: 'secret-model' }),
      ],
      folder,
      { sections: { router_settings: { model_group_alias: { fast: 'gpt-4o-mini' } } } },
    );

  beforeAll(async () => {
    provider = await startFakeProvider(() => ({ kind: 'json', body: completion('Hi') }));
    gateway = await start();
  });

  afterAll(async () => {
    await gateway.kill();
    await provider.stop();
  });

  async function statusOf(key: string, body: object = {}): Promise<number> {
    const response = await gateway.chat(key, body);
    await response.arrayBuffer();
    return response.status;
  }

  async function infoOf(key: string): Promise<Record<string, unknown>> {
    const { info } = await gateway.administer(`GET /key/info?key=${key}`);
    return info as Record<string, unknown>;
  }

  it('are made, used, shown, listed and changed', async () => {
    const key = await gateway.createKey({ key_alias: 'alice', models: ['gpt-4o'] });
    expect(key.secret).toMatch(/^sk-[\w-]{32}$/);
    expect(await statusOf(key.secret)).toBe(200);
    expect(await infoOf(key.secret)).toMatchObject({ key_alias: 'alice', models: ['gpt-4o'] });
    expect(await gateway.administer('GET /key/list?key_alias=alice')).toMatchObject({
      keys: [key.id],
      total_count: 1,
    });
    await gateway.administer('POST /key/update', { key: key.id, models: ['gpt-4o-mini'] });
    expect(await statusOf(key.secret)).toBe(401);
    expect(await statusOf(key.secret, { model: 'gpt-4o-mini' })).toBe(200);
  });

  it('stop while they are blocked, and only then', async () => {
    const key = await gateway.createKey();
    await gateway.administer('POST /key/block', { key: key.secret });
    const refused = await gateway.chat(key.secret);
    expect([refused.status, await codeOf(refused)]).toEqual([401, 'key_blocked']);
    await gateway.administer('POST /key/unblock', { key: key.secret });
    expect(await statusOf(key.secret)).toBe(200);
  });

  it('are replaced by a new secret that goes on with what the old one spent', async () => {
    const old = await gateway.createKey({ max_budget: 10 });
    await statusOf(old.secret);
    await until(
      () => infoOf(old.id),
      ({ spend }) => spend === 0.013,
    );
    const { key, token_id: id } = await gateway.administer('POST /key/regenerate', { key: old.id });
    expect(await statusOf(old.secret)).toBe(401);
    expect(await statusOf(String(key))).toBe(200);
    await until(
      () => infoOf(String(id)),
      ({ spend }) => spend === 0.026,
    );
    expect(await infoOf(String(id))).toMatchObject({ max_budget: 10 });
  });

  it('end when their time is over, and say so', async () => {
    const key = await gateway.createKey({ duration: '1s' });
    const refused = await until(
      () => gateway.chat(key.secret),
      ({ status }) => status !== 200,
    );
    expect([refused.status, await codeOf(refused)]).toEqual([401, 'expired_key']);
  });

  it.each([
    ['a name', ['gpt-4o'], 'gpt-4o', 'secret-model'],
    ['an alias of the configuration', ['gpt-4o-mini'], 'fast', 'gpt-4o'],
    ['an access group', ['small'], 'gpt-4o-mini', 'gpt-4o'],
    ['a wildcard', ['gpt-*'], 'gpt-4o', 'secret-model'],
  ])('use the models that %s covers, and no others', async (...[, models, allowed, denied]) => {
    const key = await gateway.createKey({ models });
    expect(await statusOf(key.secret, { model: allowed })).toBe(200);
    const refused = await gateway.chat(key.secret, { model: denied });
    expect([refused.status, await codeOf(refused)]).toEqual([401, 'key_model_access_denied']);
    const { json } = await gateway.ask(key.secret, 'GET /v1/models');
    const ids = (json as { data: { id: string }[] }).data.map(({ id }) => id);
    expect(ids).toContain(allowed);
    expect(ids).not.toContain(denied);
    expect((await gateway.ask(key.secret, `GET /v1/models/${denied}`)).status).toBe(404);
  });

  it('reach no other model by an alias of their own that is called like it', async () => {
    const { secret } = await gateway.createKey({
      models: ['gpt-4o', 'gpt-4o-mini'],
      aliases: { 'secret-model': 'gpt-4o-mini' },
      permissions: { mock: true },
    });
    const asked = await gateway.chat(secret, { model: 'secret-model' });
    expect(asked.headers.get('x-litellm-model-id')).toBe('mini');
    const fallback = await gateway.chat(secret, {
      fallbacks: ['secret-model'],
      mock_testing_fallbacks: true,
    });
    expect(fallback.headers.get('x-litellm-model-id')).toBe('mini');
  });

  it('play failures only where an administrator permits it, in fallbacks, too', async () => {
    const key = await gateway.createKey();
    const mocks = [
      { mock_response: 'Hi' },
      { fallbacks: [{ model: 'gpt-4o-mini', mock_response: 'Hi' }] },
    ];
    for (const mock of mocks) {
      const refused = await gateway.chat(key.secret, mock);
      expect([refused.status, await codeOf(refused)]).toEqual([403, 'permission_denied']);
    }
    await gateway.administer('POST /key/update', { key: key.id, permissions: { mock: true } });
    for (const mock of mocks) expect(await statusOf(key.secret, mock)).toBe(200);
  });

  it.each([
    ['default', { chat: 200, models: 200, health: 403, generate: 403 }],
    ['llm_api', { chat: 200, models: 200, health: 403, generate: 403 }],
    ['management', { chat: 403, models: 403, health: 403, generate: 200 }],
    ['read_only', { chat: 403, models: 403, health: 403, generate: 403 }],
  ])('of the type %s use the routes of their role', async (type, expected) => {
    const user = `user-of-${type}`;
    const { secret } = await gateway.createKey({ key_type: type, user_id: user });
    const statuses = {
      chat: await statusOf(secret),
      models: (await gateway.ask(secret, 'GET /v1/models')).status,
      health: (await gateway.ask(secret, 'GET /health')).status,
      generate: (await gateway.ask(secret, 'POST /key/generate', { user_id: user })).status,
    };
    expect(statuses).toEqual(expected);
  });

  it('of an administrator ask how the deployments are', async () => {
    await gateway.administer('POST /user/new', { user_id: 'root', user_role: 'proxy_admin' });
    const { secret } = await gateway.createKey({ user_id: 'root' });
    expect((await gateway.ask(secret, 'GET /health/latest')).status).toBe(200);
  });

  it('answer a stranger and a revoked key with the same words', async () => {
    const key = await gateway.createKey();
    await gateway.administer('POST /key/delete', { keys: [key.secret] });
    const headers = { 'x-litellm-call-id': 'one' };
    const answers = await Promise.all(
      [key.secret, 'sk-nobody-has-this-key'].map(async (secret) => {
        const response = await gateway.chat(secret, {}, headers);
        return [response.status, await response.text()];
      }),
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.[0]).toBe(401);
  });

  it('are deleted for good: after a restart from the data folder, too', async () => {
    const [gone, kept] = [await gateway.createKey(), await gateway.createKey()];
    await gateway.administer('POST /key/delete', { keys: [gone.id] });
    await gateway.stop();
    gateway = await start();
    expect(await statusOf(kept.secret)).toBe(200);
    expect(await statusOf(gone.secret)).toBe(401);
    for (const route of ['POST /key/unblock', 'POST /key/update', 'POST /key/regenerate']) {
      expect((await gateway.ask(ADMINISTRATOR, route, { key: gone.id })).status).toBe(404);
    }
    expect(await statusOf(gone.secret)).toBe(401);
  });
});
