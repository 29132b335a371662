import { deployment } from '../../support/gateway-config-builder';
import { MASTER_KEY, startManagement } from '../../support/management-desk';
import type { ManagementServer } from '../../support/management-desk';

const DAY_MS = 86_400_000;
const FIRST_MS = Date.UTC(2023, 10, 10, 12);

describe('createSpendOperations', () => {
  let server: ManagementServer;
  let key: { secret: string; id: string };

  beforeAll(async () => {
    server = await startManagement([
      deployment({ id: 'one', inputCostPerToken: 0.000_001, outputCostPerToken: 0.000_002 }),
    ]);
    await server.administer('POST /team/new', { team_id: 'team-1', team_alias: 'One' });
    await server.administer('POST /user/new', { user_id: 'alice', auto_create_key: false });
    const made = await server.administer('POST /key/generate', {
      user_id: 'alice',
      key_alias: 'hers',
      key_type: 'read_only',
    });
    key = { secret: String(made.key), id: String(made.token_id) };
    const call = {
      keyId: key.id,
      userId: 'alice',
      startedAtMs: FIRST_MS - 900,
      firstByteAtMs: FIRST_MS - 700,
    };
    await server.spend([
      {
        ...call,
        seq: 1,
        endedAtMs: FIRST_MS,
        tags: ['a'],
        microDollars: 1_000_000,
        endUser: 'c',
        sessionId: 's',
      },
      {
        ...call,
        seq: 2,
        endedAtMs: FIRST_MS + DAY_MS,
        outcome: 'provider_internal',
        microDollars: 0,
      },
      {
        seq: 3,
        keyId: 'other',
        teamId: 'team-1',
        group: 'o3',
        litellmModel: 'azure/o3',
        provider: 'azure',
        endedAtMs: FIRST_MS + DAY_MS,
        tags: ['a', 'b'],
        microDollars: 5_000_000,
      },
    ]);
  });

  afterAll(() => server.stop());

  const read = (path: string): Promise<unknown> => server.administer(`GET ${path}`);

  it('tells rows in the shape of LiteLLM', async () => {
    expect(await read('/spend/logs?request_id=call-1')).toEqual([
      {
        request_id: 'call-1',
        call_type: 'chat_completions',
        api_key: key.id,
        spend: 1,
        total_tokens: 10,
        prompt_tokens: 7,
        completion_tokens: 3,
        startTime: '2023-11-10T11:59:59.100Z',
        endTime: '2023-11-10T12:00:00.000Z',
        completionStartTime: '2023-11-10T11:59:59.300Z',
        model: 'openai/gpt-4o',
        model_id: 'deployment-1',
        model_group: 'gpt-4o',
        custom_llm_provider: 'openai',
        user: 'alice',
        team_id: null,
        organization_id: null,
        end_user: 'c',
        metadata: { calls: 1, region: 'eu', estimated: 'none' },
        cache_hit: 'False',
        request_tags: ['a'],
        session_id: 's',
        status: 'success',
      },
    ]);
  });

  it('adds up by day where days are named, unless it should not', async () => {
    const days = 'start_date=2023-11-10&end_date=2023-11-11';
    expect(await read(`/spend/logs?${days}`)).toEqual([
      {
        startTime: '2023-11-11',
        spend: 5,
        users: { '': 5, alice: 0 },
        models: { 'azure/o3': 5, 'openai/gpt-4o': 0 },
        api_keys: { [key.id]: 0, other: 5 },
      },
      {
        startTime: '2023-11-10',
        spend: 1,
        users: { alice: 1 },
        models: { 'openai/gpt-4o': 1 },
        api_keys: { [key.id]: 1 },
      },
    ]);
    const rows = await read(`/spend/logs?${days}&summarize=false`);
    expect(rows).toMatchObject([
      { request_id: expect.any(String) },
      { request_id: expect.any(String) },
      { request_id: 'call-1' },
    ]);
  });

  it('shows a bound key its own spending alone', async () => {
    const { json } = await server.ask(key.secret, 'GET /spend/logs');
    expect((json as { request_id: string }[]).map((row) => row.request_id)).toEqual([
      'call-2',
      'call-1',
    ]);
    for (const query of ['user_id=bob', 'team_id=team-1']) {
      const { status } = await server.ask(key.secret, `GET /spend/logs?${query}`);
      expect(status).toBe(403);
    }
    expect((await server.ask(key.secret, 'GET /spend/logs?api_key=other')).status).toBe(404);
    const tags = await server.ask(key.secret, 'GET /spend/tags');
    expect(tags.json).toEqual([{ individual_request_tag: 'a', log_count: 1, total_spend: 1 }]);
  });

  it('tells tags, keys, users, models and the whole', async () => {
    expect(await read('/spend/tags')).toEqual([
      { individual_request_tag: 'a', log_count: 2, total_spend: 6 },
      { individual_request_tag: 'b', log_count: 1, total_spend: 5 },
    ]);
    const keys = [
      { token: 'other', key_alias: null, total_spend: 5 },
      { token: key.id, api_key: key.id, key_alias: 'hers', user_id: 'alice', spend: 1 },
    ];
    expect(await read('/spend/keys')).toMatchObject(keys);
    expect(await read('/global/spend/keys?limit=1')).toMatchObject(keys.slice(0, 1));
    expect(await read('/spend/users?user_id=alice')).toMatchObject([
      { user_id: 'alice', spend: 1 },
    ]);
    expect(await read('/global/spend/models')).toEqual([
      { model: 'o3', total_spend: 5 },
      { model: 'gpt-4o', total_spend: 1 },
    ]);
    expect(await read('/global/spend')).toEqual({ spend: 6, max_budget: null });
  });

  it('tells days, teams and a report', async () => {
    expect(await read('/global/spend/logs')).toEqual([
      { date: '2023-11-10', spend: 1 },
      { date: '2023-11-11', spend: 5 },
    ]);
    expect(await read('/global/spend/teams')).toEqual({
      teams: ['One'],
      daily_spend: [{ date: '2023-11-11', One: 5 }],
      total_spend_per_team: [{ team_id: 'team-1', team_name: 'One', total_spend: 5 }],
    });
    expect(await read('/global/spend/report?start_date=2023-11-10&end_date=2023-11-10')).toEqual([
      {
        group_by_day: '2023-11-10',
        teams: [
          {
            team_name: 'Unassigned',
            total_spend: 1,
            metadata: [{ model: 'openai/gpt-4o', api_key: key.id, spend: 1, total_tokens: 10 }],
          },
        ],
      },
    ]);
  });

  it('tells the activity of days, with counts', async () => {
    const none = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10, api_requests: 1 };
    const good = { spend: 1, ...none, successful_requests: 1, failed_requests: 0 };
    const { json } = await server.ask(key.secret, 'GET /user/daily/activity?page_size=1&page=2');
    expect(json).toEqual({
      results: [
        {
          date: '2023-11-10',
          metrics: good,
          breakdown: {
            models: { 'openai/gpt-4o': { metrics: good, metadata: {} } },
            model_groups: { 'gpt-4o': { metrics: good, metadata: {} } },
            providers: { openai: { metrics: good, metadata: {} } },
            api_keys: { [key.id]: { metrics: good, metadata: {} } },
          },
        },
      ],
      metadata: {
        total_spend: 1,
        total_prompt_tokens: 14,
        total_completion_tokens: 6,
        total_tokens: 20,
        total_api_requests: 2,
        total_successful_requests: 1,
        total_failed_requests: 1,
        page: 2,
        total_pages: 2,
        has_more: false,
      },
    });
  });

  it('calculates what an answer costs', async () => {
    const body = {
      model: 'gpt-4o',
      completion_response: { usage: { prompt_tokens: 1000, completion_tokens: 500 } },
    };
    expect(await server.administer('POST /spend/calculate', body)).toEqual({ cost: 0.002 });
  });

  it.each([
    ['GET /spend/logs?start_date=yesterday', 'start_date must be a day such as 2026-01-31'],
    ['GET /spend/logs?end_date=2026-02-30', 'end_date must be a day such as 2026-01-31'],
    ['GET /spend/logs?page_size=5000', 'page_size must be a whole number from 1 to 1000'],
    ['GET /global/spend/report', 'start_date must be given, got nothing'],
    [
      'GET /global/spend/report?start_date=2026-01-01&end_date=2026-01-01&group_by=moon',
      'group_by must be team or api_key',
    ],
    ['POST /spend/calculate', 'model must be given, got nothing'],
  ] as const)('rejects %s', async (route, message) => {
    const { status, json } = await server.ask(MASTER_KEY, route, {});
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: { message } });
  });
});
