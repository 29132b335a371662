import { request as requestPlain } from 'node:http';
import { completion, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider } from '../../support/fake-provider';
import {
  ADMINISTRATOR,
  aModel,
  createDataFolder,
  startStateGateway,
  until,
} from '../../support/state-gateway';
import type { StateGateway } from '../../support/state-gateway';

type Sections = Readonly<Record<string, object>>;

describe('the guards of a gateway', () => {
  let provider: FakeProvider;
  const running: StateGateway[] = [];

  beforeAll(async () => {
    provider = await startFakeProvider(() => ({ kind: 'json', body: completion('Hi') }));
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((gateway) => gateway.kill()));
  });

  afterAll(() => provider.stop());

  async function start(sections: Sections, storage: 'kept' | 'lost' = 'lost') {
    const gateway = await startStateGateway(
      [aModel(provider.url)],
      storage === 'kept' ? createDataFolder() : null,
      { sections },
    );
    running.push(gateway);
    return gateway;
  }

  interface Refusal {
    readonly status: number;
    readonly error: {
      readonly message: string;
      readonly type: string;
      readonly param: string | null;
      readonly code: string;
      readonly gateway_code: string;
    };
  }

  /** What the client is told; fails where the provider heard of the call. */
  async function refusalOf(ask: () => Promise<Response>): Promise<Refusal> {
    const before = provider.seen.length;
    const response = await ask();
    const { error } = (await response.json()) as Pick<Refusal, 'error'>;
    expect(provider.seen.length).toBe(before);
    return { status: response.status, error };
  }

  /** Sends headers that `fetch` keeps to itself. */
  function statusOf(
    url: string,
    headers: Readonly<Record<string, string>>,
    method = 'GET',
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      requestPlain(url, { method, headers, agent: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      })
        .on('error', reject)
        .end();
    });
  }

  describe('allowed_ips', () => {
    it('rejects other addresses on every route but the probes', async () => {
      const gateway = await start({ general_settings: { allowed_ips: ['10.0.0.1'] } });
      expect(await refusalOf(() => gateway.chat(ADMINISTRATOR))).toEqual({
        status: 403,
        error: {
          message: 'Access forbidden: IP address 127.0.0.1 not allowed.',
          type: 'auth_error',
          param: null,
          code: '403',
          gateway_code: 'address_not_allowed',
        },
      });
      for (const path of ['/metrics', '/v1/models', '/health', '/no/such/route']) {
        expect((await gateway.ask(ADMINISTRATOR, `GET ${path}?`)).status).toBe(403);
      }
      for (const path of ['/health/liveliness', '/health/readiness', '/health/region']) {
        expect((await gateway.ask('', `GET ${path}`)).status).toBe(200);
      }
    });

    it('lets in a range of addresses, and does not listen to a header nobody vouches for', async () => {
      const gateway = await start({
        general_settings: { allowed_ips: ['127.0.0.0/8', '2001:db8::/32'] },
      });
      expect((await gateway.chat(ADMINISTRATOR)).status).toBe(200);
      const closed = await start({ general_settings: { allowed_ips: ['10.0.0.1'] } });
      const headers = { 'x-forwarded-for': '10.0.0.1' };
      expect((await closed.chat(ADMINISTRATOR, {}, headers)).status).toBe(403);
    });

    it('reads x-forwarded-for from the right, as far as trusted proxies wrote it', async () => {
      const gateway = await start({
        general_settings: {
          allowed_ips: ['203.0.113.7'],
          use_x_forwarded_for: true,
          trusted_proxies: ['127.0.0.1', '10.0.0.0/8'],
        },
      });
      const from = async (forwarded: string): Promise<number> =>
        (await gateway.chat(ADMINISTRATOR, {}, { 'x-forwarded-for': forwarded })).status;
      expect(await from('203.0.113.7')).toBe(200);
      expect(await from('203.0.113.7, 10.1.2.3')).toBe(200);
      expect(await from('203.0.113.7:51820, 10.1.2.3')).toBe(200);
      // The client wrote the left one itself; our proxy wrote where it really came from.
      expect(await from('203.0.113.7, 198.51.100.9')).toBe(403);
      expect(await from('nonsense')).toBe(403);
      expect((await gateway.chat(ADMINISTRATOR)).status).toBe(403);
    });
  });

  describe('routes', () => {
    it('serves nothing but allowed_routes, whatever key is shown', async () => {
      const gateway = await start({
        general_settings: { allowed_routes: ['/v1/chat/completions', '/spend/*'] },
      });
      expect((await gateway.chat(ADMINISTRATOR)).status).toBe(200);
      const refused = await gateway.ask(ADMINISTRATOR, 'GET /v1/models');
      expect(refused.status).toBe(403);
      expect(refused.json).toMatchObject({
        error: {
          message: 'Access forbidden: Route /v1/models not allowed',
          type: 'auth_error',
          gateway_code: 'route_not_allowed',
        },
      });
      expect((await gateway.ask('', 'GET /health/liveliness')).status).toBe(200);
    });

    describe('of keys', () => {
      let gateway: StateGateway;

      beforeAll(async () => {
        gateway = await startStateGateway([aModel(provider.url)], createDataFolder(), {
          sections: {
            general_settings: {
              public_routes: ['/v1/models', '/key/generate'],
              admin_only_routes: ['/v1/chat/completions'],
            },
            litellm_settings: { require_auth_for_metrics_endpoint: true },
          },
        });
      });

      afterAll(() => gateway.kill());

      it('asks no key for public_routes, and gives nobody any power there', async () => {
        expect((await fetch(`${gateway.url}/v1/models`)).status).toBe(200);
        expect((await fetch(`${gateway.url}/models`)).status).toBe(401);
        const made = await fetch(`${gateway.url}/key/generate`, { method: 'POST', body: '{}' });
        expect(made.status).toBe(403);
      });

      it('keeps admin_only_routes from other keys on every path of the route', async () => {
        const key = await gateway.createKey();
        const refused = await refusalOf(() => gateway.chat(key.secret));
        expect(refused).toMatchObject({
          status: 403,
          error: {
            message:
              'user not allowed to access this route. Route=/v1/chat/completions is an admin only route',
            gateway_code: 'permission_denied',
          },
        });
        const before = provider.seen.length;
        for (const path of [
          '/chat/completions',
          '/engines/gpt-4o/chat/completions',
          '/openai/deployments/gpt-4o/chat/completions',
        ]) {
          const { status } = await gateway.ask(key.secret, `POST ${path}`, { messages: [] });
          expect(status).toBe(403);
        }
        expect(provider.seen.length).toBe(before);
        expect((await gateway.chat(ADMINISTRATOR)).status).toBe(200);
        expect((await gateway.ask(key.secret, 'GET /models')).status).toBe(200);
      });

      it('keeps the metrics to administrators with require_auth_for_metrics_endpoint', async () => {
        const key = await gateway.createKey();
        expect((await fetch(`${gateway.url}/metrics`)).status).toBe(401);
        expect((await gateway.ask(key.secret, 'GET /metrics')).status).toBe(403);
        expect((await gateway.ask(ADMINISTRATOR, 'GET /metrics')).status).toBe(200);
      });
    });
  });

  it('looks for keys in litellm_key_header_name alone', async () => {
    const gateway = await start({ general_settings: { litellm_key_header_name: 'X-Company-Key' } });
    const models = `${gateway.url}/v1/models`;
    expect(await statusOf(models, { authorization: `Bearer ${ADMINISTRATOR}` })).toBe(401);
    expect(await statusOf(models, { 'x-api-key': ADMINISTRATOR })).toBe(401);
    expect(await statusOf(models, { 'x-company-key': `Bearer ${ADMINISTRATOR}` })).toBe(200);
  });

  describe('what a body has to say', () => {
    it('rejects calls without the fields of enforced_params, also in their own fallbacks', async () => {
      const gateway = await start({
        general_settings: { enforced_params: ['user', 'metadata.generation_name'] },
      });
      const complete = { user: 'u', metadata: { generation_name: 'g' } };
      expect((await gateway.chat(ADMINISTRATOR, complete)).status).toBe(200);
      const told = async (body: object): Promise<unknown> => {
        const { status, error } = await refusalOf(() => gateway.chat(ADMINISTRATOR, body));
        return [status, error.gateway_code, error.message];
      };
      expect(await told({})).toEqual([
        400,
        'required_param_missing',
        'BadRequest please pass param=user in request body. This is a required param',
      ]);
      expect(await told({ user: 'u', metadata: { other: 1 } })).toEqual([
        400,
        'required_param_missing',
        'BadRequest please pass param=[metadata][generation_name] in request body. This is a required param',
      ]);
      const fallbacks = [{ model: 'gpt-4o', metadata: {} }];
      expect(await told({ ...complete, fallbacks })).toEqual([
        400,
        'required_param_missing',
        'BadRequest please pass param=[metadata][generation_name] in request body. This is a required param',
      ]);
    });

    it('rejects calls without a user, blocked users and banned words', async () => {
      const gateway = await start({
        general_settings: { enforce_user_param: true, reject_clientside_metadata_tags: true },
        litellm_settings: { blocked_user_list: ['bad-user'], banned_keywords_list: ['Forbidden'] },
      });
      const told = async (body: object, headers = {}): Promise<unknown> => {
        const { status, error } = await refusalOf(() => gateway.chat(ADMINISTRATOR, body, headers));
        return [status, error.gateway_code, error.message];
      };
      const user = 'good-user';
      const says = (content: unknown): object => ({ messages: [{ role: 'user', content }] });
      const missing = [
        400,
        'required_param_missing',
        "'user' param not passed in. 'enforce_user_param'=True",
      ];
      expect(await told({})).toEqual(missing);
      expect(await told({ user: '' })).toEqual(missing);
      const blocked = [
        400,
        'user_not_allowed',
        'User blocked from making LLM API Calls. User=bad-user',
      ];
      expect(await told({ user: 'bad-user' })).toEqual(blocked);
      const other = [{ model: 'gpt-4o', user: 'bad-user' }];
      expect(await told({ user, fallbacks: other })).toEqual(blocked);
      const banned = [400, 'content_not_allowed', 'Keyword banned. Keyword=forbidden'];
      expect(await told({ user, ...says('a FORBIDDEN word') })).toEqual(banned);
      expect(await told({ user, ...says([{ type: 'text', text: 'forbidden' }]) })).toEqual(banned);
      expect(await told({ user, fallbacks: [{ model: 'gpt-4o', ...says('forbidden') }] })).toEqual(
        banned,
      );
      const tagged = [
        400,
        'invalid_request',
        "Client-side 'metadata.tags' not allowed in request. 'reject_clientside_metadata_tags'=True. Tags can only be set via API key metadata.",
      ];
      expect(await told({ user, metadata: { tags: ['a'] } })).toEqual(tagged);
      expect(await told({ user }, { 'x-litellm-tags': 'a' })).toEqual(tagged);
      expect((await gateway.chat(ADMINISTRATOR, { user, ...says('fine') })).status).toBe(200);
    });

    it('bounds requests and answers by their size', async () => {
      const gateway = await start({
        general_settings: { max_request_size_mb: 0.001, max_response_size_mb: 0.0001 },
      });
      const large = await refusalOf(() => gateway.chat(ADMINISTRATOR, { user: 'x'.repeat(2_000) }));
      expect([large.status, large.error.gateway_code, large.error.message]).toEqual([
        413,
        'body_too_large',
        'the body must be at most 1048 bytes',
      ]);
      const before = provider.seen.length;
      const answer = await gateway.chat(ADMINISTRATOR);
      expect(answer.status).toBe(400);
      expect(provider.seen.length).toBe(before + 1);
      const { error } = (await answer.json()) as { readonly error: { readonly message: string } };
      expect(error).toMatchObject({
        gateway_code: 'response_too_large',
        message: expect.stringMatching(
          /^Response size is too large\. Response size is 0\.000\d+ MB\. Max size is 0\.00009\d+ MB$/,
        ) as string,
      });
    });
  });

  describe('budgets that no key belongs to', () => {
    const outOfMoney = (message: string) => ({
      status: 400,
      error: {
        message,
        type: 'budget_exceeded',
        param: null,
        code: '400',
        gateway_code: 'budget_exceeded',
      },
    });

    it('hold the whole gateway to max_budget, administrator and keys, before a restart and after', async () => {
      const folder = createDataFolder();
      const sections = { litellm_settings: { max_budget: 0.013, budget_duration: '3000mo' } };
      const open = (): Promise<StateGateway> =>
        startStateGateway([aModel(provider.url)], folder, { sections });
      const told = outOfMoney('Budget has been exceeded! Current cost: 0.013, Max budget: 0.013');
      const bounded = { max_tokens: 1 };
      const first = await open();
      const key = await first.createKey();
      expect((await first.chat(key.secret, bounded)).status).toBe(200);
      expect((await first.ask(key.secret, 'GET /v1/models')).status).toBe(200);
      for (const secret of [ADMINISTRATOR, key.secret]) {
        expect(await refusalOf(() => first.chat(secret, bounded))).toEqual(told);
      }
      await first.stop();
      running.push(await open());
      const second = running[0] ?? first;
      // What is spent is read from the store a moment after the start.
      await until(
        async () => (await second.chat(ADMINISTRATOR, bounded)).status,
        (status) => status === 400,
      );
      expect(await refusalOf(() => second.chat(key.secret, bounded))).toEqual(told);
    });

    it('hold each user of a body to max_end_user_budget, and a key to its own rules', async () => {
      const gateway = await start({ litellm_settings: { max_end_user_budget: 0.013 } }, 'kept');
      const as = (user: string) => gateway.chat(ADMINISTRATOR, { max_tokens: 1, user });
      expect((await as('ann')).status).toBe(200);
      expect(await refusalOf(() => as('ann'))).toEqual(
        outOfMoney('ExceededBudget: End User=ann over budget. Spend=0.013, Budget=0.013'),
      );
      expect((await as('bob')).status).toBe(200);
      expect((await gateway.chat(ADMINISTRATOR, { max_tokens: 1 })).status).toBe(200);
      const key = await gateway.createKey({ metadata: { enforced_params: ['metadata.team'] } });
      const refused = await refusalOf(() => gateway.chat(key.secret));
      expect(refused.error.message).toBe(
        'BadRequest please pass param=metadata in request body. This is a required param',
      );
      expect((await gateway.chat(key.secret, { metadata: { team: 'a' } })).status).toBe(200);
    });

    it('warn where a restart would begin them anew', async () => {
      const gateway = await start({ litellm_settings: { max_budget: 1, max_end_user_budget: 1 } });
      const reason = 'neither DATABASE_URL nor a data folder (LITELLM_HA_DATA_DIR, --data) is set';
      expect(gateway.warnings).toEqual(
        expect.arrayContaining([
          `litellm_settings.max_budget is counted anew from each start of a process: ${reason}`,
          `litellm_settings.max_end_user_budget is counted anew from each start of a process: ${reason}`,
        ]),
      );
    });
  });

  describe('cors_allow_origins', () => {
    const page = 'https://app.example.com';
    const preflight = {
      origin: page,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    };

    it('says nothing to any page where no origin is listed', async () => {
      const gateway = await start({});
      expect(await statusOf(`${gateway.url}/v1/models`, preflight, 'OPTIONS')).toBe(405);
      const answer = await gateway.chat(ADMINISTRATOR, {}, { origin: page });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    });

    it('answers pages of listed origins on every route, errors included', async () => {
      const gateway = await start({ general_settings: { cors_allow_origins: [page] } });
      for (const path of ['/v1/chat/completions', '/v1/models', '/key/generate']) {
        const asked = await fetch(`${gateway.url}${path}`, {
          method: 'OPTIONS',
          headers: preflight,
        });
        expect(asked.status).toBe(200);
        expect(Object.fromEntries(asked.headers)).toMatchObject({
          'access-control-allow-origin': page,
          'access-control-allow-methods': 'GET, POST, OPTIONS',
          'access-control-allow-headers': 'authorization,content-type',
          'access-control-max-age': '600',
          vary: 'Origin',
        });
        expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
      }
      const refused = await gateway.chat('sk-wrong', {}, { origin: page });
      expect(refused.status).toBe(401);
      expect(refused.headers.get('access-control-allow-origin')).toBe(page);
      expect(refused.headers.get('access-control-expose-headers')).toBe('*');
      const foreign = await gateway.chat(ADMINISTRATOR, {}, { origin: 'https://evil.example.com' });
      expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    });
  });
});
