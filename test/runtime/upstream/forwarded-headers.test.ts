import { renderForwardedHeaders } from '../../../runtime/upstream/forwarded-headers';

describe('renderForwardedHeaders', () => {
  it('passes headers on under a prefix, and rate limits under their own name too', () => {
    expect(
      renderForwardedHeaders({ 'x-request-id': 'r', 'x-ratelimit-limit-tokens': '5' }),
    ).toEqual([
      'llm_provider-x-request-id',
      'r',
      'llm_provider-x-ratelimit-limit-tokens',
      '5',
      'x-ratelimit-limit-tokens',
      '5',
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
    expect(renderForwardedHeaders(headers)).toEqual([]);
  });
});
