import {
  planForwardedHeaders,
  selectAnswerHeaders,
} from '../../../operations/local/forwarded-headers';

describe('planForwardedHeaders', () => {
  it('tells who the client is and keeps everything else as it was written', () => {
    expect(planForwardedHeaders(['Host', 'h', 'X-A', '1', 'x-a', '2'], '127.0.0.1')).toEqual([
      'Host',
      'h',
      'X-A',
      '1',
      'x-a',
      '2',
      'X-Forwarded-For',
      '127.0.0.1',
      'X-Forwarded-Proto',
      'http',
    ]);
  });

  it('adds the client behind the ones before it', () => {
    expect(
      planForwardedHeaders(
        ['x-forwarded-for', '10.0.0.1', 'X-Forwarded-Proto', 'https'],
        '127.0.0.1',
      ),
    ).toEqual(['X-Forwarded-For', '10.0.0.1, 127.0.0.1', 'X-Forwarded-Proto', 'http']);
  });

  it('drops what belongs to the connection, and what the connection header names', () => {
    const headers = [
      'Connection',
      'keep-alive, X-Hop',
      'Keep-Alive',
      '5',
      'X-Hop',
      '1',
      'TE',
      'trailers',
      'Transfer-Encoding',
      'chunked',
    ];
    expect(planForwardedHeaders(headers, 'c')).toEqual([
      'Transfer-Encoding',
      'chunked',
      'X-Forwarded-For',
      'c',
      'X-Forwarded-Proto',
      'http',
    ]);
  });
});

describe('selectAnswerHeaders', () => {
  it('leaves the framing to the connection of the client', () => {
    expect(
      selectAnswerHeaders([
        'Transfer-Encoding',
        'chunked',
        'Connection',
        'close',
        'Set-Cookie',
        'a',
        'Set-Cookie',
        'b',
      ]),
    ).toEqual(['Set-Cookie', 'a', 'Set-Cookie', 'b']);
  });
});
