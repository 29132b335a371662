import { parseGatewayConfig } from '../../../lib/config';
import type { GuardsConfig } from '../../../lib/config/guards-config';
import { describeWarning, SpecError } from '../../../lib/errors';

const MODELS = [{ model_name: 'm', litellm_params: { model: 'openai/m', api_key: 'k' } }];

function parse(general: object, litellm: object = {}): GuardsConfig {
  const text = JSON.stringify({
    model_list: MODELS,
    general_settings: general,
    litellm_settings: litellm,
  });
  return parseGatewayConfig(text, { environment: {} }).guards;
}

/** Each problem as `path must allowed, got …; fix`. */
function problemsOf(general: object, litellm: object = {}): readonly string[] {
  try {
    parse(general, litellm);
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return error.problems.map(
      ({ path, allowed, got, fix }) => `${path} must ${allowed}, got ${got}; ${fix}`,
    );
  }
  return [];
}

describe('parseGuards', () => {
  it('asks for nothing where nothing is said', () => {
    expect(parse({})).toEqual({
      allowedClients: null,
      trustedProxies: [],
      keyHeader: null,
      servedRoutes: null,
      publicRoutes: [],
      adminRoutes: [],
      metrics: 'open',
      corsOrigins: [],
      content: {
        requiredParams: [],
        serviceAccountParams: [],
        user: 'optional',
        clientTags: 'allowed',
        blockedUsers: [],
        bannedKeywords: [],
      },
      mostRequestBytes: null,
      mostResponseBytes: null,
      budgets: { gateway: null, endUser: null, newUser: null },
      keyGeneration: {
        defaults: {},
        upperBounds: {
          max_budget: null,
          budget_duration: null,
          duration: null,
          max_parallel_requests: null,
          tpm_limit: null,
          rpm_limit: null,
        },
        team: null,
        personal: null,
      },
      jwt: null,
    });
  });

  it('reads addresses and ranges of both families, mapped ones as what they stand for', () => {
    const ips = ['10.0.0.1', '10.0.0.0/8', '2001:db8::/32', '::1', '::ffff:10.0.0.1', '0.0.0.0/0'];
    expect(parse({ allowed_ips: ips }).allowedClients).toEqual([
      { family: 'ipv4', address: '10.0.0.1', prefixBits: 32 },
      { family: 'ipv4', address: '10.0.0.0', prefixBits: 8 },
      { family: 'ipv6', address: '2001:db8::', prefixBits: 32 },
      { family: 'ipv6', address: '::1', prefixBits: 128 },
      { family: 'ipv4', address: '10.0.0.1', prefixBits: 32 },
      { family: 'ipv4', address: '0.0.0.0', prefixBits: 0 },
    ]);
    expect(parse({ allowed_ips: [] }).allowedClients).toEqual([]);
    expect(parse({ allowed_ips: ['::ffff:10.0.0.0/104'] }).allowedClients).toEqual([
      { family: 'ipv4', address: '10.0.0.0', prefixBits: 8 },
    ]);
  });

  it.each(['10.0.0', '10.0.0.1/33', '::1/129', 'localhost', '10.0.0.1/', '::ffff:10.0.0.0/8', ''])(
    'rejects the address %j',
    (address) => {
      expect(problemsOf({ allowed_ips: [address] })).toEqual([
        `general_settings.allowed_ips[0] must be an IP address or a range of them, got ${JSON.stringify(address)}; write an address such as 10.0.0.1 or a range such as 10.0.0.0/8 or 2001:db8::/32`,
      ]);
    },
  );

  it('rejects a header that nobody vouches for', () => {
    const general = { allowed_ips: ['10.0.0.1'], use_x_forwarded_for: true };
    expect(problemsOf(general)).toEqual([
      'general_settings.trusted_proxies must be given with use_x_forwarded_for, since a client can write that header itself, got nothing; list the addresses of your load balancers, such as [10.0.0.0/8]',
    ]);
    expect(problemsOf({ use_x_forwarded_for: true })).toEqual([]);
    const trusted = parse({ ...general, trusted_proxies: ['10.0.0.0/8'] }).trustedProxies;
    expect(trusted).toEqual([{ family: 'ipv4', address: '10.0.0.0', prefixBits: 8 }]);
    expect(parse({ trusted_proxies: ['10.0.0.0/8'] }).trustedProxies).toEqual([]);
  });

  it('takes routes as paths and by the names of many', () => {
    const { servedRoutes, publicRoutes } = parse({
      allowed_routes: ['anthropic_routes', '/spend/*'],
      public_routes: ['LiteLLMRoutes.public_routes'],
    });
    expect(servedRoutes).toEqual([
      '/v1/messages',
      '/v1/messages/count_tokens',
      '/v1/skills',
      '/v1/skills/{id}',
      '/spend/*',
    ]);
    // Its openness has a setting of its own.
    expect(publicRoutes).not.toContain('/metrics');
    expect(problemsOf({ admin_only_routes: ['openai_route'] })).toEqual([
      'general_settings.admin_only_routes[0] must be a path or one of openai_routes, anthropic_routes, llm_api_routes, info_routes, key_management_routes, management_routes, spend_tracking_routes, global_spend_tracking_routes, public_routes, got "openai_route"; write a path such as /v1/chat/completions or /spend/*',
    ]);
    expect(problemsOf({ allowed_routes: '/v1/models' })).toEqual([
      'general_settings.allowed_routes must be a list of routes, got "/v1/models"; write [/v1/chat/completions]',
    ]);
  });

  it('reads sizes, names, budgets and words', () => {
    const guards = parse(
      {
        max_request_size_mb: 0.5,
        max_response_size_mb: 2,
        litellm_key_header_name: 'X-Company-Key',
        enforced_params: ['user'],
        service_account_settings: { enforced_params: ['metadata.job'] },
        cors_allow_origins: ['https://app.example.com'],
      },
      {
        max_budget: 100,
        budget_duration: '30d',
        max_end_user_budget: 1.5,
        max_internal_user_budget: 10,
        internal_user_budget_duration: '1d',
        banned_keywords_list: ['Word'],
        blocked_user_list: ['u', 7],
      },
    );
    expect(guards).toMatchObject({
      mostRequestBytes: 524_288,
      mostResponseBytes: 2_097_152,
      keyHeader: 'x-company-key',
      corsOrigins: ['https://app.example.com'],
      content: {
        requiredParams: ['user'],
        serviceAccountParams: ['metadata.job'],
        bannedKeywords: ['word'],
        blockedUsers: ['u', '7'],
      },
      budgets: {
        gateway: { dollars: 100, seconds: 2_592_000 },
        endUser: { dollars: 1.5, seconds: null },
        newUser: { dollars: 10, seconds: 86_400 },
      },
    });
  });

  it('tells where less is done than with LiteLLM', () => {
    const text = JSON.stringify({
      model_list: MODELS,
      litellm_settings: { banned_keywords_list: ['a'], callbacks: ['banned_keywords'] },
    });
    const { warnings } = parseGatewayConfig(text, { environment: {} });
    expect(warnings.map(describeWarning)).toContain(
      'litellm_settings.banned_keywords_list: prompts are searched for these words; LiteLLM would search answers for them too',
    );
  });

  it('takes a budget of nothing for no budget, as LiteLLM does', () => {
    expect(parse({}, { max_budget: 0 }).budgets.gateway).toBeNull();
    expect(parse({}, { max_end_user_budget: 0 }).budgets.endUser).toEqual({
      dollars: 0,
      seconds: null,
    });
  });

  it('rejects files where LiteLLM reads lists from one', () => {
    expect(problemsOf({}, { blocked_user_list: 'users.txt' })).toEqual([
      'litellm_settings.blocked_user_list must be a list of names, got "users.txt"; write [name]',
    ]);
    expect(problemsOf({}, { banned_keywords_list: 'words.txt' })).toEqual([
      'litellm_settings.banned_keywords_list must be a list of names, got a string; write [name]',
    ]);
  });

  it('rejects what is no header name and no origin', () => {
    expect(problemsOf({ litellm_key_header_name: 'X Key' })).toEqual([
      'general_settings.litellm_key_header_name must be the name of a header, got a string; write a name such as X-Company-Key',
    ]);
    expect(problemsOf({ cors_allow_origins: ['https://a.test/path'] })).toEqual([
      'general_settings.cors_allow_origins[0] must be the origin of a web page, got "https://a.test/path"; write scheme, host and port such as https://app.example.com, without a path; or *',
    ]);
    expect(parse({ cors_allow_origins: '*' }).corsOrigins).toEqual(['*']);
  });

  it('reads what keys are given, bounded by, and made by', () => {
    const { keyGeneration } = parse(
      {},
      {
        default_key_generate_params: { max_budget: 1, models: ['m'], budget_duration: '1d' },
        upperbound_key_generate_params: { max_budget: 100, duration: '30d', tpm_limit: 1000 },
        key_generation_settings: {
          team_key_generation: { allowed_team_member_roles: ['admin'], required_params: ['tags'] },
          personal_key_generation: { allowed_user_roles: ['proxy_admin'] },
        },
      },
    );
    expect(keyGeneration).toEqual({
      defaults: { max_budget: 1, models: ['m'], budget_duration: '1d' },
      upperBounds: {
        max_budget: 100,
        budget_duration: null,
        duration: 2_592_000,
        max_parallel_requests: null,
        tpm_limit: 1000,
        rpm_limit: null,
      },
      team: { roles: ['admin'], requiredParams: ['tags'] },
      personal: { roles: ['proxy_admin'], requiredParams: [] },
    });
    expect(problemsOf({}, { upperbound_key_generate_params: { max_budgets: 1 } })).toEqual([
      'litellm_settings.upperbound_key_generate_params.max_budgets must be one of max_budget, budget_duration, duration, max_parallel_requests, tpm_limit, rpm_limit, got a number; remove it, or choose one of them',
    ]);
    expect(problemsOf({}, { default_key_generate_params: { budget_duration: 'soon' } })).toEqual([
      'litellm_settings.default_key_generate_params.budget_duration must be a span of time, got a string; write a number and one of s, m, h, d, w, mo, such as 1d',
    ]);
  });
});

