import { GatewayConfig, parseGatewayConfig } from '../../../lib/config';
import { SpecError } from '../../../lib/errors';

const routerOf = (settings: string) =>
  GatewayConfig.fromYaml(`router_settings: {${settings}}`).router;

const deploymentOf = (params: string, info = '{}') =>
  GatewayConfig.fromYaml(
    `model_list: [{model_name: m, litellm_params: {model: gpt-4o, ${params}}, model_info: ${info}}]`,
  ).deployments[0];

function refusalOf(text: string): string {
  try {
    parseGatewayConfig(text, { environment: {}, fileName: 'config.yaml' });
  } catch (error) {
    if (error instanceof SpecError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('the settings of routing', () => {
  it.each(['round-robin', 'least-connections', 'peak-ewma'])('know the strategy %s', (strategy) => {
    expect(routerOf(`routing_strategy: ${strategy}`).strategy).toBe(strategy);
  });

  it('read the arguments of latency-based routing', () => {
    const args = '{ttl: 60, lowest_latency_buffer: 0.5, max_latency_list_size: 20}';
    expect(routerOf(`routing_strategy_args: ${args}`).latency).toEqual({
      ttlSeconds: 60,
      buffer: 0.5,
      listSize: 20,
    });
  });

  it('read the budgets of providers and of deployments', () => {
    const budgets = '{openai: {budget_limit: 1.5, time_period: 1d}}';
    expect(routerOf(`provider_budget_config: ${budgets}`).providerBudgets).toEqual({
      openai: { limitDollars: 1.5, windowSeconds: 86_400 },
    });
    expect(deploymentOf('max_budget: 3, budget_duration: 2h')).toMatchObject({
      maxBudgetDollars: 3,
      budgetSeconds: 7200,
    });
  });

  it('read whether tags decide, and how', () => {
    expect(routerOf('enable_tag_filtering: true').tagFiltering).toBe('any');
    const all = 'enable_tag_filtering: true, tag_filtering_match_any: false';
    expect(routerOf(all).tagFiltering).toBe('all');
    expect(routerOf('tag_filtering_match_any: true').tagFiltering).toBe('off');
  });

  it('read which checks are made before a call', () => {
    expect(routerOf('enable_pre_call_checks: true').preCallChecks).toBe('on');
    const enforced = 'optional_pre_call_checks: [enforce_model_rate_limits]';
    expect(routerOf(enforced).rateLimits).toBe('enforced');
  });

  it("read what a request is held by, its own name first and LiteLLM's behind it", () => {
    const checks = 'optional_pre_call_checks: [deployment_affinity, session_affinity]';
    expect(routerOf(`sticky_by: "header:X-Team", ${checks}`).stickyBy).toEqual([
      { kind: 'header', name: 'x-team' },
      { kind: 'session' },
      { kind: 'key' },
    ]);
    expect(routerOf('sticky_by: [user, key]').stickyBy).toEqual([
      { kind: 'user' },
      { kind: 'key' },
    ]);
  });

  it('read aliases that the list of models leaves out', () => {
    const router = routerOf('model_group_alias: {a: {model: m, hidden: true}, b: m}');
    expect(router).toMatchObject({ modelGroupAlias: { a: 'm', b: 'm' }, hiddenAliases: ['a'] });
  });

  it('read how many requests go at once and which of them first', () => {
    expect(routerOf('default_max_parallel_requests: 4, default_priority: 2')).toMatchObject({
      defaultMaxParallelRequests: 4,
      defaultPriority: 2,
    });
  });

  it('read the price, the window and the region of a deployment', () => {
    const info =
      '{base_model: gpt-4o, max_input_tokens: 9, access_groups: [beta], supports_response_schema: false, input_cost_per_token: 7, output_cost_per_token: 2}';
    expect(deploymentOf('input_cost_per_token: 1, aws_region_name: eu-west-1', info)).toMatchObject(
      {
        inputCostPerToken: 1,
        outputCostPerToken: 2,
        baseModel: 'gpt-4o',
        maxInputTokens: 9,
        region: 'eu-west-1',
        responseSchemas: 'unsupported',
        accessGroups: ['beta'],
      },
    );
  });

  it.each([
    [
      'a budget without an end',
      'router_settings: {provider_budget_config: {openai: {budget_limit: 1, time_period: daily}}}',
      'router_settings.provider_budget_config.openai.time_period must be a span of time, got "daily"; write a number and one of s, m, h, d, w, mo, such as 1d',
    ],
    [
      'a budget without a period',
      'router_settings: {provider_budget_config: {openai: {budget_limit: 1}}}',
      'router_settings.provider_budget_config.openai.time_period must be given, got nothing; write a span of time such as 1d',
    ],
    [
      'a source that holds nothing',
      'router_settings: {sticky_by: cookie}',
      'router_settings.sticky_by must be session, key, user or header:<name>, or a list of them, got "cookie"; write user, or header:x-session-id',
    ],
    [
      'an alias that is hidden perhaps',
      'router_settings: {model_group_alias: {a: {model: m, hidden: perhaps}}}',
      'router_settings.model_group_alias.a must name a model, got a map; write the name, or {model: gpt-4o, hidden: true}',
    ],
    [
      'a list without a sample',
      'router_settings: {routing_strategy_args: {max_latency_list_size: 0}}',
      'router_settings.routing_strategy_args.max_latency_list_size must be a whole number of at least 1, got 0; write a number such as 10',
    ],
  ])('rejects %s', (_, text, message) => {
    expect(refusalOf(text)).toBe(`config.yaml: 1 problem\n  - ${message}`);
  });
});
