import { checkHead } from '../../../runtime/http/check-head';

const headers = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => [`x-${index}`, '1']).flat();

describe('checkHead', () => {
  it('takes a hundred headers with one Host', () => {
    expect(() =>
      checkHead(['Host', 'a', 'hosts', 'b', 'x-host', 'c', ...headers(97)]),
    ).not.toThrow();
  });

  it('rejects one more', () => {
    expect(() => checkHead(headers(101))).toThrow('a request must have at most 100 headers');
  });

  it.each(['host', 'HOST', 'hOsT'])('rejects a second Host written %s', (name) => {
    expect(() => checkHead(['Host', 'a', 'accept', '*', name, 'a'])).toThrow(
      'a request must have one Host header',
    );
  });
});
