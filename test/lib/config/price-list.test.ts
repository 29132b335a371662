import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayConfig, loadConfigText } from '../../../lib/config';
import { SpecError } from '../../../lib/errors';

const MODEL = (params: string, info = '{}'): string =>
  `model_list: [{model_name: m, litellm_params: {${params}}, model_info: ${info}}]\n`;

function refusalOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof SpecError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('prices of a deployment', () => {
  it("are all of LiteLLM's fields, of the parameters before those of the information", () => {
    const text = MODEL(
      'model: openai/gpt-4o, input_cost_per_token: 0.1, cache_read_input_token_cost: 0.01, input_cost_per_token_above_200k_tokens: 0.2',
      '{input_cost_per_token: 9, output_cost_per_token: 0.3, input_cost_per_audio_token: 0.4}',
    );
    const { deployments, warnings } = GatewayConfig.fromYaml(text);
    expect(warnings).toEqual([]);
    expect(deployments[0]).toMatchObject({
      inputCostPerToken: 0.1,
      outputCostPerToken: 0.3,
      otherCosts: {
        cache_read_input_token_cost: 0.01,
        input_cost_per_token_above_200k_tokens: 0.2,
        input_cost_per_audio_token: 0.4,
      },
    });
  });

  it('rejects one below nothing', () => {
    const text = MODEL('model: openai/gpt-4o, cache_read_input_token_cost: -1');
    expect(refusalOf(() => GatewayConfig.fromYaml(text))).toBe(
      'gateway configuration: 1 problem\n  - model_list[0].litellm_params.cache_read_input_token_cost must be a number of at least 0, got -1; write a number such as 0.0000025',
    );
  });
});

describe('general_settings.price_list', () => {
  it('is shared by every deployment', () => {
    const text = `${MODEL('model: azure/mine')}general_settings: {price_list: {azure/mine: {input_cost_per_token: 0.5, max_input_tokens: 7}}}`;
    const { deployments, warnings } = GatewayConfig.fromYaml(text);
    expect(warnings).toEqual([]);
    expect(deployments[0]?.priceList['azure/mine']).toEqual({
      costs: { input_cost_per_token: 0.5 },
      maxInputTokens: 7,
    });
  });
});

describe('general_settings.price_file', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'litellm-ha-prices-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const settings = (rest = ''): string =>
    `${MODEL('model: azure/mine')}general_settings: {price_file: prices.json${rest}}\n`;

  it("takes LiteLLM's map of models, and of it what prices depend on", () => {
    write(
      'prices.json',
      JSON.stringify({
        sample_spec: { input_cost_per_token: 0, max_input_tokens: 'a number' },
        'azure/mine': {
          input_cost_per_token: 0.5,
          litellm_provider: 'azure',
          max_input_tokens: 7,
          mode: 'chat',
          supports_vision: true,
        },
        'dall-e-3': { input_cost_per_pixel: 1, mode: 'image_generation' },
      }),
    );
    const config = GatewayConfig.fromFile(write('config.yaml', settings()));
    expect(Object.keys(config.deployments[0]?.priceList ?? {})).toEqual(['azure/mine']);
    expect(config.warnings).toEqual([]);
    // What is mounted elsewhere needs no other file.
    expect(config.canonicalYaml).not.toMatch(/price_file|supports_vision/);
    expect(
      Object.keys(GatewayConfig.fromYaml(config.canonicalYaml).deployments[0]?.priceList ?? {}),
    ).toEqual(['azure/mine']);
  });

  it('gives way to the list in the configuration itself', () => {
    write('prices.json', '{"azure/mine": {"input_cost_per_token": 0.5}}');
    const path = write(
      'config.yaml',
      settings(', price_list: {azure/mine: {input_cost_per_token: 2}}'),
    );
    const { deployments } = GatewayConfig.fromFile(path);
    expect(deployments[0]?.priceList['azure/mine']?.costs).toEqual({ input_cost_per_token: 2 });
  });

  it('may be YAML', () => {
    write('prices.json', 'azure/mine: {input_cost_per_token: 0.5} # ours');
    const { deployments } = GatewayConfig.fromFile(write('config.yaml', settings()));
    expect(Object.keys(deployments[0]?.priceList ?? {})).toEqual(['azure/mine']);
  });

  it('rejects a file that is not there', () => {
    const path = write('config.yaml', settings());
    expect(refusalOf(() => loadConfigText(path))).toBe(
      `${join(folder, 'prices.json')}: 1 problem\n  - the file must be readable, got ENOENT; check general_settings.price_file of ${path}`,
    );
  });

  it('rejects what is no name of a file', () => {
    const path = write('config.yaml', 'general_settings: {price_file: 5}');
    expect(refusalOf(() => loadConfigText(path))).toBe(
      `${path}: 1 problem\n  - general_settings.price_file must be the name of a file, got something else; write prices.json`,
    );
  });

  it('rejects a price that is none, by the name of its model', () => {
    write('prices.json', '{"azure/mine": {"input_cost_per_token": "dear"}}');
    const path = write('config.yaml', settings());
    expect(refusalOf(() => GatewayConfig.fromFile(path))).toBe(
      `${path}: 1 problem\n  - general_settings.price_list["azure/mine"].input_cost_per_token must be a number of at least 0, got "dear"; write a number such as 0.0000025`,
    );
  });

  it('rejects one in a text, which has no folder', () => {
    expect(refusalOf(() => GatewayConfig.fromYaml(settings()))).toBe(
      'gateway configuration: 1 problem\n  - general_settings.price_file must stand in a file, whose folder it is relative to, got a text; use GatewayConfig.fromFile or loadConfigText, or write the prices as general_settings.price_list',
    );
  });
});
