import fc from 'fast-check';
import { stringify } from 'yaml';
import { GatewayConfig, parseGatewayConfig } from '../../../lib/config';
import { describeWarning, SpecError } from '../../../lib/errors';

const ENTRY = 'model_list: [{model_name: gpt-4o, litellm_params: {model: gpt-4o}}]';

const parse = (text: string, environment: Record<string, string | undefined> = {}): GatewayConfig =>
  parseGatewayConfig(text, { environment, fileName: 'config.yaml' });

function refusalOf(text: string, environment: Record<string, string | undefined> = {}): string {
  try {
    parse(text, environment);
  } catch (error) {
    if (error instanceof SpecError) return error.message;
    throw error;
  }
  return 'accepted';
}

const warningsOf = (text: string): readonly string[] =>
  GatewayConfig.fromYaml(text).warnings.map(describeWarning);

describe('parseGatewayConfig', () => {
  it('completes an empty section with the defaults', () => {
    const { router, general, cache } = parse('router_settings:\n');
    expect(router).toEqual({
      strategy: 'simple-shuffle',
      budgetUnpriced: 'estimate',
      retries: 2,
      retryAfterSeconds: 0,
      timeoutSeconds: 600,
      callTimeoutSeconds: null,
      streamTimeoutSeconds: null,
      streamIdleTimeoutSeconds: null,
      streamContentTimeoutSeconds: null,
      maxStreamSeconds: 3600,
      connectTimeoutSeconds: 5,
      allowedFails: null,
      allowedFailsByException: {},
      cooldownSeconds: 5,
      cooldownGrowth: 'growing',
      cooldownRules: { failureShare: 0.5, leastCalls: 5, loneLeastCalls: 1000 },
      cooldownsDisabled: false,
      retriesByException: {},
      retriesByGroup: {},
      retryAfterSecondsByStatus: {},
      fallbacks: {},
      contextWindowFallbacks: {},
      contentPolicyFallbacks: {},
      defaultFallbacks: [],
      maxFallbacks: 5,
      modelGroupAlias: {},
      hiddenAliases: [],
      latency: { ttlSeconds: 3600, buffer: 0, listSize: 10 },
      providerBudgets: {},
      tagFiltering: 'off',
      preCallChecks: 'off',
      rateLimits: 'by-strategy',
      defaultMaxParallelRequests: null,
      defaultPriority: 0,
      stickyBy: [],
      hedging: null,
    });
    expect(general).toEqual({
      masterKey: null,
      databaseUrl: null,
      databaseReaderUrl: null,
      budgetEnforcement: 'estimated',
      staleKeys: 'serve',
      staleKeysSeconds: 86_400,
      databaseConnectionPoolLimit: 10,
      mostInFlight: null,
      healthChecks: {
        background: 'off',
        intervalSeconds: 300,
        concurrency: 8,
        details: 'full',
        routing: 'off',
        stalenessSeconds: 600,
        transientErrors: 'counted',
      },
    });
    expect(cache).toBeNull();
  });

  it('tells every problem at once', () => {
    const text = [
      'model_list:',
      '  - litellm_params: {model: gpt-4o}',
      'router_settings: {timeout: soon, num_retries: 1.5, routing_strategy: random}',
      'general_settings: {database_connection_pool_limit: 0, master_key: os.environ/ABSENT}',
    ].join('\n');
    expect(refusalOf(text)).toBe(
      [
        'config.yaml: 6 problems',
        '  - general_settings.master_key must name an environment variable that is set, got os.environ/ABSENT, which is not; set ABSENT in the environment, or remove general_settings.master_key',
        '  - model_list[0].model_name must be given, got nothing; write a name such as gpt-4o',
        '  - router_settings.num_retries must be a whole number of at least 0, got 1.5; write a number such as 2',
        '  - router_settings.routing_strategy must be one of simple-shuffle, least-busy, usage-based-routing, usage-based-routing-v2, latency-based-routing, cost-based-routing, provider-budget-routing, round-robin, least-connections, peak-ewma, got "random"; choose one of them',
        '  - router_settings.timeout must be a number of at least 0.001, got "soon"; write a number such as 30',
        '  - general_settings.database_connection_pool_limit must be a whole number of at least 1, got 0; write a number such as 10',
      ].join('\n'),
    );
  });

  it.each([
    [
      'a section that is no map',
      'router_settings: 3',
      'router_settings must be a map of settings, got 3; write its settings as "key: value", indented below it',
    ],
    [
      'a list that is a map',
      'model_list: {}',
      'model_list must be a list, got a map; start each item with "- "',
    ],
    [
      'a boolean that is none',
      'router_settings: {disable_cooldowns: perhaps}',
      'router_settings.disable_cooldowns must be true or false, got "perhaps"; write true or false',
    ],
    [
      'fallbacks that are no list',
      'router_settings: {fallbacks: 3}',
      'router_settings.fallbacks must be a list of fallbacks, got 3; write [{gpt-4o: [claude-sonnet-4]}]',
    ],
    [
      'a fallback with two keys',
      'router_settings: {fallbacks: [{a: [b], c: [d]}]}',
      'router_settings.fallbacks[0] must have exactly one key, the model, got a map; write [{gpt-4o: [claude-sonnet-4]}]',
    ],
    [
      'a fallback target that is no name, with a quoted path',
      'router_settings: {fallbacks: [{gpt-4.1: [3]}]}',
      'router_settings.fallbacks[0]["gpt-4.1"][0] must be the name of a model, got 3; write a name such as claude-sonnet-4',
    ],
    [
      'a retry policy that is neither form',
      'router_settings: {retry_policy: [3]}',
      'router_settings.retry_policy[0] must be a map of retries by kind of failure, got 3; write {RateLimitErrorRetries: 3}',
    ],
    [
      'a retry policy of models that names none',
      'router_settings: {model_group_retry_policy: [a]}',
      'router_settings.model_group_retry_policy must be a map of model name to a map of retries by kind of failure, got a list; write {gpt-4o: {RateLimitErrorRetries: 3}}',
    ],
    [
      'a count of retries of a model that is none',
      'router_settings: {model_group_retry_policy: {gpt-4o: {TimeoutErrorRetries: -1}}}',
      'router_settings.model_group_retry_policy.gpt-4o.TimeoutErrorRetries must be a whole number of at least 0, got -1; write a number of retries such as 3',
    ],
    [
      'a percentile that is none',
      'router_settings: {hedging: {after_percentile: 100}}',
      'router_settings.hedging.after_percentile must be a number from 50 to 99.9, got 100; write a number such as 95',
    ],
    [
      'a status that is none',
      'router_settings: {retry_policy: [{status_code: 42, retry_after: 1}]}',
      'router_settings.retry_policy[0].status_code must be an HTTP status from 400 to 599, got 42; write a status such as 429',
    ],
    [
      'a negative wait',
      'router_settings: {retry_after_by_status: {429: -1}}',
      'router_settings.retry_after_by_status.429 must be a number of at least 0, got -1; write seconds to wait such as 60',
    ],
    [
      'an alias of nothing',
      'router_settings: {model_group_alias: {a: }}',
      'router_settings.model_group_alias.a must name a model, got nothing; write the name, or {model: gpt-4o, hidden: true}',
    ],
    [
      'Sentinels without the name of their master',
      'general_settings: {redis_use_sentinel: true, redis_host: s}',
      'general_settings.redis_sentinel_master_name must be given with redis_use_sentinel, got nothing; name the master the Sentinels watch, such as mymaster',
    ],
    [
      'a port out of range',
      'general_settings: {redis_host: h, redis_port: 70000}',
      'general_settings.redis_port must be a whole number from 1 to 65535, got 70000; write a number such as 26379',
    ],
    [
      'a URL that is none, without printing it',
      'router_settings: {redis_url: "h:secret"}',
      'router_settings.redis_url must be the URL of a Redis server, got a string; write redis://host:6379, or rediss:// for TLS',
    ],
    [
      'a Sentinel without a port',
      'litellm_settings: {cache_params: {sentinel_nodes: [a]}}',
      'litellm_settings.cache_params.sentinel_nodes[0] must be a host and a port, got "a"; write [sentinel-1, 26379]',
    ],
    [
      'an include without a folder',
      'include: [models.yaml]',
      'include must stand in a file, whose folder it is relative to, got a text; use GatewayConfig.fromFile, or loadConfigText',
    ],
    [
      'a reference without a name',
      'general_settings: {master_key: os.environ/}',
      'general_settings.master_key must name an environment variable, got os.environ/ with no name behind it; write os.environ/NAME',
    ],
    [
      'a secret of the wrong type without printing it',
      'general_settings: {master_key: [sk-1234567890]}',
      'general_settings.master_key must be text, got a list; write one value, in quotes if it looks like something else',
    ],
    [
      'a secret in the wrong place without printing it',
      'router_settings: {timeout: sk-1234567890}',
      'router_settings.timeout must be a number of at least 0.001, got a string; write a number such as 30',
    ],
  ])('rejects %s', (_, text, message) => {
    expect(refusalOf(text)).toBe(`config.yaml: 1 problem\n  - ${message}`);
  });

  it('rejects a wrong value of the environment without printing it', () => {
    expect(refusalOf('router_settings: {timeout: os.environ/T}', { T: 'hunter2' })).toBe(
      'config.yaml: 1 problem\n  - router_settings.timeout must be a number of at least 0.001, got what os.environ/T stands for; write a number such as 30',
    );
  });

  it('resolves references in maps and lists', () => {
    const text = `model_list: [{model_name: m, litellm_params: {model: gpt-4o, api_key: os.environ/KEY, tags: [os.environ/TAG], timeout: os.environ/T}}]`;
    const [deployment] = parse(text, { KEY: 'k', TAG: 'eu', T: '12.5' }).deployments;
    expect(deployment).toMatchObject({ apiKey: 'k', tags: ['eu'], timeoutSeconds: 12.5 });
  });

  it("puts the file's variables beneath the environment", () => {
    const text = [
      'environment_variables: {A: own, B: own, C: os.environ/D, D: deep}',
      'general_settings: {master_key: os.environ/A, database_url: os.environ/C}',
      'litellm_settings: {cache: true, cache_params: {host: os.environ/B}}',
    ].join('\n');
    const config = parse(text, { A: 'outer', B: undefined });
    expect(config.general).toMatchObject({ masterKey: 'outer', databaseUrl: 'deep' });
    expect(config.cache?.nodes).toEqual([{ host: 'own', port: 6379 }]);
    expect(config.requiredEnvironment).toEqual([]);
  });

  it('asks the environment for a variable that is defined by itself', () => {
    const text =
      'environment_variables: {A: os.environ/A}\ngeneral_settings: {database_url: os.environ/A}';
    expect(GatewayConfig.fromYaml(text).requiredEnvironment).toEqual(['A']);
    expect(refusalOf(text)).toContain('set A in the environment');
  });

  it('names for each deployment the variables that it lacks, and reads the file all the same', () => {
    const text = [
      'credential_list: [{credential_name: c, credential_values: {api_base: os.environ/BASE}}]',
      'model_list:',
      '  - {model_name: a, litellm_params: {model: openai/a, api_key: os.environ/KEY, timeout: os.environ/T, litellm_credential_name: c}}',
      '  - {model_name: a, litellm_params: {model: openai/b, api_key: os.environ/OTHER}}',
    ].join('\n');
    const { deployments } = parse(text, { OTHER: 'k', KEY: '' });
    expect(deployments.map((d) => d.unsetVariables)).toEqual([['BASE', 'KEY', 'T'], []]);
    expect(GatewayConfig.fromYaml(text).deployments[0]?.unsetVariables).toEqual([]);
  });

  it('asks for no variable of a setting without effect', () => {
    const text = [
      'litellm_settings: {default_team_settings: [{langfuse_secret: os.environ/ABSENT}]}',
      'environment_variables: {UNUSED: os.environ/ABSENT}',
    ].join('\n');
    expect(parse(text).environmentVariables).toEqual({});
  });

  it('takes the default for a number that is a reference nobody resolved', () => {
    const text = 'router_settings: {timeout: os.environ/T, num_retries: os.environ/N}';
    expect(GatewayConfig.fromYaml(text).router).toMatchObject({ timeoutSeconds: 600, retries: 2 });
  });

  it('gives a deployment the same id whatever the environment holds', () => {
    const text =
      'model_list: [{model_name: m, litellm_params: {model: gpt-4o, api_key: os.environ/K}}]';
    const ids = [
      parse(text, { K: 'one' }),
      parse(text, { K: 'two' }),
      GatewayConfig.fromYaml(text),
    ];
    expect(new Set(ids.map((config) => config.deployments[0]?.id)).size).toBe(1);
    expect(ids[0]?.deployments[0]?.id).toMatch(/^[0-9a-f]{64}$/);
  });

  it('tells equal deployments apart', () => {
    const entry = '{model_name: m, litellm_params: {model: gpt-4o}, model_info: {id: one}}';
    const config = GatewayConfig.fromYaml(`model_list: [${entry}, ${entry}]`);
    expect(config.deployments.map(({ id }) => id)).toEqual(['one', 'one-2']);
    expect(config.warnings.map(describeWarning)).toEqual([
      'model_list[1]: the same deployment as model_list[0], LiteLLM would let both share one cooldown; remove one, or give each its own model_info.id',
    ]);
  });

  it('tells the organizations of one deployment apart without a warning', () => {
    const config = GatewayConfig.fromYaml(
      'model_list: [{model_name: m, litellm_params: {model: gpt-4o, organization: [a, b]}, model_info: {id: one}}]',
    );
    expect(config.deployments.map(({ id, organization }) => [id, organization])).toEqual([
      ['one', 'a'],
      ['one-2', 'b'],
    ]);
    expect(config.warnings).toEqual([]);
  });

  it('puts default parameters and credentials beneath each deployment', () => {
    const text = [
      'model_list: [{model_name: m, litellm_params: {model: azure/x, litellm_credential_name: east, timeout: 5}}]',
      'credential_list: [{credential_name: east, credential_values: {api_key: os.environ/K, api_base: "https://a"}}]',
      'router_settings: {default_litellm_params: {timeout: 9, stream_timeout: 7}}',
    ].join('\n');
    expect(GatewayConfig.fromYaml(text).deployments[0]).toMatchObject({
      apiKey: 'os.environ/K',
      apiBase: 'https://a',
      timeoutSeconds: 5,
      streamTimeoutSeconds: 7,
    });
  });

  it('looks limits up at the entry, then its parameters, then its information', () => {
    const text =
      'model_list: [{model_name: m, rpm: 1, litellm_params: {model: x/y, rpm: 2, tpm: 3}, model_info: {rpm: 4, tpm: 5}}]';
    expect(GatewayConfig.fromYaml(text).deployments[0]).toMatchObject({ rpm: 1, tpm: 3 });
  });

  it('answers nothing for a model called like something every object has', () => {
    const { router } = GatewayConfig.fromYaml('router_settings: {fallbacks: [{a: [b]}]}');
    expect(router.fallbacks['toString']).toBeUndefined();
    expect(router.modelGroupAlias['valueOf']).toBeUndefined();
  });

  it.each([
    [
      'an unknown key with a suggestion',
      'router_settings: {num_retrys: 3}',
      'router_settings.num_retrys: not known; did you mean num_retries?',
    ],
    [
      'a key in the wrong section',
      'general_settings: {routing_strategy: simple-shuffle}',
      'general_settings.routing_strategy: not known; it belongs under router_settings',
    ],
    ['a key nobody knows', 'surprise: 1', 'surprise: not known; it has no effect'],
    [
      'a typo among the open parameters',
      'model_list: [{model_name: m, litellm_params: {model: gpt-4o, api_bse: x}}]',
      'model_list[0].litellm_params.api_bse: not known; did you mean api_base?',
    ],
    [
      'a literal secret without printing it',
      'general_settings: {master_key: sk-1234}',
      'general_settings.master_key: a secret stands in the file; use os.environ/NAME and set NAME in the environment',
    ],
    [
      'a password in a URL',
      'general_settings: {database_url: "postgresql://u:p@h/db"}',
      'general_settings.database_url: a secret stands in the file; use os.environ/NAME and set NAME in the environment',
    ],
    [
      'a secret among the variables',
      'environment_variables: {OPENAI_API_KEY: sk-1}',
      'environment_variables.OPENAI_API_KEY: a secret stands in the file; remove it here and set OPENAI_API_KEY in the environment',
    ],
    [
      'fallbacks as one map',
      'router_settings: {fallbacks: {a: [b]}}',
      'router_settings.fallbacks: LiteLLM wants a list of one-key maps here, not one map; write fallbacks: [{a: [b]}]',
    ],
    [
      'a lone fallback',
      'litellm_settings: {context_window_fallbacks: [{a: b}]}',
      'litellm_settings.context_window_fallbacks: LiteLLM reads a lone name letter by letter, it wants a list; write context_window_fallbacks: [{a: [b]}]',
    ],
    [
      'two entries for one model',
      'router_settings: {fallbacks: [{a: [b]}, {a: [c]}]}',
      'router_settings.fallbacks: a is listed more than once, only the first entry counts; join its fallbacks in one entry',
    ],
    [
      'a model that falls back to itself',
      `${ENTRY}\nrouter_settings: {fallbacks: [{gpt-4o: [gpt-4o]}]}`,
      'router_settings.fallbacks: gpt-4o falls back to itself; remove it',
    ],
    [
      'a fallback target that nothing is called',
      `${ENTRY}\nrouter_settings: {fallbacks: [{gpt-4o: [gpt-4p]}]}`,
      'router_settings.fallbacks: nothing in model_list is called gpt-4p; did you mean gpt-4o?',
    ],
    [
      'fallbacks of a model that is not there',
      `${ENTRY}\nrouter_settings: {fallbacks: [{claude: [gpt-4o]}]}`,
      'router_settings.fallbacks: no model_name claude is in model_list, so these fallbacks never apply; add it, or remove it here',
    ],
    [
      'a cooldown of zero',
      'router_settings: {cooldown_time: 0}',
      'router_settings.cooldown_time: LiteLLM reads 0 as not set; to rest no deployment, write router_settings: {disable_cooldowns: true}',
    ],
    [
      'a model whose provider nothing tells',
      'model_list: [{model_name: m, litellm_params: {model: my-model}}]',
      'model_list[0].litellm_params.model: no provider can be told from my-model; put it in front, such as openai/my-model',
    ],
    [
      'a cache without an address',
      'litellm_settings: {cache: true}',
      'litellm_settings.cache: the file does not say where Redis is; write litellm_settings: {cache_params: {type: redis, host: os.environ/REDIS_HOST, port: 6379}}, or set REDIS_HOST in the environment',
    ],
    [
      'an address without a cache',
      'litellm_settings: {cache_params: {host: h}}',
      'litellm_settings.cache_params: has no effect while the cache is off; add litellm_settings: {cache: true}',
    ],
    [
      'two different Redis',
      'litellm_settings: {cache: true, cache_params: {host: h}}\nrouter_settings: {redis_host: i}',
      'litellm_settings.cache_params: router_settings names another Redis, which is used for both; remove one of the two',
    ],
  ])('warns of %s', (_, text, warning) => {
    expect(warningsOf(text)).toEqual([warning]);
  });

  it('accepts a group, a deployment id, a raw model, an alias and a wildcard as fallback targets', () => {
    const text = [
      'model_list:',
      '  - {model_name: a, litellm_params: {model: azure/gpt-4o}, model_info: {id: the-id}}',
      '  - {model_name: openai/*, litellm_params: {model: openai/*}}',
      'router_settings:',
      '  model_group_alias: {other: a}',
      '  fallbacks: [{a: [the-id, azure/gpt-4o, openai/gpt-4o, other]}, {other: [a]}]',
    ].join('\n');
    expect(warningsOf(text)).toEqual([]);
  });

  it('lets two models fall back to each other', () => {
    const text =
      'model_list: [{model_name: a, litellm_params: {model: openai/gpt-4o}}, {model_name: b, litellm_params: {model: openai/o1}}]\nrouter_settings: {fallbacks: [{a: [b]}, {b: [a]}]}';
    const { router, warnings } = GatewayConfig.fromYaml(text);
    expect(warnings).toEqual([]);
    expect(router.fallbacks).toEqual({ a: ['b'], b: ['a'] });
  });

  it('takes the fallbacks of * as those of every model', () => {
    const { router } = GatewayConfig.fromYaml("router_settings: {fallbacks: [{'*': [a]}]}");
    expect(router).toMatchObject({ fallbacks: {}, defaultFallbacks: ['a'] });
  });
});

