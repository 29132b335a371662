import { Redactor } from '../../../runtime/redact';
import { renderForwardedHeaders } from '../../../runtime/upstream/forwarded-headers';

const KEY = 'sk-proj-A1b2C3d4E5f6';
const PLAIN = { redactor: new Redactor([]), ownLimits: 'none' } as const;
const LIMIT = { 'x-ratelimit-limit-tokens': '5' };

describe('renderForwardedHeaders', () => {
  it('passes headers on under a prefix, and rate limits under their own name too', () => {
    expect(renderForwardedHeaders({ 'x-request-id': 'r', ...LIMIT }, PLAIN)).toEqual([
      'llm_provider-x-request-id',
      'r',
      'llm_provider-x-ratelimit-limit-tokens',
      '5',
      'x-ratelimit-limit-tokens',
      '5',
    ]);
  });

  it("leaves x-ratelimit- to the limits of the caller's own key where it has some", () => {
    expect(renderForwardedHeaders(LIMIT, { ...PLAIN, ownLimits: 'told' })).toEqual([
      'llm_provider-x-ratelimit-limit-tokens',
      '5',
    ]);
  });

  it('strikes a key out that the provider echoes, in whatever spelling', () => {
    const redactor = new Redactor([KEY]);
    const basic = Buffer.from(`user:${KEY}`).toString('base64');
    const headers = {
      'x-echo': `Bearer ${KEY}`,
      'x-url': `https://host/?key=${encodeURIComponent(KEY)}`,
      'x-basic': `Basic ${basic}`,
      'x-ratelimit-key': KEY,
    };
    const forwarded = renderForwardedHeaders(headers, { ...PLAIN, redactor });
    expect(forwarded).toEqual([
      'llm_provider-x-echo',
      'Bearer [redacted]',
      'llm_provider-x-url',
      'https://host/?key=[redacted]',
      'llm_provider-x-basic',
      expect.stringMatching(/^Basic dXNlcj[\w+/]{1,3}\[redacted\][\w+/=]{0,3}$/),
      'llm_provider-x-ratelimit-key',
      '[redacted]',
      'x-ratelimit-key',
      '[redacted]',
    ]);
  });

  it('drops what speaks about the connection, cookies, and what could split our response', () => {
    const headers = {
      connection: 'close',
      'transfer-encoding': 'chunked',
      'set-cookie': ['a=b'],
      'x-evil': 'a\r\nset-cookie: b',
      'x-nul': 'a\u0000b',
      'bad name': 'x',
      'x-long': 'y'.repeat(3000),
    };
    expect(renderForwardedHeaders(headers, PLAIN)).toEqual([]);
  });
});
