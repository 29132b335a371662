import { parseRetryAfterMs, selectRetryAfterMs } from '../../../runtime/upstream/retry-after';

describe('parseRetryAfterMs', () => {
  const nowMs = Date.parse('2026-01-01T00:00:00Z');

  it.each([
    ['7', 7000],
    ['0.5', 500],
    ['Thu, 01 Jan 2026 00:00:20 GMT', 20_000],
    ['3600', 3_600_000],
    ['1000000000000', 86_400_000],
    ['Fri, 01 Jan 2100 00:00:00 GMT', 86_400_000],
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

describe('selectRetryAfterMs', () => {
  const wallMs = Date.parse('2026-01-01T00:00:00Z');
  const select = (headers: Readonly<Record<string, string>>, status = 429): number | null =>
    selectRetryAfterMs(headers, { status, wallMs });

  it.each<[string, Readonly<Record<string, string>>, number | null]>([
    ['the most exact header', { 'retry-after-ms': '1250', 'retry-after': '7' }, 1250],
    ['the usual one beside nonsense', { 'retry-after-ms': 'soon', 'retry-after': '7' }, 7000],
    ['a date', { 'retry-after': 'Thu, 01 Jan 2026 00:00:20 GMT' }, 20_000],
    ['at most a day', { 'retry-after-ms': '99999999' }, 86_400_000],
    [
      'the limit of which nothing is left',
      {
        'x-ratelimit-remaining-requests': '9',
        'x-ratelimit-reset-requests': '50s',
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '7.66s',
      },
      7660,
    ],
    [
      'the longer one of two',
      {
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '120ms',
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '1m0.5s',
      },
      60_500,
    ],
    [
      'milliseconds',
      { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '120ms' },
      120,
    ],
    [
      'a moment in milliseconds',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(wallMs + 4000) },
      4000,
    ],
    [
      'a moment in seconds',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(wallMs / 1000 + 9) },
      9000,
    ],
    ['seconds', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '12' }, 12_000],
    [
      "Anthropic's moment",
      {
        'anthropic-ratelimit-input-tokens-remaining': '0',
        'anthropic-ratelimit-input-tokens-reset': '2026-01-01T00:00:03Z',
      },
      3000,
    ],
    [
      'nothing where all limits have something left',
      { 'x-ratelimit-remaining-requests': '1', 'x-ratelimit-reset-requests': '50s' },
      null,
    ],
    ['nothing where nothing is told of what is left', { 'x-ratelimit-reset-requests': '5s' }, null],
    [
      'nothing by a moment gone by',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(wallMs - 1) },
      null,
    ],
    [
      'nothing by nonsense',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'tomorrow' },
      null,
    ],
    ['nothing by no header at all', {}, null],
  ])('reads %s', (_name, headers, expected) => {
    expect(select(headers)).toBe(expected);
  });

  it('believes the end of a limit only where a limit was hit', () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '12' };
    expect(select(headers, 503)).toBeNull();
    expect(select({ ...headers, 'retry-after': '3' }, 503)).toBe(3000);
  });
});
