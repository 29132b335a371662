import { parseDurationSeconds } from '../../../lib/config/duration-setting';

describe('parseDurationSeconds', () => {
  it.each([
    ['30s', 30],
    ['10m', 600],
    ['1h', 3600],
    ['7d', 604_800],
    ['1w', 604_800],
    ['1mo', 2_592_000],
    ['0s', null],
    ['-1d', null],
    ['1y', null],
    ['', null],
  ])('reads %s as %s', (text, seconds) => {
    expect(parseDurationSeconds(text)).toBe(seconds);
  });
});
