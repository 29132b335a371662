import { deployment } from '../../support/gateway-config-builder';
import { MASTER_KEY, startManagement } from '../../support/management-desk';
import type { ManagementServer } from '../../support/management-desk';

describe('createModelOperations', () => {
  let server: ManagementServer;

  beforeAll(async () => {
    server = await startManagement([
      deployment({ id: 'one', rpm: 10, apiBase: 'https://me:pass@api.example.com/v1?key=secret' }),
      deployment({
        id: 'two',
        rpm: 20,
        inputCostPerToken: 1,
        outputCostPerToken: 2,
        otherParams: { extra_headers: { authorization: 'canary' } },
      }),
    ]);
  });

  afterAll(() => server.stop());

  it('tells deployments without a secret', async () => {
    const { data } = await server.administer('GET /model/info');
    expect(data).toMatchObject([
      {
        model_name: 'gpt-4o',
        litellm_params: { model: 'openai/gpt-4o', api_base: 'https://api.example.com/v1', rpm: 10 },
        model_info: {
          id: 'one',
          db_model: false,
          litellm_provider: 'openai',
          max_input_tokens: 128_000,
          input_cost_per_token: 0.000_002_5,
        },
      },
      { model_info: { id: 'two', input_cost_per_token: 1, output_cost_per_token: 2 } },
    ]);
    const { text } = await server.ask(MASTER_KEY, 'GET /v1/model/info');
    expect(text).not.toMatch(/canary|secret|pass/);
  });

  it('finds one by its id', async () => {
    const { data } = await server.administer('GET /v1/model/info?litellm_model_id=two');
    expect(data).toMatchObject([{ model_info: { id: 'two' } }]);
    const { status } = await server.ask(MASTER_KEY, 'GET /model/info?litellm_model_id=three');
    expect(status).toBe(404);
  });

  it('tells a bound key no address', async () => {
    const { key } = await server.administer('POST /key/generate', { key_type: 'read_only' });
    const { json } = await server.ask(String(key), 'GET /model/info?litellm_model_id=one');
    expect(json).toMatchObject({ data: [{ litellm_params: { model: 'openai/gpt-4o' } }] });
    expect(JSON.stringify(json)).not.toContain('api_base');
  });

  it('adds up the deployments of a group', async () => {
    const group = {
      model_group: 'gpt-4o',
      providers: ['openai'],
      max_input_tokens: 128_000,
      input_cost_per_token: 1,
      output_cost_per_token: 2,
      rpm: 30,
      tpm: null,
    };
    expect(await server.administer('GET /model_group/info')).toEqual({ data: [group] });
    expect(await server.administer('GET /model_group/info?model_group=other')).toEqual({
      data: [],
    });
  });
});
