import type { DeploymentConfig } from '../../../../lib/config/gateway-config';
import { gemini } from '../../../../runtime/providers/gemini/gemini';
import { askProvider, prepareProvider } from '../../../support/asked-provider';
import type { Variables } from '../../../support/asked-provider';

describe('gemini', () => {
  const urlAt = (
    parts: Partial<DeploymentConfig>,
    model = 'gemini-2.5-pro',
    variables: Variables = {},
  ): unknown =>
    askProvider(
      prepareProvider(gemini, { apiKey: 'AIza-key-of-test', ...parts }, variables),
      model,
    );

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
      const asked = askProvider(prepareProvider(gemini, {}, { [name]: 'AIza-key-of-env' }), 'x');
      expect(asked).toHaveProperty('headers', expect.arrayContaining(['AIza-key-of-env']));
    }
  });

  it('rejects a deployment without a key', () => {
    expect(prepareProvider(gemini, {})).toBe('api_key is not set, and neither is GEMINI_API_KEY');
  });
});
