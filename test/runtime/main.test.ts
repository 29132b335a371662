import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runFromEnvironment, startGateway } from '../../runtime/main';
import type { Environment } from '../../runtime/settings';
import { startPostgresServer } from '../support/postgres-server';
import type { PostgresServer } from '../support/postgres-server';

const MODELS =
  'model_list: [{model_name: a, litellm_params: {model: openai/a, api_key: os.environ/KEY}}]';

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What a run wrote, and how it ended. */
async function run(environment: Environment): Promise<Said> {
  const written = { out: '', err: '' };
  const listen = (stream: 'out' | 'err') => (text: string | Uint8Array) => {
    written[stream] += String(text);
    return true;
  };
  const out = jest.spyOn(process.stdout, 'write').mockImplementation(listen('out'));
  const err = jest.spyOn(process.stderr, 'write').mockImplementation(listen('err'));
  try {
    const code = await runFromEnvironment(environment);
    return { code, ...written };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

describe('runFromEnvironment', () => {
  const folder = mkdtempSync(join(tmpdir(), 'main-'));
  const file = join(folder, 'config.yaml');
  let postgres: PostgresServer;
  let url: string;

  beforeAll(async () => {
    writeFileSync(file, MODELS);
    postgres = await startPostgresServer(16);
    url = await postgres.createDatabase('gateway');
  });

  afterAll(() => postgres.stop());

  it('brings the schema up to date, and says which steps that took', async () => {
    const environment = { LITELLM_HA_COMMAND: 'migrate', DATABASE_URL: url };
    const { code, out, err } = await run(environment);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^schema: steps applied: 1(, \d+)*\n$/);
    expect(await run(environment)).toEqual({
      code: 0,
      out: 'schema: up to date already\n',
      err: '',
    });
  });

  it('brings up to date what the configuration names', async () => {
    const path = join(folder, 'with-database.yaml');
    writeFileSync(path, `${MODELS}\ngeneral_settings: {database_url: os.environ/WRITER}\n`);
    const environment = { CONFIG_FILE_PATH: path, KEY: 'key', WRITER: url };
    const { code, out } = await run({ ...environment, LITELLM_HA_COMMAND: 'migrate' });
    expect([code, out]).toEqual([0, 'schema: up to date already\n']);
  });

  it('rejects to migrate without a database', async () => {
    expect(await run({ LITELLM_HA_COMMAND: 'migrate' })).toEqual({
      code: 1,
      out: '',
      err: 'migrate needs a database: set DATABASE_URL to that of the writer\n',
    });
  });

  it('rejects a command that it does not know', async () => {
    expect(await run({ LITELLM_HA_COMMAND: 'migrat' })).toEqual({
      code: 1,
      out: '',
      err: 'LITELLM_HA_COMMAND must be serve or migrate, got "migrat"; correct it\n',
    });
  });

  it.each([[''], ['serve']])('serves where the command is %j', async (command) => {
    expect(await run({ LITELLM_HA_COMMAND: command })).toEqual({
      code: 1,
      out: '',
      err: 'CONFIG_FILE_PATH must name the configuration file; set it\n',
    });
  });

  it.each([['65536'], ['-1'], ['http']])('rejects the port %s', async (port) => {
    expect(await run({ CONFIG_FILE_PATH: file, PORT: port })).toEqual({
      code: 1,
      out: '',
      err: 'PORT must be a port from 0 to 65535; correct it\n',
    });
  });

  it('rejects a database whose address is none', async () => {
    const environment = { CONFIG_FILE_PATH: file, KEY: 'key', HOST: '127.0.0.1', PORT: '0' };
    const { code, err } = await run({ ...environment, DATABASE_URL: 'password-canary' });
    expect(code).toBe(1);
    expect(err).toBe(
      'DATABASE_URL must be a URL such as postgresql://user:password@host:5432/name, got something else; ' +
        'characters such as # / ? @ in a password must be percent-encoded\n',
    );
  });
});

describe('startGateway', () => {
  it('rejects a protection that it does not give, and starts once the file accepts that', async () => {
    const text = `${MODELS}\ngeneral_settings: {custom_auth: my_auth.check}\n`;
    const serve = (config: string) =>
      startGateway({
        environment: { KEY: 'key' },
        config: { kind: 'text', text: config, fileName: 'config.yaml' },
        host: '127.0.0.1',
        port: 0,
        writeLog: () => undefined,
      });
    await expect(serve(text)).rejects.toThrow(
      'config.yaml: 1 problem\n  - general_settings.custom_auth must be left to something else',
    );
    const gateway = await serve(`${text}litellm_ha_settings: {accept_without: [custom_auth]}\n`);
    try {
      expect(gateway.warnings).toContain(
        'general_settings.custom_auth: accepted to go without; LiteLLM would let this Python code decide who may call',
      );
      const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
      expect(metrics).toContain('litellm_ha_settings_accepted_without{setting="custom_auth"} 1\n');
    } finally {
      await gateway.kill();
    }
  });

  it('rejects warnings and skipped deployments where they are refused', async () => {
    const text =
      'model_list:\n' +
      '  - {model_name: a, litellm_params: {model: openai/gpt-4o, api_key: os.environ/KEY}}\n' +
      '  - {model_name: a, model_info: {id: b}, litellm_params: {model: openai/gpt-4o, api_key: os.environ/ABSENT}}\n' +
      'general_settings: {otel: true}\n';
    await expect(
      startGateway({
        environment: { KEY: 'key' },
        config: { kind: 'text', text, fileName: 'config.yaml' },
        host: '127.0.0.1',
        port: 0,
        warnings: 'refused',
        writeLog: () => undefined,
      }),
    ).rejects.toThrow(
      '2 warnings, and --strict\n' +
        '  - general_settings.otel: has no effect here; LiteLLM would send traces to a collector\n' +
        '  - skipped deployment b (openai/gpt-4o) of a: not set in the environment: ABSENT',
    );
  });

  const start = (environment: Environment, text = MODELS) =>
    startGateway({
      environment: { KEY: 'key', ...environment },
      config: { kind: 'text', text, fileName: 'config.yaml' },
      host: '127.0.0.1',
      port: 0,
      writeLog: () => undefined,
    });

  it('has no keys and no books where nothing is there to keep them in, and says so', async () => {
    const gateway = await start({});
    expect(gateway.warnings).toContain(
      'virtual keys and the ledger are off: neither DATABASE_URL nor a data folder (LITELLM_HA_DATA_DIR, --data) is set',
    );
    expect((await fetch(`${gateway.url}/key/list`)).status).toBe(404);
    await gateway.kill();
  });

  it('takes settings from environment_variables of the configuration, after the environment', async () => {
    const text = `${MODELS}\nenvironment_variables: {LITELLM_HA_REGION: file, DRAIN_ENDPOINT_TOKEN: token}\n`;
    const environment = { LITELLM_HA_REGION: 'environment', DRAIN_ENDPOINT_TOKEN: ' ' };
    const gateway = await start(environment, text);
    const { headers } = await fetch(`${gateway.url}/health/liveliness`);
    expect(headers.get('x-gateway-region')).toBe('environment');
    const drained = await fetch(`${gateway.url}/health/drain`, {
      method: 'POST',
      headers: { 'x-drain-token': 'token' },
    });
    expect(drained.status).toBe(200);
    await gateway.kill();
  });

  it('rejects a port that is taken, and leaves nothing behind', async () => {
    const gateway = await start({});
    const port = Number(new URL(gateway.url).port);
    await expect(
      startGateway({
        environment: { KEY: 'key' },
        config: { kind: 'text', text: MODELS, fileName: 'config.yaml' },
        host: '127.0.0.1',
        port,
        writeLog: () => undefined,
      }),
    ).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
    );
    await gateway.kill();
  });
});