describe('the time and the attempts that a call may take', () => {
  it('reads the bounds of a call, an attempt and a stream', () => {
    const { router } = parse(
      'router_settings: {call_timeout: 90, connect_timeout: 2, stream_idle_timeout: 20, stream_content_timeout: 40, max_streaming_duration: 900}',
    );
    expect(router).toMatchObject({
      callTimeoutSeconds: 90,
      connectTimeoutSeconds: 2,
      streamIdleTimeoutSeconds: 20,
      streamContentTimeoutSeconds: 40,
      maxStreamSeconds: 900,
    });
  });

  it("takes the bound of a stream from LiteLLM's variable where the file is silent", () => {
    const environment = { LITELLM_MAX_STREAMING_DURATION_SECONDS: '120' };
    const secondsOf = (text: string): number =>
      parseGatewayConfig(text, { environment }).router.maxStreamSeconds;
    expect(secondsOf('router_settings: {num_retries: 1}')).toBe(120);
    expect(secondsOf('router_settings: {max_streaming_duration: 60}')).toBe(60);
  });

  it('reads retries by model and kind of failure', () => {
    const { router } = parse(
      'router_settings: {model_group_retry_policy: {gpt-4o: {RateLimitErrorRetries: 3, TimeoutErrorRetries: }}}',
    );
    expect(router.retriesByGroup).toEqual({ 'gpt-4o': { RateLimitError: 3 } });
  });

  it('hedges only where it is told when', () => {
    const hedgingOf = (text: string) => parse(`router_settings: {hedging: ${text}}`).router.hedging;
    expect(hedgingOf('{max: 2}')).toBeNull();
    expect(hedgingOf('{after_ms: 800}')).toEqual({
      afterMs: 800,
      afterPercentile: null,
      most: 1,
      mostPriority: 0,
    });
    expect(hedgingOf('{after_percentile: 95, max: 2, max_priority: 3}')).toEqual({
      afterMs: null,
      afterPercentile: 95,
      most: 2,
      mostPriority: 3,
    });
  });
});

