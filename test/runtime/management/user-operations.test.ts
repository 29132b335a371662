import { MASTER_KEY, startManagement } from '../../support/management-desk';
import type { ManagementServer } from '../../support/management-desk';

describe('createUserOperations', () => {
  let server: ManagementServer;

  beforeAll(async () => {
    server = await startManagement();
  });

  afterAll(() => server.stop());

  it('creates a user with a first key, as LiteLLM does', async () => {
    const now = new Date(server.clock.wallMs()).toISOString();
    const answer = await server.administer('POST /user/new', {
      user_id: 'alice',
      user_alias: 'Alice',
      user_email: 'alice@example.com',
      user_role: 'internal_user',
      teams: ['team-1'],
      models: ['gpt-4o'],
      max_budget: 5,
      key_alias: 'first',
    });
    expect(answer).toEqual({
      key: expect.stringMatching(/^sk-/),
      token_id: expect.any(String),
      user_id: 'alice',
      user_alias: 'Alice',
      user_email: 'alice@example.com',
      user_role: 'internal_user',
      teams: ['team-1'],
      spend: 0,
      models: ['gpt-4o'],
      metadata: {},
      max_budget: 5,
      soft_budget: null,
      budget_duration: null,
      budget_reset_at: null,
      tpm_limit: null,
      rpm_limit: null,
      max_parallel_requests: null,
      blocked: false,
      created_at: now,
      created_by: 'master',
      updated_at: now,
      updated_by: 'master',
    });
    const { info } = (await server.ask(String(answer.key), 'GET /key/info')).json as {
      info: unknown;
    };
    expect(info).toMatchObject({ user_id: 'alice', key_alias: 'first' });
  });

  it('creates one without a key, under an id of its own making', async () => {
    const answer = await server.administer('POST /user/new', { auto_create_key: false });
    expect(answer.key).toBeNull();
    expect(answer.user_id).toMatch(/^id-/);
  });

  it('tells of a user with keys and teams', async () => {
    await server.administer('POST /team/new', {
      team_id: 'team-9',
      members_with_roles: [{ user_id: 'alice', role: 'admin' }],
    });
    expect(await server.administer('GET /user/info?user_id=alice')).toMatchObject({
      user_id: 'alice',
      user_info: { user_alias: 'Alice' },
      keys: [{ key_alias: 'first' }],
      teams: [{ team_id: 'team-9', admins: ['alice'] }],
    });
  });

  it('updates what is named, and spend by an entry', async () => {
    await server.spend([{ seq: 1, userId: 'alice', microDollars: 3_000_000 }]);
    const answer = await server.administer('POST /user/update', {
      user_id: 'alice',
      max_budget: 9,
      spend: 1,
    });
    expect(answer).toMatchObject({
      user_id: 'alice',
      data: { max_budget: 9, user_alias: 'Alice', spend: 1 },
    });
  });

  it('lists in pages', async () => {
    const { users, ...page } = await server.administer('GET /user/list?page_size=1&page=1');
    expect(users).toMatchObject([{ user_id: 'alice' }]);
    expect(page).toEqual({ total: 2, page: 1, page_size: 1, total_pages: 2 });
  });

  it('lets a key with a management role see its own user alone', async () => {
    const { key } = await server.administer('POST /key/generate', {
      user_id: 'alice',
      key_type: 'read_only',
    });
    expect((await server.ask(String(key), 'GET /user/info')).json).toMatchObject({
      user_id: 'alice',
    });
    const { status } = await server.ask(String(key), 'GET /user/info?user_id=bob');
    expect(status).toBe(403);
  });

  it('deletes a user with the keys, and never gives the id again', async () => {
    const { key } = await server.administer('POST /user/new', { user_id: 'gone' });
    const answer = await server.administer('POST /user/delete', { user_ids: ['gone'] });
    expect(answer).toEqual({ deleted_users: ['gone'], deleted_keys: [expect.any(String)] });
    expect((await server.ask(String(key), 'GET /key/info')).status).toBe(401);
    expect((await server.ask(MASTER_KEY, 'GET /user/info?user_id=gone')).status).toBe(404);
    const again = await server.ask(MASTER_KEY, 'POST /user/new', { user_id: 'gone' });
    expect(again.status).toBe(409);
    expect(again.json).toMatchObject({
      error: { message: 'user_id must be new, got that of a deleted one; choose another' },
    });
  });
});
