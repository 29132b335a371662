import { completion, completionChunks, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider } from '../../support/fake-provider';
import {
  ADMINISTRATOR,
  aModel,
  createDataFolder,
  startStateGateway,
  until,
} from '../../support/state-gateway';
import type { StateGateway } from '../../support/state-gateway';

const SALT = 'salt-canary-0123456789';
const PASSWORD = 'password-canary-0123456789';
const PROVIDER_KEY = 'sk-provider-canary';
const PROMPT = 'prompt-canary';

describe('what must not be told', () => {
  let provider: FakeProvider;
  let gateway: StateGateway;
  const heard: string[] = [];

  beforeAll(async () => {
    provider = await startFakeProvider(({ body }, index) => {
      const { stream } = JSON.parse(body) as { readonly stream?: boolean };
      if (stream === true) {
        return { kind: 'stream', chunks: completionChunks(['a']).slice(0, 1), end: 'reset' };
      }
      return index % 2 === 0
        ? { kind: 'json', body: completion('Hi') }
        : { kind: 'json', status: 401, body: { error: { message: `no ${PROVIDER_KEY}` } } };
    });
  });

  afterEach(async () => {
    await gateway.kill();
    heard.length = 0;
  });

  afterAll(async () => {
    await provider.stop();
  });

  async function hear(response: Promise<Response>): Promise<void> {
    const { headers, ...rest } = await response.then(async (answer) => ({
      headers: [...answer.headers],
      text: await answer.text(),
    }));
    heard.push(JSON.stringify(headers), rest.text);
  }

  async function hearRoutes(key: string, routes: readonly string[]): Promise<void> {
    for (const route of routes) heard.push((await gateway.ask(key, route)).text);
  }

  /** Everything that was said so far, by whatever way. */
  async function allSaid(): Promise<string> {
    await hearRoutes(ADMINISTRATOR, ['GET /metrics', 'GET /health/readiness']);
    return [...heard, ...gateway.warnings, gateway.log()].join('\n');
  }

  it('stays untold in answers, logs and metrics', async () => {
    gateway = await startStateGateway([aModel(provider.url)], createDataFolder(), {
      environment: { LITELLM_SALT_KEY: SALT },
      sections: {
        litellm_settings: { cache: true, cache_params: { type: 'local' } },
        router_settings: { num_retries: 0 },
      },
    });
    const { secret, id } = await gateway.createKey({ soft_budget: 0.001, rpm_limit: 5 });
    const body = { messages: [{ role: 'user', content: PROMPT }] };
    for (let call = 0; call < 6; call += 1) {
      await hear(gateway.chat(secret, { ...body, temperature: call / 10 }));
    }
    await hear(gateway.chat(secret, { ...body, stream: true }));
    await hear(gateway.chat(`${secret}x`, body));
    await hearRoutes(ADMINISTRATOR, [
      `GET /key/info?key=${secret}`,
      `GET /key/info?key=${secret}x`,
      'GET /key/list?return_full_object=true',
      'GET /model/info',
      'GET /spend/logs',
      'GET /audit',
    ]);
    heard.push((await gateway.ask(ADMINISTRATOR, 'POST /key/generate', { key: secret })).text);
    heard.push((await gateway.ask(ADMINISTRATOR, 'POST /key/update', { key: [secret] })).text);
    await gateway.administer('POST /key/delete', { keys: [secret] });
    await hear(gateway.chat(secret, body));
    await until(gateway.log, (log) => log.includes('"keyId"') && log.includes('authentication'));

    const said = await allSaid();
    expect(said).toContain(id);
    expect(said).toContain('softBudgetCrossed');
    for (const canary of [secret, SALT, ADMINISTRATOR, PROVIDER_KEY, PROMPT]) {
      expect(said).not.toContain(canary);
    }
  });

  it('stays untold of a database that cannot be reached', async () => {
    gateway = await startStateGateway([aModel(provider.url)], null, {
      environment: { DATABASE_URL: `postgresql://gateway:${PASSWORD}@127.0.0.1:9/gateway` },
    });
    await hear(gateway.chat('sk-nobody-has-this-key'));
    await hearRoutes(ADMINISTRATOR, ['POST /key/generate', 'GET /spend/logs', 'GET /key/list']);

    const said = await allSaid();
    expect(said).toContain('ECONNREFUSED');
    expect(said).not.toContain(PASSWORD);
  });
});
