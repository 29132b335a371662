import { MASTER_KEY, startManagement } from '../../support/management-desk';
import type { ManagementServer } from '../../support/management-desk';

describe('createTeamOperations', () => {
  let server: ManagementServer;

  beforeAll(async () => {
    server = await startManagement();
  });

  afterAll(() => server.stop());

  it('creates a team with members and bounds', async () => {
    const now = new Date(server.clock.wallMs()).toISOString();
    expect(
      await server.administer('POST /team/new', {
        team_id: 'team-1',
        team_alias: 'One',
        models: ['gpt-4o'],
        max_budget: 100,
        budget_duration: '30d',
        members_with_roles: [{ user_id: 'alice', role: 'admin' }, { user_id: 'bob' }],
      }),
    ).toEqual({
      team_id: 'team-1',
      team_alias: 'One',
      organization_id: null,
      admins: ['alice'],
      members: ['alice', 'bob'],
      members_with_roles: [
        { user_id: 'alice', role: 'admin' },
        { user_id: 'bob', role: 'user' },
      ],
      spend: 0,
      models: ['gpt-4o'],
      metadata: {},
      max_budget: 100,
      soft_budget: null,
      budget_duration: '1mo',
      budget_reset_at: new Date(server.clock.wallMs() + 30 * 86_400_000).toISOString(),
      tpm_limit: null,
      rpm_limit: null,
      max_parallel_requests: null,
      blocked: false,
      created_at: now,
      created_by: 'master',
      updated_at: now,
      updated_by: 'master',
    });
  });

  it('adds members one by one or together, and takes them out', async () => {
    await server.administer('POST /team/member_add', {
      team_id: 'team-1',
      member: { user_id: 'carol', role: 'user' },
      max_budget_in_team: 7,
    });
    const added = await server.administer('POST /team/member_add', {
      team_id: 'team-1',
      member: [{ user_id: 'dave' }, { user_id: 'erin' }],
    });
    expect(added.members).toEqual(['alice', 'bob', 'carol', 'dave', 'erin']);
    const left = await server.administer('POST /team/member_delete', {
      team_id: 'team-1',
      user_id: 'bob',
    });
    expect(left.members).toEqual(['alice', 'carol', 'dave', 'erin']);
    const { team_memberships: memberships } = await server.administer(
      'GET /team/info?team_id=team-1',
    );
    expect(memberships).toContainEqual({
      user_id: 'carol',
      team_id: 'team-1',
      litellm_budget_table: { max_budget: 7 },
    });
  });

  it('blocks, unblocks, updates and lists', async () => {
    const team = { team_id: 'team-1' };
    expect(await server.administer('POST /team/block', team)).toMatchObject({ blocked: true });
    expect(await server.administer('POST /team/unblock', team)).toMatchObject({
      blocked: false,
    });
    expect(
      await server.administer('POST /team/update', { ...team, rpm_limit: 5, spend: 2 }),
    ).toMatchObject({ team_id: 'team-1', data: { rpm_limit: 5, team_alias: 'One', spend: 2 } });
    expect(await server.administer('GET /team/list')).toMatchObject([{ team_id: 'team-1' }]);
  });

  it('lets a management key of the team read it, and no other', async () => {
    const { key } = await server.administer('POST /key/generate', {
      team_id: 'team-1',
      key_type: 'management',
    });
    expect((await server.ask(String(key), 'GET /team/info')).json).toMatchObject({
      team_info: { team_id: 'team-1' },
      keys: [{ team_id: 'team-1' }],
    });
    expect((await server.ask(String(key), 'GET /team/info?team_id=other')).status).toBe(403);
  });

  it('deletes a team with its keys', async () => {
    await server.administer('POST /team/new', { team_id: 'gone' });
    const { key } = await server.administer('POST /key/generate', { team_id: 'gone' });
    expect(await server.administer('POST /team/delete', { team_ids: ['gone'] })).toEqual({
      deleted_teams: ['gone'],
      deleted_keys: [expect.any(String)],
    });
    expect((await server.ask(String(key), 'GET /key/info')).status).toBe(401);
  });

  it.each([
    ['/team/member_add', { team_id: 'team-1' }, 'member must be given, got nothing'],
    [
      '/team/member_add',
      { team_id: 'team-1', member: { user_id: 'x', role: 'owner' } },
      'member must be one {user_id, role} or a list of them, role being admin or user, got an object',
    ],
    [
      '/team/member_delete',
      { team_id: 'team-1', user_id: 'nobody' },
      'user_id must be that of a member of the team',
    ],
  ])('rejects at %s %j', async (path, body, message) => {
    const { status, json } = await server.ask(MASTER_KEY, `POST ${path}`, body);
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: { message } });
  });
});
