import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayConfig } from '../../lib/config';
import { describeWarning } from '../../lib/errors';

const FIXTURES = join(__dirname, '../fixtures/config');
const read = (name: string): GatewayConfig => GatewayConfig.fromFile(join(FIXTURES, name));

describe('the configurations of the guide', () => {
  it('reads the multi-provider configuration without a warning', () => {
    const config = read('guide-multi-provider.yaml');

    expect(config.warnings).toEqual([]);
    expect(
      config.deployments.map((d) => [d.modelName, d.provider, d.providerModel, d.apiKey]),
    ).toEqual([
      ['gpt-4o', 'openai', 'gpt-4o', 'os.environ/OPENAI_API_KEY'],
      ['gpt-4o', 'azure', 'gpt-4o', 'os.environ/AZURE_API_KEY'],
      ['claude-sonnet-4', 'anthropic', 'claude-sonnet-4-20250514', 'os.environ/ANTHROPIC_API_KEY'],
      ['claude-sonnet-4', 'bedrock', 'anthropic.claude-3-sonnet-20240229-v1:0', null],
    ]);
    expect(config.deployments[1]).toMatchObject({
      apiBase: 'os.environ/AZURE_API_BASE',
      apiVersion: '2024-02-15-preview',
    });
    expect(config.deployments[3]?.otherParams).toEqual({
      aws_access_key_id: 'os.environ/AWS_ACCESS_KEY_ID',
      aws_secret_access_key: 'os.environ/AWS_SECRET_ACCESS_KEY',
      aws_region_name: 'us-east-1',
    });
    expect(config.router).toMatchObject({
      strategy: 'latency-based-routing',
      allowedFails: 3,
      cooldownSeconds: 60,
      retries: 2,
      retryAfterSeconds: 10,
      timeoutSeconds: 30,
    });
    expect(config.requiredEnvironment).toEqual([
      'ANTHROPIC_API_KEY',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'AZURE_API_BASE',
      'AZURE_API_KEY',
      'OPENAI_API_KEY',
    ]);
  });

  it('reads the retry configuration and names the right form of its lists', () => {
    const config = read('guide-retry-logic.yaml');

    expect(config.deployments).toEqual([]);
    expect(config.router).toMatchObject({
      retries: 3,
      retryAfterSeconds: 5,
      timeoutSeconds: 30,
      retryAfterSecondsByStatus: { '429': 60, '500': 10, '503': 30 },
      fallbacks: { 'gpt-4o': ['azure/gpt-4o', 'claude-sonnet-4'] },
    });
    expect(config.warnings.map(describeWarning)).toEqual([
      'router_settings.retry_policy: LiteLLM refuses a list here, its retry_policy counts retries by kind of failure, such as {RateLimitErrorRetries: 3}; write waits as router_settings: {retry_after_by_status: {"429": 60, "500": 10, "503": 30}}',
      'router_settings.fallbacks: LiteLLM does not know model and fallback_models here; write fallbacks: [{gpt-4o: [azure/gpt-4o, claude-sonnet-4]}]',
    ]);
  });

  it('reads the Sentinel configuration and names the place LiteLLM reads it from', () => {
    const config = read('guide-sentinel.yaml');

    expect(config.cache).toEqual({
      kind: 'sentinel',
      nodes: [{ host: 'os.environ/REDIS_SENTINEL_HOST', port: 26379 }],
      sentinelServiceName: 'mymaster',
      sentinelPassword: null,
      username: null,
      password: 'os.environ/REDIS_PASSWORD',
      tls: false,
      tlsCaFile: null,
      database: 0,
    });
    expect(config.warnings.map(describeWarning)).toEqual([
      'general_settings.cache: LiteLLM reads no Redis settings here; write litellm_settings: {cache: true, cache_params: {type: redis, service_name: mymaster, sentinel_nodes: [[os.environ/REDIS_SENTINEL_HOST, 26379]], password: os.environ/REDIS_PASSWORD}}',
    ]);
    expect(config.canonicalYaml).toBe(
      [
        'litellm_settings:',
        '  cache: true',
        '  cache_params:',
        '    type: redis',
        '    service_name: mymaster',
        '    sentinel_nodes:',
        '      - - os.environ/REDIS_SENTINEL_HOST',
        '        - 26379',
        '    password: os.environ/REDIS_PASSWORD',
        '',
      ].join('\n'),
    );
  });

  it('reads all three in one file', () => {
    const config = read('guide-complete.yaml');

    expect(config.deployments).toEqual(read('guide-multi-provider.yaml').deployments);
    expect(config.cache).toEqual(read('guide-sentinel.yaml').cache);
    expect(config.router).toEqual({
      ...read('guide-retry-logic.yaml').router,
      strategy: 'latency-based-routing',
      allowedFails: 3,
      // A written cooldown_time is kept to; only the default one grows with repetition.
      cooldownGrowth: 'fixed',
      cooldownSeconds: 60,
    });
    expect(config.warnings.map(({ rule }) => rule)).toEqual([
      'config.dialect.redis',
      'config.dialect.retry-policy',
      'config.dialect.fallbacks',
    ]);
  });

  it.each(readdirSync(FIXTURES).filter((name) => name.endsWith('.yaml')))(
    'reads the canonical form of %s as the same configuration, without a word about its form',
    (name) => {
      const config = read(name);
      const again = GatewayConfig.fromYaml(config.canonicalYaml);

      expect({ ...again, warnings: [] }).toEqual({ ...config, warnings: [] });
      expect(again.warnings.filter(({ rule }) => rule.startsWith('config.dialect'))).toEqual([]);
    },
  );
});

