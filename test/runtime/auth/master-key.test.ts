import { isLoopbackHost, MasterKeyAuthenticator } from '../../../runtime/auth/master-key';

describe('MasterKeyAuthenticator', () => {
  const authenticator = new MasterKeyAuthenticator('sk-right');

  it.each([
    { authorization: 'Bearer sk-right' },
    { authorization: 'bearer sk-right' },
    { 'api-key': 'sk-right' },
  ])('lets %j in', (headers) => {
    expect(authenticator.authenticate(headers)).toEqual({ kind: 'master' });
  });

  it.each([
    {},
    { authorization: 'Bearer sk-righ' },
    { authorization: 'Bearer sk-right2' },
    { authorization: '' },
    { authorization: 'Bearer' },
    { 'x-api-key': '' },
    { 'x-api-key': ' ' },
    // A wrong key in the first place is not made good by a right one in another.
    { authorization: 'Bearer no', 'api-key': 'sk-right' },
    { 'api-key': `sk-right${' '.repeat(300)}` },
  ])('rejects %j', (headers) => {
    expect(() => authenticator.authenticate(headers)).toThrow(
      'Authentication Error: a valid API key is required',
    );
  });

  it.each([
    { authorization: '' },
    { authorization: 'Bearer' },
    { authorization: 'Bearer ' },
    { 'x-litellm-api-key': '' },
    { 'x-api-key': '' },
    { 'api-key': ' ' },
    { 'x-goog-api-key': 'Bearer' },
    { 'ocp-apim-subscription-key': '' },
    {},
  ])('rejects the blank key of %j also where the key itself is blank', (headers) => {
    for (const key of ['', ' ']) {
      expect(() => new MasterKeyAuthenticator(key).authenticate(headers)).toThrow(
        'Authentication Error: a valid API key is required',
      );
    }
  });

  it('lets everybody in where there is no key', () => {
    expect(new MasterKeyAuthenticator(null).authenticate({})).toEqual({ kind: 'open' });
  });
});

describe('isLoopbackHost', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['127.0.0.1.example.com', false],
    ['10.0.0.1', false],
  ])('says of %s: %s', (host, expected) => {
    expect(isLoopbackHost(host)).toBe(expected);
  });
});
