import { selectClientToken } from '../../../runtime/auth/client-token';

const HEADERS = [
  'authorization',
  'x-litellm-api-key',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'ocp-apim-subscription-key',
];

describe('selectClientToken', () => {
  it.each(HEADERS)('finds a key in %s, with and without a scheme', (name) => {
    expect(selectClientToken({ [name]: 'sk-1' })).toBe('sk-1');
    expect(selectClientToken({ [name]: 'bEARER  sk-1' })).toBe('sk-1');
  });

  it.each(
    HEADERS.flatMap((name) => ['', ' ', 'Bearer', 'Bearer ', 'bearer  '].map((v) => [name, v])),
  )('takes %s: %j for no key', (name, value) => {
    expect(selectClientToken({ [name]: value })).toBeNull();
  });

  it('looks on behind a blank header', () => {
    expect(selectClientToken({ authorization: '', 'api-key': '', 'x-goog-api-key': 'sk-1' })).toBe(
      'sk-1',
    );
  });

  it('takes a key that begins like the scheme as it is', () => {
    expect(selectClientToken({ 'x-api-key': 'bearers-of-news' })).toBe('bearers-of-news');
  });
});