describe('the canonical form of any configuration', () => {
  const name = fc.constantFrom(
    'gpt-4o',
    'claude-sonnet-4',
    'azure/gpt-4o',
    'on',
    '2024-06-01',
    '1',
  );
  const text = fc.oneof(name, fc.string({ maxLength: 12 }), fc.constant('os.environ/NAME'));
  const number = fc.oneof(fc.nat(500), fc.nat(500).map(String), fc.constant('os.environ/N'));
  const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
  const fallbacks = fc.oneof(
    fc.array(fc.dictionary(name, fc.array(name), { minKeys: 1, maxKeys: 1 })),
    fc.dictionary(name, fc.array(name)),
    fc.array(fc.record({ model: name, fallback_models: fc.array(name) })),
  );
  const entry = fc.record({
    model_name: name,
    litellm_params: fc.record(
      {
        model: name,
        api_key: text,
        api_version: text,
        rpm: number,
        weight: number,
        tags: fc.array(text),
        organization: fc.oneof(text, fc.array(text, { minLength: 1 })),
      },
      { requiredKeys: ['model'] },
    ),
  });
  const config = fc.record(
    {
      model_list: fc.array(entry, { maxLength: 4 }),
      router_settings: fc.record(
        {
          num_retries: optional(number),
          cooldown_time: optional(number),
          allowed_fails_policy: fc.dictionary(
            fc.constantFrom('RateLimitErrorAllowedFails', 'TimeoutErrorAllowedFails'),
            optional(number),
          ),
          fallbacks: optional(fallbacks),
          call_timeout: optional(fc.integer({ min: 1, max: 900 })),
          hedging: optional(
            fc.record(
              { after_ms: fc.integer({ min: 1 }), after_percentile: fc.nat(49).map((n) => n + 50) },
              { requiredKeys: [] },
            ),
          ),
          model_group_retry_policy: fc.dictionary(
            name,
            fc.dictionary(fc.constantFrom('TimeoutErrorRetries', 'DefaultRetries'), fc.nat(9)),
          ),
          retry_policy: fc.oneof(
            fc.array(
              fc.record({
                status_code: fc.integer({ min: 400, max: 599 }),
                retry_after: number,
              }),
            ),
            fc.dictionary(fc.constantFrom('TimeoutErrorRetries', 'DefaultRetries'), fc.nat(9)),
          ),
        },
        { requiredKeys: [] },
      ),
      general_settings: fc.record(
        {
          master_key: text,
          background_health_checks: fc.boolean(),
          use_shared_health_check: fc.boolean(),
          health_check_details: optional(fc.boolean()),
          health_check_staleness_threshold: optional(fc.integer({ min: 1, max: 900 })),
          cache: fc.boolean(),
          redis_host: name,
          redis_port: optional(fc.integer({ min: 1, max: 65_535 })),
          redis_password: text,
          redis_use_sentinel: fc.boolean(),
          redis_sentinel_master_name: fc.constant('mymaster'),
        },
        { requiredKeys: ['redis_host', 'redis_sentinel_master_name'] },
      ),
    },
    { requiredKeys: [] },
  );

  it('parses to the same value, with and without an environment', () => {
    const environments = ['unresolved', { NAME: 'value', N: '7' }] as const;
    fc.assert(
      fc.property(config, fc.constantFrom(...environments), (value, environment) => {
        const written = stringify(value, { compat: 'yaml-1.1' });
        if (written.trim() === '{}') return;
        const parsed = parseGatewayConfig(written, { environment });
        if (parsed.canonicalYaml.trim() === '{}') return;
        const again = parseGatewayConfig(parsed.canonicalYaml, { environment });
        expect({ ...again, warnings: [] }).toEqual({ ...parsed, warnings: [] });
      }),
      { numRuns: 300 },
    );
  });

  it('never fails with anything but a SpecError, whatever the text', () => {
    const yaml = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom(...'[]{}:,-&*a!|>\'"#?%@ \n\t<1._')).map((parts) => parts.join('')),
      fc.json(),
      fc
        .tuple(
          fc.constantFrom('model_list', 'router_settings', 'litellm_settings', 'general_settings'),
          fc.json(),
        )
        .map(([section, json]) => `${section}: ${json}`),
      fc
        .tuple(
          fc.constantFrom(
            'fallbacks',
            'retry_policy',
            'model_group_alias',
            'timeout',
            'cache_kwargs',
          ),
          fc.json(),
        )
        .map(([key, json]) => `router_settings: {${key}: ${json}}`),
    );
    fc.assert(
      fc.property(yaml, fc.constantFrom('unresolved' as const, {}), (text, environment) => {
        try {
          parseGatewayConfig(text, { environment });
        } catch (error) {
          expect(error).toBeInstanceOf(SpecError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
