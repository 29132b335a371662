import { parseGatewayConfig } from '../../../lib/config';
import type { GatewayConfig } from '../../../lib/config';
import { describeWarning, SpecError } from '../../../lib/errors';

const parse = (text: string, environment: Record<string, string> = {}): GatewayConfig =>
  parseGatewayConfig(text, { environment, fileName: 'config.yaml' });

const refusalOf = (text: string): string => {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof SpecError) return error.message;
    throw error;
  }
  return 'accepted';
};

const entry = (info: string): string =>
  `model_list: [{model_name: a, litellm_params: {model: openai/*}, model_info: ${info}}]`;

describe('cooldown settings', () => {
  it('take an explicit time for that very time, and 0 for not set', () => {
    const router = (settings: string): GatewayConfig['router'] =>
      parse(`router_settings: ${settings}`).router;
    expect(router('{cooldown_time: 30}')).toMatchObject({
      cooldownSeconds: 30,
      cooldownGrowth: 'fixed',
    });
    expect(router('{cooldown_time: 0}')).toMatchObject({
      cooldownSeconds: 5,
      cooldownGrowth: 'growing',
    });
    expect(parse('litellm_settings: {cooldown_time: 7}').router.cooldownGrowth).toBe('fixed');
  });

  it('read the failures allowed by kind, for all and for one deployment', () => {
    const policy = '{RateLimitErrorAllowedFails: 2, TimeoutErrorAllowedFails: null}';
    const config = parse(
      [
        `router_settings: {allowed_fails_policy: ${policy}}`,
        entry(
          '{allowed_fails: 0, cooldown_time: 9, allowed_fails_policy: {TimeoutErrorAllowedFails: "0"}}',
        ),
      ].join('\n'),
    );
    expect(config.router.allowedFailsByException).toEqual({ RateLimitError: 2 });
    expect(config.deployments[0]).toMatchObject({
      allowedFails: 0,
      cooldownSeconds: 9,
      allowedFailsByException: { TimeoutError: 0 },
    });
  });

  it('prefer the cooldown time of the parameters to that of the information', () => {
    const text =
      'model_list: [{model_name: a, litellm_params: {model: gpt-4o, cooldown_time: 0}, model_info: {cooldown_time: 9}}]';
    expect(parse(text).deployments[0]?.cooldownSeconds).toBe(0);
  });

  it("read LiteLLM's variables, and leave the defaults where one is no number", () => {
    const { router } = parse('router_settings: {}', {
      DEFAULT_COOLDOWN_TIME_SECONDS: '12',
      DEFAULT_FAILURE_THRESHOLD_PERCENT: '0.25',
      DEFAULT_FAILURE_THRESHOLD_MINIMUM_REQUESTS: 'many',
      SINGLE_DEPLOYMENT_TRAFFIC_FAILURE_THRESHOLD: '50',
    });
    expect(router).toMatchObject({
      cooldownSeconds: 12,
      cooldownGrowth: 'growing',
      cooldownRules: { failureShare: 0.25, leastCalls: 5, loneLeastCalls: 50 },
    });
  });

  it.each([
    [
      'router_settings: {allowed_fails_policy: 3}',
      'config.yaml: 1 problem\n  - router_settings.allowed_fails_policy must be a map of allowed failures by kind of failure, got 3; write {RateLimitErrorAllowedFails: 3}',
    ],
    [
      'router_settings: {allowed_fails_policy: {RateLimitErrorAllowedFails: -1}}',
      'config.yaml: 1 problem\n  - router_settings.allowed_fails_policy.RateLimitErrorAllowedFails must be a whole number of at least 0, got -1; write a number of failures such as 3',
    ],
  ])('rejects %s', (text, message) => {
    expect(refusalOf(text)).toBe(message);
  });

  it('warn of a kind of failure that is misspelt', () => {
    const text = [
      'router_settings: {allowed_fails_policy: {RateLimitErrorAllowedFail: 3}}',
      entry('{allowed_fails_policy: {TimeoutAllowedFails: 3}}'),
    ].join('\n');
    expect(parse(text).warnings.map(describeWarning)).toEqual(
      expect.arrayContaining([
        'router_settings.allowed_fails_policy.RateLimitErrorAllowedFail: not known; did you mean RateLimitErrorAllowedFails?',
        'model_list[0].model_info.allowed_fails_policy.TimeoutAllowedFails: not known; it has no effect',
      ]),
    );
  });
});

describe('health check settings', () => {
  it('read who checks, how often, and what follows from it', () => {
    const text =
      'general_settings: {background_health_checks: true, use_shared_health_check: true, health_check_interval: 60, health_check_concurrency: 2, health_check_details: false, enable_health_check_routing: true, health_check_ignore_transient_errors: true}';
    expect(parse(text).general.healthChecks).toEqual({
      background: 'shared',
      intervalSeconds: 60,
      concurrency: 2,
      details: 'names',
      routing: 'on',
      stalenessSeconds: 120,
      transientErrors: 'ignored',
    });
  });

  it('share nothing where nothing is checked in the background', () => {
    const { healthChecks } = parse('general_settings: {use_shared_health_check: true}').general;
    expect(healthChecks.background).toBe('off');
  });

  it('understand the switches of routing under router_settings too', () => {
    const text =
      'router_settings: {enable_health_check_routing: true, health_check_staleness_threshold: 45}';
    expect(parse(text).general.healthChecks).toMatchObject({ routing: 'on', stalenessSeconds: 45 });
  });

  it('read how one deployment is checked', () => {
    const info =
      '{health_check_model: openai/gpt-4o-mini, health_check_timeout: 9, health_check_max_tokens: 1, disable_background_health_check: true}';
    expect(parse(entry(info)).deployments[0]?.healthCheck).toEqual({
      model: 'gpt-4o-mini',
      timeoutSeconds: 9,
      maxTokens: 1,
      background: 'off',
    });
    expect(parse(entry('{}')).deployments[0]?.healthCheck).toEqual({
      model: null,
      timeoutSeconds: 60,
      maxTokens: 5,
      background: 'on',
    });
  });

  it('rejects an interval that would never end', () => {
    expect(refusalOf('general_settings: {health_check_interval: 0}')).toBe(
      'config.yaml: 1 problem\n  - general_settings.health_check_interval must be a number of at least 1, got 0; write a number such as 300',
    );
  });
});

describe('the bound on requests in flight', () => {
  it.each([
    ['{}', null],
    ['{max_in_flight_requests_per_worker: 50}', 50],
    ['{global_max_parallel_requests: 70}', 70],
    ['{max_in_flight_requests_per_worker: 50, global_max_parallel_requests: 70}', 50],
  ])('of %s is %j', (general, most) => {
    expect(parse(`general_settings: ${general}`).general.mostInFlight).toBe(most);
  });
});
