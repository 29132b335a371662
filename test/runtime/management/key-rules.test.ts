import { parseGatewayConfig } from '../../../lib/config/index';
import { startManagement } from '../../support/management-desk';
import type { ManagementServer } from '../../support/management-desk';

const DAY_MS = 86_400_000;

const { guards } = parseGatewayConfig(
  JSON.stringify({
    model_list: [{ model_name: 'm', litellm_params: { model: 'openai/m', api_key: 'k' } }],
    litellm_settings: {
      max_internal_user_budget: 7,
      internal_user_budget_duration: '1d',
      default_key_generate_params: { max_budget: 5, models: ['m'], metadata: { from: 'config' } },
      upperbound_key_generate_params: { max_budget: 10, duration: '30d', rpm_limit: 100 },
      key_generation_settings: {
        team_key_generation: {
          allowed_team_member_roles: ['admin'],
          required_params: ['key_alias'],
        },
        personal_key_generation: { allowed_user_roles: ['proxy_admin'], required_params: ['tags'] },
      },
    },
  }),
  { environment: {} },
);

describe('the rules of the configuration for new keys and users', () => {
  let server: ManagementServer;
  /** Keys of role management: of a team's admin, of a plain member, and of somebody in no team. */
  const managers: Record<string, string> = {};

  beforeAll(async () => {
    server = await startManagement([], guards);
    for (const user of ['boss', 'worker', 'stranger']) {
      await server.administer('POST /user/new', { user_id: user, auto_create_key: false });
    }
    await server.administer('POST /team/new', {
      team_id: 'team',
      members_with_roles: [
        { user_id: 'boss', role: 'admin' },
        { user_id: 'worker', role: 'user' },
      ],
    });
    for (const user of ['boss', 'worker', 'stranger']) {
      const { key } = await server.administer('POST /key/generate', {
        user_id: user,
        team_id: 'team',
        key_type: 'management',
        tags: [],
      });
      managers[user] = String(key);
    }
  });

  afterAll(() => server.stop());

  const make = (body: object = {}) =>
    server.administer('POST /key/generate', { tags: ['a'], ...body });

  const told = async (asker: string, route: string, body: object): Promise<unknown> => {
    const { status, json } = await server.ask(managers[asker] ?? asker, route, body);
    const { error } = json as { readonly error?: { readonly message: string } };
    return error === undefined ? status : [status, error.message];
  };

  const refusal = async (body: object): Promise<unknown> => {
    const { message } = (await make(body).catch((error: unknown) => error)) as Error;
    const [, status, text = '{}'] = /answered (\d+): (.*)$/.exec(message) ?? [];
    const { error } = JSON.parse(text) as { readonly error: { readonly message: string } };
    return [Number(status), error.message];
  };

  it('fill in what a request leaves out, first by the defaults and then by the bounds', async () => {
    expect(await make()).toMatchObject({
      max_budget: 5,
      models: ['m'],
      metadata: { from: 'config' },
      rpm_limit: 100,
      expires: new Date(server.clock.wallMs() + 30 * DAY_MS).toISOString(),
    });
    expect(
      await make({ max_budget: 9, models: ['other'], metadata: { own: 1 }, duration: '1d' }),
    ).toMatchObject({
      max_budget: 9,
      models: ['other'],
      metadata: { own: 1 },
      expires: new Date(server.clock.wallMs() + DAY_MS).toISOString(),
    });
  });

  it.each<[object, string]>([
    [
      { max_budget: 11 },
      'max_budget is over max limit set in config - user_value=11; max_value=10',
    ],
    [
      { rpm_limit: 101 },
      'rpm_limit is over max limit set in config - user_value=101; max_value=100',
    ],
    [
      { duration: '31d' },
      'duration is over max limit set in config - user_value=2678400s; max_value=2592000s',
    ],
    [
      { duration: '-1' },
      'duration is over max limit set in config - user_value=-1; max_value=2592000s',
    ],
  ])('reject %j, also from an administrator', async (body, message) => {
    expect(await refusal(body)).toEqual([400, message]);
  });

  it('bound keys that are changed and made anew, save by an administrator', async () => {
    const { key } = await make({ user_id: 'boss', team_id: 'team', key_alias: 'changing' });
    const over = (value: string) => [
      400,
      `max_budget is over max limit set in config - user_value=${value}; max_value=10`,
    ];
    for (const route of ['POST /key/update', 'POST /key/regenerate']) {
      expect(await told('boss', route, { key, max_budget: 11 })).toEqual(over('11'));
      expect(await told('boss', route, { key, max_budget: null })).toEqual(over('none'));
    }
    expect(await told('boss', 'POST /key/update', { key, max_budget: 4 })).toBe(200);
    await server.administer('POST /key/update', { key, max_budget: 1000 });
  });

  it('let those members make keys of a team whose role is listed, with what has to be said', async () => {
    const body = { key_alias: 'one', max_budget: 1 };
    expect(await told('boss', 'POST /key/generate', body)).toBe(200);
    expect(await told('boss', 'POST /key/generate', { max_budget: 1 })).toEqual([
      400,
      'Required param key_alias not in data',
    ]);
    expect(await told('worker', 'POST /key/generate', { ...body, key_alias: 'two' })).toEqual([
      400,
      'Team member role user not in allowed_team_member_roles=[admin]',
    ]);
    expect(await told('stranger', 'POST /key/generate', { ...body, key_alias: 'three' })).toEqual([
      400,
      'User=stranger not assigned to team=team',
    ]);
  });

  it('let those make keys of no team whose role is listed, an administrator with what has to be said', async () => {
    const { key } = await make({ user_id: 'stranger', key_type: 'management' });
    managers.alone = String(key);
    expect(await told('alone', 'POST /key/generate', { tags: [], max_budget: 1 })).toEqual([
      400,
      'Personal key creation has been restricted by admin. Allowed roles=[proxy_admin]. Your role=internal_user',
    ]);
    expect(await refusal({ tags: undefined })).toEqual([400, 'Required param tags not in data']);
  });

  it('give new internal users the budget of the configuration', async () => {
    const create = (body: object) =>
      server.administer('POST /user/new', { auto_create_key: false, ...body });
    expect(await create({})).toMatchObject({ max_budget: 7, budget_duration: '1d' });
    expect(await create({ max_budget: 3, budget_duration: '5d' })).toMatchObject({
      max_budget: 3,
      budget_duration: '5d',
    });
    expect(await create({ user_role: 'proxy_admin' })).toMatchObject({ max_budget: null });
  });

  it('never let a manager drop what its own key has to say in every call', async () => {
    const rule = { enforced_params: ['user'] };
    const { key: manager } = await make({
      user_id: 'boss',
      team_id: 'team',
      key_alias: 'ruled',
      key_type: 'management',
      metadata: rule,
    });
    managers.ruled = String(manager);
    const body = { key_alias: 'free', max_budget: 1, duration: '1d', rpm_limit: 1 };
    expect(
      await told('ruled', 'POST /key/generate', { ...body, metadata: { enforced_params: [] } }),
    ).toEqual([403, 'enforced_params of metadata must have those of the key that asks']);
    expect(await told('ruled', 'POST /key/generate', { ...body, metadata: rule })).toBe(200);
  });
});