describe('a production configuration of LiteLLM', () => {
  const config = read('litellm-production.yaml');

  it('is read without a false alarm', () => {
    expect(config.warnings.map(describeWarning)).toEqual([
      'model_list, gpt-4o: no price of azure/gpt-4o-us is known, so a call under a budget is charged the most that any model of its provider costs; set input_cost_per_token and output_cost_per_token, model_info.base_model, or general_settings.price_list',
    ]);
  });

  it('prefers router_settings over litellm_settings', () => {
    expect(config.router).toMatchObject({
      retries: 1,
      timeoutSeconds: 120,
      retriesByException: { RateLimitError: 3, Default: 1 },
      defaultFallbacks: ['gpt-4o'],
      contextWindowFallbacks: { 'gpt-4o': ['azure-eu'] },
      modelGroupAlias: { 'gpt-4': 'gpt-4o', 'hidden-4': 'gpt-4o' },
    });
  });

  it('reads limits as numbers, merge keys, and one deployment per organization', () => {
    expect(config.deployments.map((d) => [d.id.slice(0, 8), d.rpm, d.tpm, d.organization])).toEqual(
      [
        ['azure-eu', 900, 150_000, null],
        [expect.any(String), 900, 150_000, null],
        [expect.any(String), null, null, 'org-one'],
        [expect.any(String), null, null, 'os.environ/SECOND_ORG'],
      ],
    );
    expect(new Set(config.deployments.map((d) => d.id)).size).toBe(4);
    expect(config.deployments[0]).toMatchObject({ apiVersion: '2024-06-01', timeoutSeconds: null });
  });

  it('reads the start-up nodes of a Redis Cluster', () => {
    expect(config.cache).toMatchObject({
      kind: 'cluster',
      nodes: [
        { host: 'redis-1', port: 7001 },
        { host: 'redis-2', port: 7002 },
      ],
      tls: true,
      tlsCaFile: null,
      database: 0,
    });
  });

  it('quotes what YAML 1.1 would read as a date, and spells its booleans out', () => {
    expect(config.canonicalYaml).toContain('api_version: "2024-06-01"');
    expect(config.canonicalYaml).toContain('cache: true');
  });
});
