import { ManualClock } from '../../support/manual-clock';
import { isLoopbackHost, MasterKeyAuthenticator } from '../../../runtime/auth/master-key';

describe('MasterKeyAuthenticator', () => {
  const create = (key: string | null) => new MasterKeyAuthenticator(key, new ManualClock());
  const authenticator = create('sk-right');

  it.each([
    { authorization: 'Bearer sk-right' },
    { authorization: 'bearer sk-right' },
    { 'api-key': 'sk-right' },
  ])('lets %j in', (headers) => {
    expect(authenticator.authenticate(headers, '10.0.0.1')).toEqual({ kind: 'master' });
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
    expect(() => authenticator.authenticate(headers, '10.0.0.1')).toThrow(
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
      expect(() => create(key).authenticate(headers, '10.0.0.1')).toThrow(
        'Authentication Error: a valid API key is required',
      );
    }
  });

  it('rejects the right key, too, after twenty wrong ones of a minute, and only from there', () => {
    const guessed = create('sk-right');
    const ask = (key: string, address: string) => () =>
      guessed.authenticate({ authorization: `Bearer ${key}` }, address);
    for (let index = 0; index < 20; index += 1) {
      expect(ask(`sk-wrong-${index}`, '10.0.0.1')).toThrow('a valid API key is required');
    }
    expect(ask('sk-right', '10.0.0.1')).toThrow('too many requests with a wrong API key');
    expect(ask('sk-right', '10.0.0.2')()).toEqual({ kind: 'master' });
  });

  it('lets everybody in where there is no key', () => {
    expect(create(null).authenticate({}, '10.0.0.1')).toEqual({ kind: 'open' });
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
