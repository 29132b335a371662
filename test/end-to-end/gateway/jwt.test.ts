import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { completion, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider } from '../../support/fake-provider';
import { IdentityProvider, startJwksServer } from '../../support/identity-provider';
import type { JwksServer } from '../../support/identity-provider';

/** In `general_settings` JSON is YAML. */
const JWT_AUTH = {
  enable_jwt_auth: true,
  litellm_jwtauth: {
    user_id_jwt_field: 'sub',
    user_id_upsert: true,
    end_user_id_jwt_field: 'customer',
    enforce_scope_based_access: true,
    scope_mappings: [{ scope: 'chat', models: ['gpt-4o'] }],
  },
};

describe('tokens of an identity provider, at the built gateway', () => {
  const folder = mkdtempSync(join(tmpdir(), 'litellm-ha-jwt-'));
  const bundle = join(folder, 'gateway.js');
  const children: ChildProcess[] = [];
  let provider: FakeProvider;
  let idp: IdentityProvider;
  let keys: JwksServer;

  beforeAll(async () => {
    buildSync({
      entryPoints: [join(__dirname, '../../../runtime/entry.ts')],
      bundle: true,
      platform: 'node',
      target: 'node20',
      external: ['pg-native'],
      outfile: bundle,
    });
    provider = await startFakeProvider(() => ({ kind: 'json', body: completion('Hi') }));
    idp = await IdentityProvider.create('one');
    keys = await startJwksServer(idp);
  });

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  afterAll(async () => {
    await provider.stop();
    await keys.stop();
    rmSync(folder, { recursive: true });
  });

  function spawnGateway(environment: Readonly<Record<string, string>>): ChildProcess {
    const configPath = join(folder, 'config.yaml');
    const model = { model: 'openai/gpt-4o', api_key: 'sk-canary', api_base: provider.url };
    writeFileSync(
      configPath,
      JSON.stringify({
        model_list: [
          { model_name: 'gpt-4o', litellm_params: model },
          { model_name: 'other', litellm_params: model },
        ],
        general_settings: JWT_AUTH,
        litellm_settings: { blocked_user_list: ['blocked-customer'] },
      }),
    );
    const child = spawn(process.execPath, [bundle], {
      env: { CONFIG_FILE_PATH: configPath, HOST: '127.0.0.1', PORT: '0', ...environment },
    });
    children.push(child);
    return child;
  }

  async function start(environment: Readonly<Record<string, string>>): Promise<string> {
    const child = spawnGateway({
      JWT_PUBLIC_KEY_URL: keys.url,
      JWT_AUDIENCE: 'gateway',
      JWT_ISSUER: 'https://idp.test',
      ...environment,
    });
    const line = await new Promise<string>((resolve) => {
      child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    });
    return /http:\S+/.exec(line)?.[0] ?? '';
  }

  const secondsFromNow = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

  const sign = (claims: object = {}, seconds = 300): Promise<string> =>
    idp.sign(
      { sub: 'ann', aud: 'gateway', iss: 'https://idp.test', scope: 'chat', ...claims },
      { kid: 'one', expiresAtSeconds: secondsFromNow(seconds) },
    );

  async function chat(url: string, token: string | null, model = 'gpt-4o'): Promise<unknown> {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
    });
    const { error } = (await response.json()) as {
      readonly error?: { readonly gateway_code: string };
    };
    return error === undefined ? response.status : [response.status, error.gateway_code];
  }

  it('lets in who has a good token, for the models of its scopes, and nobody else', async () => {
    const url = await start({});
    const before = provider.seen.length;
    const wrong = [401, 'authentication_failed'];
    expect(await chat(url, null)).toEqual(wrong);
    expect(await chat(url, 'sk-anything')).toEqual(wrong);
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const claims = { sub: 'ann', aud: 'gateway', iss: 'https://idp.test', exp: 9_999_999_999 };
    const unsigned = `${none}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;
    expect(await chat(url, unsigned)).toEqual(wrong);
    expect(await chat(url, await sign({ aud: 'other' }))).toEqual(wrong);
    expect(await chat(url, await sign({ iss: 'https://evil.test' }))).toEqual(wrong);
    expect(await chat(url, await sign({}, -60))).toEqual([401, 'expired_key']);
    expect(await chat(url, await sign(), 'other')).toEqual([401, 'key_model_access_denied']);
    expect(await chat(url, await sign({ scope: '' }))).toEqual([401, 'key_model_access_denied']);
    expect(await chat(url, await sign({ customer: 'blocked-customer' }))).toEqual([
      400,
      'user_not_allowed',
    ]);
    expect(provider.seen.length).toBe(before);
    expect(await chat(url, await sign())).toBe(200);
    expect(provider.seen.length).toBe(before + 1);
  });

  it('takes a master key beside tokens, and keys of nobody never', async () => {
    const url = await start({ LITELLM_MASTER_KEY: 'sk-master-0123456789' });
    expect(await chat(url, 'sk-master-0123456789')).toBe(200);
    expect(await chat(url, 'sk-other')).toEqual([401, 'authentication_failed']);
    expect(await chat(url, await sign())).toBe(200);
  });

  it('follows the keys of the identity provider, asking it once for all tokens', async () => {
    const url = await start({});
    const before = keys.asked();
    expect(await Promise.all([1, 2, 3, 4].map(async () => chat(url, await sign())))).toEqual([
      200, 200, 200, 200,
    ]);
    expect(keys.asked()).toBe(before + 1);
  });

  it('rejects a start without an address for the keys', async () => {
    const child = spawnGateway({});
    let text = '';
    child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([code, text]).toEqual([
      1,
      'JWT_PUBLIC_KEY_URL must be set with general_settings.enable_jwt_auth, since tokens are checked by the keys found there; set it to the JWKS address of your identity provider\n',
    ]);
  });
});
