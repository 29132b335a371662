import type { DeploymentConfig } from '../../../../lib/config/gateway-config';
import { parseClientBody } from '../../../../runtime/providers/client-body';
import { gemini } from '../../../../runtime/providers/gemini/gemini';
import { isUnsupported } from '../../../../runtime/providers/provider';
import type { PreparedProvider, Provider } from '../../../../runtime/providers/provider';
import { deployment } from '../../../support/gateway-config-builder';
import { providerContext } from '../../../support/provider-context';

type Variables = Readonly<Record<string, string>>;
type Json = Readonly<Record<string, unknown>>;

const JSON_BODY = parseClientBody(
  Buffer.from('{"model":"a","messages":[{"role":"user","content":"Hi"}]}'),
  null,
);
function prepare(
  provider: Provider,
  parts: Partial<DeploymentConfig>,
  variables: Variables = {},
): PreparedProvider | string {
  const config = deployment({ id: 'x', apiBase: null, apiKey: null, ...parts });
  const prepared = provider.prepare(config, providerContext(variables));
  return isUnsupported(prepared) ? prepared.reason : prepared;
}

function ask(
  prepared: PreparedProvider | string,
  model: string,
  body = JSON_BODY,
): { readonly url: string; readonly body: Json; readonly headers: readonly string[] } | string {
  if (typeof prepared === 'string') return prepared;
  const { origin, path, body: bytes, headers } = prepared.toUpstream(body, model);
  return { url: origin + path, body: JSON.parse(bytes.toString()) as Json, headers };
}

describe('gemini', () => {
  const urlAt = (
    parts: Partial<DeploymentConfig>,
    model = 'gemini-2.5-pro',
    variables: Variables = {},
  ): unknown => ask(prepare(gemini, { apiKey: 'AIza-key-of-test', ...parts }, variables), model);

  it('asks Google AI Studio by a header, or whatever the deployment names', () => {
    const asked = urlAt({});
    expect(asked).toMatchObject({
      url: 'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:generateContent',
    });
    expect(asked).toHaveProperty(
      'headers',
      expect.arrayContaining(['x-goog-api-key', 'AIza-key-of-test']),
    );
    expect(urlAt({ apiBase: 'https://proxy/google' })).toMatchObject({
      url: 'https://proxy/google/models/gemini-2.5-pro:generateContent',
    });
    expect(urlAt({}, 'x', { GEMINI_API_BASE: 'https://env' })).toMatchObject({
      url: 'https://env/models/x:generateContent',
    });
  });

  it.each([
    ['models/a', 'models/a'],
    ['tunedModels/b', 'tunedModels/b'],
    ['../../evil?x', 'models/..%2F..%2Fevil%3Fx'],
  ])('puts the model %s in the path', (model, path) => {
    expect(urlAt({}, model)).toMatchObject({
      url: `https://generativelanguage.googleapis.com/v1beta/${path}:generateContent`,
    });
  });

  it('takes the key from the environment', () => {
    for (const name of ['GOOGLE_API_KEY', 'GEMINI_API_KEY']) {
      const asked = ask(prepare(gemini, {}, { [name]: 'AIza-key-of-env' }), 'x');
      expect(asked).toHaveProperty('headers', expect.arrayContaining(['AIza-key-of-env']));
    }
  });

  it('rejects a deployment without a key', () => {
    expect(prepare(gemini, {})).toBe('api_key is not set, and neither is GEMINI_API_KEY');
  });
});
