import {
  completion,
  completionChunks,
  providerError,
  startFakeProvider,
} from '../../support/fake-provider';
import type { FakeProvider } from '../../support/fake-provider';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';
import { HELLO, SOUND_STATUS, startTestGateway } from '../../support/test-gateway';
import type { TestGateway } from '../../support/test-gateway';

describe('the gateway with one sound, one broken and one unspoken deployment', () => {
  let sound: FakeProvider;
  let broken: FakeProvider;
  let gateway: TestGateway;

  beforeEach(async () => {
    sound = await startFakeProvider((request) =>
      request.body.includes('"stream":true')
        ? { kind: 'stream', chunks: completionChunks(['Hi']) }
        : { kind: 'json', body: completion('Hi') },
    );
    broken = await startFakeProvider(() => ({
      kind: 'json',
      status: 500,
      body: providerError('boom'),
    }));
    gateway = await startTestGateway(
      gatewayConfig(
        [
          deployment({ id: 'sound', apiBase: sound.url }),
          deployment({ id: 'broken', apiBase: broken.url, modelName: 'broken' }),
          deployment({
            id: 'claude',
            modelName: 'claude',
            provider: 'petals',
            litellmModel: 'petals/claude-1',
          }),
          deployment({ id: 'any', apiBase: sound.url, modelName: 'open/*', providerModel: '*' }),
        ],
        { retries: 0, strategy: 'latency-based-routing', modelGroupAlias: { gpt4: 'gpt-4o' } },
      ),
      { state: { status: { ...SOUND_STATUS, database: 'disconnected' } } },
    );
  });

  afterEach(async () => {
    await gateway.gateway.kill();
    await Promise.all([sound.stop(), broken.stop()]);
  });

  it('names at start what it skips', () => {
    expect(gateway.gateway.warnings).toEqual([
      'skipped deployment claude (petals/claude-1) of claude: provider petals is not supported by this gateway',
    ]);
  });

  it('lists the models a client can use', async () => {
    const list = (await (await gateway.get('/v1/models')).json()) as {
      readonly data: readonly { readonly id: string }[];
    };
    expect(list.data.map(({ id }) => id)).toEqual(['gpt-4o', 'broken', 'gpt4']);
    expect(await (await gateway.get('/v1/models/gpt-4o')).json()).toEqual({
      id: 'gpt-4o',
      object: 'model',
      created: 1_677_610_602,
      owned_by: 'openai',
    });
    expect((await gateway.get('/v1/models/claude')).status).toBe(404);
  });

  it('serves aliases and puts a wildcard into the name for the provider', async () => {
    expect((await gateway.chat({ ...HELLO, model: 'gpt4' })).status).toBe(200);
    expect((await gateway.chat({ ...HELLO, model: 'open/mini' })).status).toBe(200);
    expect(JSON.parse(sound.seen.at(-1)?.body ?? '')).toMatchObject({ model: 'mini' });
  });

  it('answers 501 with the reason for a model whose provider is not spoken', async () => {
    const response = await gateway.chat({ ...HELLO, model: 'claude' });
    expect(response.status).toBe(501);
    expect(response.headers.get('retry-after')).toBeNull();
    expect(await response.json()).toEqual({
      error: {
        message:
          'no deployment of the model can be used: provider petals is not supported by this gateway',
        type: 'not_implemented_error',
        param: null,
        code: '501',
        gateway_code: 'model_not_usable',
      },
    });
  });

  it('asks every deployment for the deep health and tells why one is unhealthy', async () => {
    const body = await (await gateway.get('/health')).json();
    expect(body).toEqual({
      healthy_endpoints: expect.arrayContaining([
        { model: 'openai/gpt-4o', model_id: 'sound', api_base: sound.url },
      ]),
      unhealthy_endpoints: expect.arrayContaining([
        {
          model: 'petals/claude-1',
          model_id: 'claude',
          error: 'provider petals is not supported by this gateway',
        },
        { model: 'openai/gpt-4o', model_id: 'broken', api_base: broken.url, error: 'boom' },
      ]),
      healthy_count: 2,
      unhealthy_count: 2,
    });
    expect(JSON.parse((await sound.request(0)).body)).toMatchObject({ max_tokens: 5 });
    const metrics = await (await gateway.get('/metrics')).text();
    expect(metrics).toContain('litellm_model_health_status{status="healthy"} 2\n');
    expect(metrics).toContain('litellm_model_health_status{status="unhealthy"} 2\n');
  });

  it('checks only the deployments asked for', async () => {
    const body = await (await gateway.get('/health?model=gpt-4o')).json();
    expect(body).toMatchObject({ healthy_count: 1, unhealthy_count: 0 });
    expect(broken.seen).toHaveLength(0);
  });

  it('rejects a deep health check without the key', async () => {
    expect((await fetch(`${gateway.url}/health`)).status).toBe(401);
  });

  it('answers the cheap probes to anybody', async () => {
    const live = await fetch(`${gateway.url}/health/liveness`);
    expect(await live.json()).toBe("I'm alive!");
    const ready = await fetch(`${gateway.url}/health/readiness`);
    expect(await ready.json()).toEqual({ status: 'healthy', litellm_version: '0.1.0' });
    expect((await fetch(`${gateway.url}/health/region`)).status).toBe(200);
  });

  it('counts what it did', async () => {
    await (await gateway.chat(HELLO)).text();
    await (await gateway.chat({ ...HELLO, stream: true })).text();
    await (await gateway.chat({ ...HELLO, model: 'broken' })).text();
    await fetch(`${gateway.url}/v1/chat/completions`, { method: 'POST', body: '{}' });

    const response = await gateway.get('/metrics');
    const lines = (await response.text()).split('\n');

    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const labels = `requested_model="broken",litellm_model_name="openai/gpt-4o",model_id="broken",api_base="${broken.url}",api_provider="openai"`;
    expect(lines).toEqual(
      expect.arrayContaining([
        '# TYPE litellm_requests_total counter',
        'litellm_requests_total{status="success"} 2',
        'litellm_requests_total{status="provider_internal"} 1',
        'litellm_proxy_total_requests_metric_total{requested_model="gpt-4o",status_code="200"} 2',
        'litellm_proxy_total_requests_metric_total{requested_model="other",status_code="401"} 1',
        'litellm_proxy_failed_requests_metric_total{requested_model="broken",exception_status="500"} 1',
        'litellm_request_total_latency_metric_count{requested_model="gpt-4o"} 2',
        'litellm_llm_api_time_to_first_token_metric_count{model="openai/gpt-4o",model_id="sound"} 2',
        'litellm_model_health_status{status="healthy"} 3',
        'litellm_model_health_status{status="unhealthy"} 1',
        'litellm_database_connection_status 0',
        'litellm_in_flight_requests 0',
        // Seven as the provider told, and six for the stream whose usage nobody told.
        'litellm_input_tokens_metric_total{requested_model="gpt-4o"} 13',
        `litellm_deployment_state{${labels}} 1`,
        `litellm_deployment_failure_responses_total{${labels},exception_status="500",exception_class="InternalServerError"} 1`,
      ]),
    );
    expect(lines.join('\n')).not.toContain('authentication_failed');
  });
});