describe('parseJwtConfig', () => {
  const jwt = (litellm_jwtauth: object) => ({ enable_jwt_auth: true, litellm_jwtauth });

  it('begins with the defaults of LiteLLM, and only where it is enabled', () => {
    expect(parse({ litellm_jwtauth: { admin_jwt_scope: 'a' } }).jwt).toBeNull();
    expect(parse({ enable_jwt_auth: true }).jwt).toMatchObject({
      adminScope: 'litellm_proxy_admin',
      teamRoutes: ['openai_routes', 'info_routes', 'mcp_routes'],
      unknownUsers: 'refused',
      modelsByScope: null,
      keysSeconds: 600,
    });
  });

  it('rejects options that are not done by their name, and takes those that are off', () => {
    expect(problemsOf(jwt({ team_id_upsert: false, custom_validate: null }))).toEqual([]);
    for (const name of [
      'custom_validate',
      'team_id_upsert',
      'upsert_sso_user_to_team',
      'team_alias_jwt_field',
      'org_alias_jwt_field',
      'public_allowed_routes',
      'jwt_litellm_role_map',
      'sync_user_role_and_teams',
      'oidc_userinfo_endpoint',
      'oidc_userinfo_enabled',
      'oidc_userinfo_cache_ttl',
    ]) {
      expect(problemsOf(jwt({ [name]: 'x' }))[0]).toContain(`accept_without: [${name}]`);
    }
    expect(problemsOf(jwt({ team_id_field: 'x' }))[0]).toMatch(/; correct the name, or remove it$/);
  });

  it('rejects options that need another one', () => {
    expect(problemsOf(jwt({ enforce_scope_based_access: true }))).toEqual([
      'general_settings.litellm_jwtauth.scope_mappings must be given with enforce_scope_based_access, got nothing; write scope_mappings, or remove enforce_scope_based_access',
    ]);
    expect(problemsOf(jwt({ object_id_jwt_field: 'oid' }))[0]).toContain('role_mappings');
    expect(problemsOf(jwt({ user_roles_jwt_field: 'roles' }))[0]).toContain('user_allowed_roles');
    expect(problemsOf(jwt({ user_allowed_roles: ['a'] }))[0]).toContain('user_roles_jwt_field');
  });
});
