import { renderForwardedHeaders } from '../../../runtime/upstream/forwarded-headers';
import { parseRetryAfterMs } from '../../../runtime/upstream/retry-after';

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

describe('parseRetryAfterMs', () => {
  const nowMs = Date.parse('2026-01-01T00:00:00Z');

  it.each([
    ['7', 7000],
    ['0.5', 500],
    ['Thu, 01 Jan 2026 00:00:20 GMT', 20_000],
    ['1000000000000', 60_000],
    ['Fri, 01 Jan 2100 00:00:00 GMT', 60_000],
    ['Thu, 01 Jan 2015 00:00:00 GMT', null],
    ['-1', null],
    ['0', null],
    ['soon', null],
    ['', null],
    [undefined, null],
  ])('reads %s as %s ms', (header, expected) => {
    expect(parseRetryAfterMs(header, nowMs)).toBe(expected);
  });
});
