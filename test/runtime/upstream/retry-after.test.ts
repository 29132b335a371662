import { parseRetryAfterMs } from '../../../runtime/upstream/retry-after';

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
