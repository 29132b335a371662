import fc from 'fast-check';
import { parseDurationSeconds } from '../../../lib/config/duration-setting';
import { renderDollars, renderDuration, renderTime } from '../../../runtime/management/render-rows';

describe('renderDuration', () => {
  it('writes what is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000_000 }), (seconds) => {
        expect(parseDurationSeconds(renderDuration(seconds) ?? '')).toBe(seconds);
      }),
    );
  });

  it('takes the largest unit', () => {
    expect(renderDuration(86_400)).toBe('1d');
    expect(renderDuration(90)).toBe('90s');
    expect(renderDuration(null)).toBeNull();
  });
});

describe('renderDollars', () => {
  it('turns millionths into dollars, and keeps the unknown unknown', () => {
    expect(renderDollars(1_500_000)).toBe(1.5);
    expect(renderDollars(null)).toBeNull();
  });
});

describe('renderTime', () => {
  it('writes ISO 8601 in UTC', () => {
    expect(renderTime(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(renderTime(null)).toBeNull();
  });
});
