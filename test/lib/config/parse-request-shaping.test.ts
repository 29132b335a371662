import { parseGatewayConfig } from '../../../lib/config';
import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import { requestShaping } from '../../support/gateway-config-builder';

const ENVIRONMENT = {
  HEADER: 'from-environment',
  TOKEN: 'Bearer token-value',
  BASE: 'http://own/v1',
};

function parse(
  params: object,
  settings: object = {},
  environment: Readonly<Record<string, string>> = ENVIRONMENT,
): DeploymentConfig | undefined {
  const entry = { model_name: 'm', litellm_params: { model: 'openai/x', ...params } };
  const text = JSON.stringify({ model_list: [entry], ...settings });
  return parseGatewayConfig(text, { environment }).deployments[0];
}

function refusalOf(params: object): string {
  try {
    parse(params);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was taken');
}

describe('parseRequestShaping', () => {
  it('shapes nothing by default', () => {
    expect(parse({})?.request).toEqual(requestShaping());
  });

  it('takes headers under either of their names, in small letters', () => {
    const params = { headers: { 'X-A': '1', 'x-b': 1 }, extra_headers: { 'X-B': 2 } };
    expect(parse(params)?.request.extraHeaders).toEqual([
      ['x-a', '1'],
      ['x-b', '2'],
    ]);
  });

  it('takes the body, the drops and what is allowed, and leaves them out of the other parameters', () => {
    const deployment = parse({
      extra_body: { provider: { sort: 'price' } },
      drop_params: true,
      additional_drop_params: ['user'],
      allowed_openai_params: ['top_p'],
      top_k: 4,
    });
    expect(deployment?.request).toEqual(
      requestShaping({
        extraBody: { provider: { sort: 'price' } },
        unsupported: 'dropped',
        droppedPaths: ['user'],
        allowedParams: ['top_p'],
      }),
    );
    expect(deployment?.otherParams).toEqual({ top_k: 4 });
  });

  it.each([
    [{ litellm_settings: { drop_params: true } }, {}, 'dropped'],
    [{ litellm_settings: { drop_params: false } }, { LITELLM_DROP_PARAMS: 'true' }, 'refused'],
    [{}, { LITELLM_DROP_PARAMS: 'True' }, 'dropped'],
    [{}, {}, 'refused'],
  ])('drops for every deployment by %j and %j: %s', (settings, environment, unsupported) => {
    expect(parse({ drop_params: false }, settings, environment)?.request.unsupported).toBe(
      unsupported,
    );
  });

  it('knows what of its values is a credential, and what comes from the environment', () => {
    const request = parse({
      api_base: 'os.environ/BASE',
      extra_headers: { Authorization: 'os.environ/TOKEN', 'x-tenant': 'os.environ/HEADER' },
      extra_body: { deep: [{ api_key: 'in-the-body' }], plain: 'word' },
      prompt_cache_key: 'no-secret',
    })?.request;
    expect(request?.secretValues).toEqual([
      'Bearer token-value',
      'token-value',
      'in-the-body',
      'in-the-body',
    ]);
    expect(request?.undisclosedValues).toEqual(['Bearer token-value', 'from-environment']);
  });

  it('knows the same of what entries share', () => {
    const shared = {
      default_litellm_params: { extra_headers: { 'x-tenant': 'os.environ/HEADER' } },
    };
    const request = parse({}, { router_settings: shared })?.request;
    expect(request?.extraHeaders).toEqual([['x-tenant', 'from-environment']]);
    expect(request?.undisclosedValues).toEqual(['from-environment']);
  });

  it.each([
    [
      { extra_headers: { Host: 'x' } },
      'model_list[0].litellm_params.extra_headers.Host must not be set, since the gateway sends it itself, got a string; ' +
        'remove it; use api_base to reach another host',
    ],
    [
      { extra_headers: { 'x y': 'z' } },
      'model_list[0].litellm_params.extra_headers["x y"] must be the name of a header, got a string; use letters, digits and hyphens',
    ],
    [
      { extra_headers: { 'x-a': 'b\nc' } },
      'model_list[0].litellm_params.extra_headers.x-a must be text of one line in ASCII, got a string; write the value in quotes',
    ],
    [
      { extra_headers: ['x'] },
      'model_list[0].litellm_params.extra_headers must be a map of headers, got a list; write each as "name: value"',
    ],
    [
      { extra_body: 'x' },
      'model_list[0].litellm_params.extra_body must be a map of fields, got "x"; write its fields as "key: value", indented below it',
    ],
    [
      { extra_body: { model: 'x' } },
      'model_list[0].litellm_params.extra_body.model must not be set, since the gateway decides it for each request, got "x"; ' +
        'write litellm_params.model instead',
    ],
    [
      { extra_body: { stream: true } },
      'model_list[0].litellm_params.extra_body.stream must not be set, since the gateway decides it for each request, got true; remove it',
    ],
  ])('rejects %j', (params, message) => {
    expect(refusalOf(params)).toContain(message);
  });
});
