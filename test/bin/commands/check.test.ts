import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkCommand } from '../../../bin/commands/check';

interface Said {
  readonly code: number;
  readonly out: string;
}

describe('litellm-ha check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  const file = join(folder, 'config.yaml');

  afterAll(() => rmSync(folder, { recursive: true }));

  async function check(text: string, ...options: readonly string[]): Promise<Said> {
    writeFileSync(file, text);
    let out = '';
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      out += String(chunk);
      return true;
    });
    const before = process.exitCode;
    process.exitCode = 0;
    try {
      await checkCommand().parseAsync(['--config', file, ...options], { from: 'user' });
      return { code: process.exitCode, out: out.replaceAll(file, 'config.yaml') };
    } finally {
      process.exitCode = before;
      write.mockRestore();
    }
  }

  const MODEL =
    'model_list: [{model_name: a, model_info: {id: one}, litellm_params: {model: openai/gpt-4o, api_key: os.environ/KEY}}]\n';

  it('says what a good file has and needs', async () => {
    expect(await check(MODEL)).toEqual({
      code: 0,
      out:
        'config.yaml: 1 deployment of 1 model, 0 problems, 0 warnings, 0 skipped deployments\n' +
        'needs in the environment: KEY\n',
    });
  });

  it('rejects a guard, and tells typos beside it', async () => {
    const { code, out } = await check(
      `${MODEL}genral_settings: {}\nrouter_settings: {num_retriez: 2}\ngeneral_settings: {custom_auth: my_auth.check}\n`,
    );
    expect(code).toBe(1);
    expect(out).toBe(
      [
        'config.yaml: 1 problem, 2 warnings, 0 skipped deployments',
        '  - general_settings.custom_auth must be left to something else: this gateway does not do it, and LiteLLM would let this Python code decide who may call, got "my_auth.check"; remove it and give callers virtual keys, or check them in a proxy in front, or accept to go without by litellm_ha_settings: {accept_without: [custom_auth]}',
        '  - warning: genral_settings: not known; did you mean general_settings?',
        '  - warning: router_settings.num_retriez: not known; did you mean num_retries?',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['no deployment', 'model_list: []\n', 'model_list has no deployment; add at least one'],
    [
      'a provider that is not spoken and no other',
      'model_list: [{model_name: a, model_info: {id: one}, litellm_params: {model: foobar/zzz}}]\n',
      'model_list has no deployment that this gateway can use\n    - deployment one (foobar/zzz) of a: provider foobar is not supported by this gateway',
    ],
    [
      'a model that each request would decide',
      'model_list: [{model_name: a, model_info: {id: one}, litellm_params: {model: "*"}}]\n',
      'model_list has no deployment that this gateway can use\n    - deployment one (*) of a: provider * is not supported by this gateway',
    ],
  ])('rejects %s, as the start does', async (_, text, refusal) => {
    const { code, out } = await check(text);
    expect([code, out]).toEqual([1, expect.stringContaining(`  - ${refusal}\n`)]);
  });

  it('names what would be skipped while the model is served by another', async () => {
    const text =
      'model_list:\n' +
      '  - {model_name: a, model_info: {id: one}, litellm_params: {model: openai/a, api_key: x}}\n' +
      '  - {model_name: a, model_info: {id: two}, litellm_params: {model: petals/a, api_key: x}}\n' +
      '  - {model_name: a, model_info: {id: three}, litellm_params: {model: openai/a}}\n';
    const { code, out } = await check(text);
    expect(code).toBe(0);
    expect(out).toContain(
      '  - skipped: deployment two (petals/a) of a: provider petals is not supported by this gateway\n' +
        '  - skipped unless the environment says more: deployment three (openai/a) of a: api_key is not set, and neither is OPENAI_API_KEY\n',
    );
  });

  it('takes an address that is a reference for a good one until the environment is known', async () => {
    const text =
      'model_list: [{model_name: a, model_info: {id: one}, litellm_params: {model: azure/a, api_key: os.environ/K, api_base: os.environ/B}}]\n';
    expect((await check(text)).code).toBe(0);
    const { code, out } = await check(text, '--with-environment');
    expect([code, out]).toEqual([
      1,
      expect.stringContaining('deployment one (azure/a) of a: not set in the environment: B, K'),
    ]);
  });

  it('rejects warnings and skipped deployments where they are to be strict', async () => {
    const warned = `${MODEL}general_settings: {otel: true}\n`;
    expect((await check(warned)).code).toBe(0);
    expect((await check(warned, '--strict')).code).toBe(1);
    expect((await check(MODEL, '--strict')).code).toBe(0);
  });

  it('says all of it as JSON', async () => {
    const { out } = await check(`${MODEL}general_settings: {otel: true}\n`, '--format', 'json');
    expect(JSON.parse(out)).toEqual({
      file: 'config.yaml',
      verdict: 'accepted',
      deployments: 1,
      models: 1,
      problems: [],
      refusals: [],
      warnings: [
        {
          rule: 'config.no-effect',
          path: 'general_settings.otel',
          message: 'has no effect here; LiteLLM would send traces to a collector',
        },
      ],
      skipped: [],
      skipped_unless_environment: [],
      accepted_without: [],
      needs: ['KEY'],
    });
  });

  it('says as JSON what is wrong with a file that cannot be read', async () => {
    const { code, out } = await check('a: [', '--format', 'json');
    expect([code, JSON.parse(out)]).toEqual([
      1,
      expect.objectContaining({
        verdict: 'refused',
        deployments: null,
        problems: [expect.objectContaining({ rule: 'config.syntax' })],
      }),
    ]);
  });
});
