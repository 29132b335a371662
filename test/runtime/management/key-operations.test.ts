import { MASTER_KEY, startManagement } from '../../support/management-desk';
import type { ManagementServer } from '../../support/management-desk';

describe('createKeyOperations', () => {
  let server: ManagementServer;

  beforeAll(async () => {
    server = await startManagement();
    await server.administer('POST /team/new', { team_id: 'team-1' });
    for (const userId of ['alice', 'bob']) {
      await server.administer('POST /user/new', { user_id: userId, auto_create_key: false });
    }
  });

  afterAll(() => server.stop());

  const generate = async (body: object = {}): Promise<{ secret: string; id: string }> => {
    const { key, token_id: id } = await server.administer('POST /key/generate', body);
    return { secret: String(key), id: String(id) };
  };
  const refusal = async (key: string, path: string, body: object): Promise<unknown> => {
    const { status, json } = await server.ask(key, `POST ${path}`, body);
    const { error } = json as { error?: { message: string; param: string | null } };
    return [status, error?.message];
  };
  const info = async (key: string): Promise<Record<string, unknown>> => {
    const answer = await server.administer(`GET /key/info?key=${key}`);
    return answer.info as Record<string, unknown>;
  };

  it('generates a key with everything that was asked for', async () => {
    const answer = await server.administer('POST /key/generate', {
      key_alias: 'for tests',
      duration: '30d',
      models: ['gpt-4o', 'o*'],
      max_budget: 12.5,
      soft_budget: 10,
      budget_duration: '1mo',
      user_id: 'alice',
      team_id: 'team-1',
      organization_id: 'org-1',
      max_parallel_requests: 3,
      tpm_limit: 1000,
      rpm_limit: 60,
      model_tpm_limit: { 'gpt-4o': 500 },
      model_rpm_limit: { 'gpt-4o': 5 },
      model_max_budget: { 'gpt-4o': 1 },
      metadata: { any: ['thing', { deep: null }] },
      tags: ['a'],
      aliases: { mine: 'gpt-4o' },
      permissions: { allow: true },
      allowed_routes: ['/v1/*'],
      blocked: false,
      key_type: 'llm_api',
      auto_rotate: true,
      rotation_interval: '7d',
    });
    const nowMs = server.clock.wallMs();
    const now = new Date(nowMs).toISOString();
    expect(answer).toEqual({
      key: expect.stringMatching(/^sk-/),
      token_id: expect.stringMatching(/^[0-9a-f]{64}$/),
      token: answer.token_id,
      key_name: `sk-...${String(answer.key).slice(-4)}`,
      key_alias: 'for tests',
      spend: 0,
      expires: new Date(nowMs + 30 * 86_400_000).toISOString(),
      models: ['gpt-4o', 'o*'],
      aliases: { mine: 'gpt-4o' },
      config: {},
      user_id: 'alice',
      team_id: 'team-1',
      organization_id: 'org-1',
      permissions: { allow: true },
      metadata: { any: ['thing', { deep: null }] },
      tags: ['a'],
      key_type: 'llm_api',
      allowed_routes: ['/v1/*'],
      model_max_budget: { 'gpt-4o': 1 },
      model_rpm_limit: { 'gpt-4o': 5 },
      model_tpm_limit: { 'gpt-4o': 500 },
      auto_rotate: true,
      rotation_interval: '1w',
      replaced_by: null,
      max_budget: 12.5,
      soft_budget: 10,
      budget_duration: '1mo',
      budget_reset_at: new Date(nowMs + 30 * 86_400_000).toISOString(),
      tpm_limit: 1000,
      rpm_limit: 60,
      max_parallel_requests: 3,
      blocked: false,
      created_at: now,
      created_by: 'master',
      updated_at: now,
      updated_by: 'master',
    });
  });

  it('takes a secret that an administrator chooses, once', async () => {
    const secret = 'sk-chosen-by-an-administrator';
    expect((await generate({ key: secret })).secret).toBe(secret);
    expect(await refusal(MASTER_KEY, '/key/generate', { key: secret })).toEqual([
      409,
      'key must be new, got one that is taken; choose another, or update the one there is',
    ]);
  });

  it('never tells the secret again', async () => {
    const { secret, id } = await generate({ key_alias: 'silent' });
    const questions: readonly Parameters<ManagementServer['ask']>[] = [
      [secret, 'GET /key/info'],
      [MASTER_KEY, `GET /key/info?key=${secret}`],
      [MASTER_KEY, 'GET /key/list?return_full_object=true&size=100'],
      [MASTER_KEY, 'POST /v2/key/info', { keys: [secret] }],
      [MASTER_KEY, 'POST /key/update', { key: secret, tags: ['x'] }],
      [MASTER_KEY, 'POST /key/block', { key: secret }],
      [MASTER_KEY, 'GET /audit?page_size=100'],
      [MASTER_KEY, 'POST /key/delete', { keys: [secret] }],
    ];
    for (const question of questions) {
      const { status, text } = await server.ask(...question);
      expect(status).toBe(200);
      expect(text).toContain(id);
      expect(text).not.toContain(secret);
    }
  });

  it('changes what an update names, and nothing else', async () => {
    const { id } = await generate({ models: ['gpt-4o'], max_budget: 5, duration: '1h' });
    const answer = await server.administer('POST /key/update', {
      key: id,
      max_budget: null,
      tpm_limit: 7,
      duration: '-1',
    });
    expect(answer).toMatchObject({ key: id, max_budget: null, tpm_limit: 7, expires: null });
    expect(await info(id)).toMatchObject({ models: ['gpt-4o'], max_budget: null, tpm_limit: 7 });
  });

  it('sets spend by an entry that makes up the difference', async () => {
    const { id } = await generate();
    await server.spend([{ seq: 1, keyId: id, microDollars: 2_500_000 }]);
    expect(await info(id)).toMatchObject({ spend: 2.5 });
    await server.administer('POST /key/update', { key: id, spend: 0 });
    expect(await info(id)).toMatchObject({ spend: 0 });
  });

  it('counts spend from the begin of the running window', async () => {
    const { id } = await generate({ budget_duration: '1d' });
    const bornMs = server.clock.wallMs();
    await server.spend([{ seq: 2, keyId: id, microDollars: 1_000_000, endedAtMs: bornMs + 1 }]);
    expect(await info(id)).toMatchObject({ spend: 1 });
    server.clock.advance(86_400_000);
    expect(await info(id)).toMatchObject({
      spend: 0,
      budget_reset_at: new Date(bornMs + 2 * 86_400_000).toISOString(),
    });
  });

  it('blocks, unblocks and deletes, and what is deleted is gone', async () => {
    const { secret, id } = await generate({ key_alias: 'short-lived' });
    expect(await server.administer('POST /key/block', { key: id })).toMatchObject({
      blocked: true,
    });
    expect((await server.ask(secret, 'GET /key/info')).status).toBe(401);
    expect(await server.administer('POST /key/unblock', { key: id })).toMatchObject({
      blocked: false,
    });
    expect(await server.administer('POST /key/delete', { key_aliases: ['short-lived'] })).toEqual({
      deleted_keys: [id],
    });
    expect((await server.ask(secret, 'GET /key/info')).status).toBe(401);
    expect(await refusal(MASTER_KEY, '/key/update', { key: id, blocked: false })).toEqual([
      404,
      'there is no such key',
    ]);
  });

  it('regenerates under the same account, at once or with a grace', async () => {
    const { secret, id } = await generate({ models: ['gpt-4o'], max_budget: 3 });
    await server.spend([{ seq: 3, keyId: id, microDollars: 1_000_000 }]);
    const next = await server.administer(`POST /key/${id}/regenerate`, { tpm_limit: 9 });
    expect(next).toMatchObject({ models: ['gpt-4o'], max_budget: 3, tpm_limit: 9, spend: 1 });
    expect(next.key).not.toBe(secret);
    expect((await server.ask(secret, 'GET /key/info')).status).toBe(401);
    expect((await server.ask(String(next.key), 'GET /key/info')).status).toBe(200);

    const last = await server.administer('POST /key/regenerate', {
      key: String(next.token_id),
      grace_period: '1h',
    });
    const replaced = server.directory.keys.get(String(next.token_id));
    expect(replaced).toMatchObject({
      revoked: false,
      replacedBy: last.token_id,
      revokedFromMs: server.clock.wallMs() + 3_600_000,
      accountId: id,
    });
    expect(server.directory.keys.get(String(last.token_id))).toMatchObject({
      accountId: id,
      replacedBy: null,
      revokedFromMs: null,
      createdAtMs: replaced?.createdAtMs,
    });
    expect(await refusal(MASTER_KEY, '/key/regenerate', { key: String(next.token_id) })).toEqual([
      400,
      'key must be the newest of its line, got one that was regenerated before',
    ]);
  });

  it('lists in pages, with filters', async () => {
    const made = [];
    for (const count of [1, 2, 3]) {
      server.clock.advance(1);
      made.push(await generate({ organization_id: 'paged', rpm_limit: count }));
    }
    const page = await server.administer('GET /key/list?organization_id=paged&size=2&page=2');
    expect(page).toEqual({
      keys: [made[2]?.id],
      total_count: 3,
      current_page: 2,
      total_pages: 2,
    });
    const full = await server.administer(
      'GET /key/list?organization_id=paged&return_full_object=true',
    );
    expect(full.keys).toMatchObject([{ rpm_limit: 1 }, { rpm_limit: 2 }, { rpm_limit: 3 }]);
  });

  it.each<[object, string]>([
    [
      { modles: [] },
      'modles must be a field of this route, got an unknown one; did you mean models?',
    ],
    [
      { accountId: 'other' },
      'accountId must be a field of this route, got an unknown one; remove it',
    ],
    [{ max_budget: -1 }, 'max_budget must be an amount of dollars, 0 or more, or null, got -1'],
    [{ models: 'gpt-4o' }, 'models must be a list of texts, got a text'],
    [{ tpm_limit: 1.5 }, 'tpm_limit must be a whole number, 0 or more, or null, got 1.5'],
    [
      { duration: 'soon' },
      'duration must be a span of time such as 30s, 10m, 1h, 7d or 1mo, or null, got a text',
    ],
    [
      { key: 'sk-short' },
      'key must be a text that starts with sk- and has 20 to 128 characters, got a text',
    ],
    [
      { key_type: 'root' },
      'key_type must be default, llm_api, management or read_only, got a text',
    ],
    [{ user_id: 'a\u0000' }, 'user_id must be a text of 1 to 256 characters, or null, got a text'],
    [{ auto_rotate: true }, 'rotation_interval must be given with auto_rotate, got nothing'],
    [
      { metadata: { text: 'x'.repeat(20_000) } },
      'metadata must be an object of at most 16 KiB, got an object',
    ],
  ])('rejects %j', async (body, message) => {
    expect(await refusal(MASTER_KEY, '/key/generate', body)).toEqual([400, message]);
  });

  it('rejects a team that does not exist, and an alias that is taken', async () => {
    expect(await refusal(MASTER_KEY, '/key/generate', { team_id: 'nowhere' })).toEqual([
      404,
      'there is no team of this id',
    ]);
    await generate({ key_alias: 'mine' });
    expect(await refusal(MASTER_KEY, '/key/generate', { key_alias: 'mine' })).toEqual([
      409,
      'key_alias must be new, got one that is taken; choose another, or update the one there is',
    ]);
  });

  describe('for a management key', () => {
    let manager: { secret: string; id: string };
    let own: { secret: string; id: string };
    let team: { secret: string; id: string };
    let foreign: { secret: string; id: string };

    beforeAll(async () => {
      manager = await generate({
        user_id: 'alice',
        team_id: 'team-1',
        key_type: 'management',
        models: ['gpt-4o', 'o3'],
        max_budget: 10,
        budget_duration: '1d',
        rpm_limit: 100,
        model_rpm_limit: { o3: 5 },
      });
      own = await generate({ user_id: 'alice' });
      team = await generate({ user_id: 'bob', team_id: 'team-1' });
      foreign = await generate({ user_id: 'bob' });
    });

    const within = {
      models: ['o3'],
      max_budget: 10,
      budget_duration: '1d',
      rpm_limit: 1,
      model_rpm_limit: { o3: 5 },
    };

    it('generates keys of its own user and team', async () => {
      const { status, json } = await server.ask(manager.secret, 'POST /key/generate', within);
      expect(status).toBe(200);
      expect(json).toMatchObject({
        user_id: 'alice',
        team_id: 'team-1',
        models: ['o3'],
        created_by: manager.id,
      });
    });

    it.each<[object, string]>([
      [{ user_id: 'bob' }, 'user_id and team_id must be those of the key that asks'],
      [{ user_id: null, team_id: null }, 'user_id and team_id must be those of the key that asks'],
      [{ organization_id: 'org-2' }, 'user_id and team_id must be those of the key that asks'],
      [{ models: [] }, 'models must be among those of the key that asks'],
      [{ models: ['gpt-5'] }, 'models must be among those of the key that asks'],
      [{ max_budget: 11 }, 'max_budget must be at most that of the key that asks'],
      [{ max_budget: null }, 'max_budget must be at most that of the key that asks'],
      [{ budget_duration: '1h' }, 'budget_duration must be at least that of the key that asks'],
      [{ rpm_limit: 101 }, 'rpm_limit must be at most that of the key that asks'],
      [{ model_rpm_limit: { o3: 6 } }, 'model_rpm_limit must be at most that of the key that asks'],
      [{ permissions: { any: true } }, 'permissions must be among those of the key that asks'],
      [{ key: 'sk-chosen-by-a-manager-key' }, 'only an administrator chooses the secret of a key'],
    ])('rejects to hand out more than it has: %j', async (body, message) => {
      const granted = { ...within, ...body };
      expect(await refusal(manager.secret, '/key/generate', granted)).toEqual([403, message]);
    });

    it('sees its own keys and those of its team, and no others', async () => {
      const { json } = await server.ask(manager.secret, 'GET /key/list?size=100');
      const { keys } = json as { keys: string[] };
      expect(keys).toEqual(expect.arrayContaining([manager.id, own.id, team.id]));
      expect(keys).not.toContain(foreign.id);
      for (const path of ['/key/block', '/key/update', '/key/regenerate']) {
        expect(await refusal(manager.secret, path, { key: foreign.id })).toEqual([
          404,
          'there is no such key',
        ]);
      }
      expect(await refusal(manager.secret, '/key/delete', { keys: [own.id, foreign.id] })).toEqual([
        404,
        'there is no such key',
      ]);
      expect(server.directory.keys.get(own.id)?.revoked).toBe(false);
    });

    it('cannot become somebody else by a new secret for their key', async () => {
      expect(await refusal(manager.secret, '/key/regenerate', { key: team.id })).toEqual([
        403,
        'user_id and team_id must be those of the key that asks',
      ]);
    });

    it('cannot free itself of its own bounds, nor of what it spent', async () => {
      const update = { key: manager.id, max_budget: null };
      expect(await refusal(manager.secret, '/key/update', update)).toEqual([
        403,
        'max_budget must be at most that of the key that asks',
      ]);
      expect(await refusal(manager.secret, '/key/update', { key: manager.id, spend: 0 })).toEqual([
        403,
        'only an administrator sets spend',
      ]);
    });

    it('blocks a key of its team', async () => {
      expect(
        (await server.ask(manager.secret, 'POST /key/block', { key: team.id })).json,
      ).toMatchObject({ blocked: true });
    });
  });

  it('tells a plain key of itself alone', async () => {
    const mine = await generate({ user_id: 'bob' });
    const other = await generate({ user_id: 'bob' });
    const own = await server.ask(mine.secret, 'GET /key/info');
    expect(own.json).toMatchObject({ key: mine.id, info: { user_id: 'bob' } });
    const { status } = await server.ask(mine.secret, `GET /key/info?key=${other.id}`);
    expect(status).toBe(404);
  });
});
