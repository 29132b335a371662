import { GatewayError } from '../../../runtime/errors';
import { parseClientBody, renderFallbackBody } from '../../../runtime/providers/client-body';
import { parseClientFallbacks } from '../../../runtime/providers/client-fallbacks';

describe('parseClientFallbacks', () => {
  it.each<[string, unknown, unknown]>([
    ['nothing', null, []],
    [
      'names',
      ['a', 'b'],
      [
        { model: 'a', params: null },
        { model: 'b', params: null },
      ],
    ],
    [
      'maps with what is to change',
      [{ model: 'a' }, { model: 'b', temperature: 0 }],
      [
        { model: 'a', params: null },
        { model: 'b', params: { temperature: 0 } },
      ],
    ],
    ['the form of the configuration', [{ 'gpt-4o': ['a'] }], [{ model: 'a', params: null }]],
    ['the entry for every model', [{ '*': ['a'] }], [{ model: 'a', params: null }]],
    ['an entry for another model', [{ other: ['a'] }], []],
  ])('reads %s', (_name, fallbacks, expected) => {
    expect(parseClientFallbacks(fallbacks, 'gpt-4o')).toEqual(expected);
  });

  it('takes five at most', () => {
    expect(parseClientFallbacks(['a', 'b', 'c', 'd', 'e', 'f'], 'x')).toHaveLength(5);
  });

  it.each([
    ['a'],
    [[3]],
    [[{}]],
    [[{ model: '' }]],
    [[{ a: 'b' }]],
    [[{ model: 'a', messages: 1 }]],
  ])('rejects %j', (fallbacks) => {
    expect(() => parseClientFallbacks(fallbacks, 'x')).toThrow(
      new GatewayError(
        'invalid_request',
        'fallbacks must be an array of model names, or of maps with a model and what else is to change',
      ),
    );
  });
});

describe('renderFallbackBody', () => {
  it('changes what the fallback names, and never how the answer is delivered', () => {
    const client = { model: 'x', messages: [], temperature: 1, stream: true };
    const body = parseClientBody(Buffer.from(JSON.stringify(client)), null);
    const messages = [{ role: 'user', content: 'shorter' }];
    const changed = renderFallbackBody(body, { messages, temperature: 0, stream: false });
    expect(JSON.parse(changed.bytes.toString())).toEqual({
      ...client,
      messages,
      temperature: 0,
    });
    expect(changed.delivery).toBe('stream');
  });

  it('rejects an address or a credential in a fallback', () => {
    const fallbacks = [{ model: 'a', api_base: 'http://elsewhere' }];
    const bytes = Buffer.from(JSON.stringify({ model: 'x', messages: [], fallbacks }));
    expect(() => parseClientBody(bytes, null)).toThrow(
      "api_base must not be set by a client; the gateway's configuration decides where a request goes",
    );
  });
});
