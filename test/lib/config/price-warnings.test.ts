import { GatewayConfig } from '../../../lib/config';

const warningsOf = (models: readonly string[], general = ''): readonly string[] =>
  GatewayConfig.fromYaml(
    [
      'model_list:',
      ...models.map((params) => `  - {model_name: m, litellm_params: {${params}}}`),
      general === '' ? '' : `general_settings: {${general}}`,
    ].join('\n'),
  ).warnings.map(({ path, message }) => `${path}: ${message}`);

const ADVICE =
  'set input_cost_per_token and output_cost_per_token, model_info.base_model, or general_settings.price_list';

describe('findUnpricedModels', () => {
  it.each([
    ['', 'a call under a budget is charged the most that any model of its provider costs'],
    ['budget_unpriced: refuse', 'a call under a budget is refused'],
    ['budget_unpriced: allow', 'it costs nothing, and no budget binds'],
  ])('names a model without a price, and what becomes of it with {%s}', (general, consequence) => {
    expect(warningsOf(['model: azure/mine'], general)).toEqual([
      `model_list, m: no price of azure/mine is known, so ${consequence}; ${ADVICE}`,
    ]);
  });

  it('names it once, however many deployments there are', () => {
    expect(
      warningsOf(['model: azure/mine', 'model: azure/mine, api_base: "https://b.com"']),
    ).toHaveLength(1);
  });

  it.each([
    ['a model of the public list', 'model: openai/gpt-4o'],
    ['one that is priced', 'model: azure/mine, output_cost_per_token: 1'],
    ['a server of one’s own', 'model: ollama/llama3'],
    ['one at a private address', 'model: openai/mine, api_base: "http://vllm:8000"'],
    ['one whose address is not known yet', 'model: openai/mine, api_base: os.environ/BASE'],
    ['a wildcard', 'model: "openai/*"'],
  ])('says nothing of %s', (_name, params) => {
    expect(warningsOf([params])).toEqual([]);
  });
});
