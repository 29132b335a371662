import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { completionChunks, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider, Script } from '../../support/fake-provider';

interface GatewayProcess {
  readonly child: ChildProcess;
  readonly url: string;
}

describe('the gateway as a process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'litellm-ha-gateway-'));
  const bundle = join(folder, 'gateway.js');
  const children: ChildProcess[] = [];
  const logs = new Map<ChildProcess, string>();
  let provider: FakeProvider;
  let endless: Script;
  let script: Script;

  beforeAll(async () => {
    buildSync({
      entryPoints: [join(__dirname, '../../../runtime/entry.ts')],
      bundle: true,
      platform: 'node',
      target: 'node20',
      external: ['pg-native'],
      outfile: bundle,
    });
    const [first = ''] = completionChunks(['Hi']);
    endless = { kind: 'stream', chunks: [first], end: 'hang' };
    provider = await startFakeProvider(() => script);
  });

  beforeEach(() => {
    script = endless;
  });

  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await provider.stop();
    rmSync(folder, { recursive: true });
  });

  function spawnGateway(
    config: string,
    environment: Readonly<Record<string, string>>,
  ): ChildProcess {
    const configPath = join(folder, `config-${children.length}.yaml`);
    writeFileSync(configPath, config);
    const child = spawn(process.execPath, [bundle], {
      env: { CONFIG_FILE_PATH: configPath, HOST: '127.0.0.1', PORT: '0', ...environment },
    });
    children.push(child);
    child.stdout?.on('data', (chunk: Buffer) => logs.set(child, log(child) + chunk.toString()));
    return child;
  }

  function readStderr(child: ChildProcess): Promise<string> {
    let text = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    return new Promise((resolve) => child.once('close', () => resolve(text)));
  }

  function exitOf(child: ChildProcess): Promise<number | null> {
    return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  }

  async function startGateway(
    environment: Readonly<Record<string, string>>,
  ): Promise<GatewayProcess> {
    const child = spawnGateway(
      [
        'model_list:',
        '  - model_name: gpt-4o',
        '    litellm_params:',
        '      model: openai/gpt-4o',
        '      api_key: os.environ/OPENAI_API_KEY',
        `      api_base: ${provider.url}`,
      ].join('\n'),
      { OPENAI_API_KEY: 'sk-x', ...environment },
    );
    const line = await new Promise<string>((resolve) => {
      child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    });
    expect(line).toMatch(/^litellm-ha ready on http:\/\/127\.0\.0\.1:\d+\n$/);
    return { child, url: line.trim().replace('litellm-ha ready on ', '') };
  }

  /** A module that throws in the gateway when it gets a signal, from where nobody catches it. */
  function faultOnSignal(kind: 'exception' | 'rejection'): string {
    const path = join(folder, `${kind}.cjs`);
    const fault =
      kind === 'exception'
        ? "setTimeout(() => { throw new Error('thrown by the test'); }, 0)"
        : "void Promise.reject(new Error('thrown by the test'))";
    writeFileSync(path, `process.on('SIGUSR2', () => { ${fault}; });\n`);
    return path;
  }

  function log(child: ChildProcess): string {
    return logs.get(child) ?? '';
  }

  function openStream(url: string): Promise<Response> {
    return fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'gpt-4o', messages: [], stream: true }),
    });
  }

  it('drains on SIGTERM: the open stream gets its farewell and the exit code is 0', async () => {
    const { child, url } = await startGateway({ GRACEFUL_SHUTDOWN_TIMEOUT: '0.2' });
    const response = await openStream(url);
    const exited = exitOf(child);
    child.kill('SIGTERM');
    expect(await response.text()).toContain('"gateway_code":"gateway_draining"');
    expect(await exited).toBe(0);
  });

  it('leaves at once on the second signal', async () => {
    const { child, url } = await startGateway({ GRACEFUL_SHUTDOWN_TIMEOUT: '600' });
    const text = (await openStream(url)).text().catch(() => 'cut');
    const exited = exitOf(child);
    child.kill('SIGTERM');
    // The port closes when the first signal was heard.
    for (;;) {
      const refused = await fetch(`${url}/metrics`).then(
        () => false,
        () => true,
      );
      if (refused) break;
    }
    child.kill('SIGINT');
    expect(await exited).toBe(1);
    // Told, and told as ours: nothing of it is held against the provider.
    expect(await text).toContain('"gateway_code":"gateway_draining"');
    expect(log(child)).toContain('"outcome":"gateway_draining"');
    expect(log(child)).not.toContain('connection');
  });

  it.each(['exception', 'rejection'] as const)(
    'serves what it has begun after an uncaught %s, takes no more, and ends with 1',
    async (kind) => {
      const { child, url } = await startGateway({
        GRACEFUL_SHUTDOWN_TIMEOUT: '20',
        NODE_OPTIONS: `--require ${faultOnSignal(kind)}`,
      });
      script = { kind: 'stream', chunks: completionChunks(['a', 'b', 'c', 'd']), gapMs: 100 };
      const response = await openStream(url);
      const exited = exitOf(child);
      child.kill('SIGUSR2');
      expect(await response.text()).toContain('data: [DONE]');
      expect(await exited).toBe(1);
      expect(log(child)).toContain(`{"uncaught":"${kind}","error":"Error: thrown by the test`);
      expect(log(child)).toContain('"outcome":"success"');
    },
  );

  it('rejects a configuration with a missing variable', async () => {
    const child = spawnGateway(
      'model_list:\n  - model_name: a\n    litellm_params:\n      model: openai/a\n      api_key: os.environ/ABSENT\n',
      {},
    );
    const [code, reasons] = await Promise.all([exitOf(child), readStderr(child)]);
    expect(code).toBe(1);
    expect(reasons).toContain('ABSENT');
  });

  it('rejects a configuration without a usable deployment and names the reason for each', async () => {
    const child = spawnGateway(
      'model_list:\n  - model_name: a\n    model_info: {id: one}\n    litellm_params: {model: petals/claude, api_key: x}\n',
      { HOST: '127.0.0.1' },
    );
    const [code, reasons] = await Promise.all([exitOf(child), readStderr(child)]);
    expect(code).toBe(1);
    expect(reasons).toBe(
      'model_list has no deployment that this gateway can use\n' +
        '  - deployment one (petals/claude) of a: provider petals is not supported by this gateway\n',
    );
  });

  it('rejects a configuration without any deployment', async () => {
    const child = spawnGateway('router_settings: {num_retries: 1}\n', {});
    const [code, reasons] = await Promise.all([exitOf(child), readStderr(child)]);
    expect([code, reasons]).toEqual([1, 'model_list has no deployment; add at least one\n']);
  });

  it('rejects to listen on every address without a master key', async () => {
    const child = spawnGateway(
      'model_list:\n  - model_name: a\n    litellm_params: {model: openai/a, api_key: x}\n',
      { HOST: '0.0.0.0' },
    );
    const [code, reasons] = await Promise.all([exitOf(child), readStderr(child)]);
    expect(code).toBe(1);
    expect(reasons).toBe(
      'without a master key the gateway listens on loopback only, got host 0.0.0.0; ' +
        'set LITELLM_MASTER_KEY or general_settings.master_key; ' +
        'make one with: echo "sk-$(openssl rand -hex 24)", or use --host 127.0.0.1\n',
    );
  });

  it.each([
    ['empty', '', 'without a master key the gateway listens on loopback only, got host 0.0.0.0'],
    ['blank', '" "', 'without a master key the gateway listens on loopback only, got host 0.0.0.0'],
    ['short', 'sk-1234', 'must have 16 characters or more on host 0.0.0.0, got 7'],
  ])('rejects an %s master key on every address', async (_name, key, reason) => {
    const child = spawnGateway(
      'model_list:\n  - model_name: a\n    litellm_params: {model: openai/a, api_key: x}\n' +
        `general_settings: {master_key: ${key === '' ? 'os.environ/EMPTY' : key}}\n`,
      { HOST: '0.0.0.0', EMPTY: '', LITELLM_MASTER_KEY: ' ' },
    );
    const [code, reasons] = await Promise.all([exitOf(child), readStderr(child)]);
    expect(code).toBe(1);
    expect(reasons).toContain(reason);
  });

  it('rejects an environment without a configuration file', async () => {
    const child = spawnGateway('', { CONFIG_FILE_PATH: '' });
    const [code, reasons] = await Promise.all([exitOf(child), readStderr(child)]);
    expect([code, reasons]).toEqual([
      1,
      'CONFIG_FILE_PATH must name the configuration file; set it\n',
    ]);
  });
});
