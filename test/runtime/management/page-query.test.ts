import {
  parseCount,
  parseDays,
  parsePageQuery,
  selectText,
} from '../../../runtime/management/page-query';

const query = (text: string): URLSearchParams => new URLSearchParams(text);

describe('parsePageQuery', () => {
  it('begins with the first page of the usual size', () => {
    expect(parsePageQuery(query('size='), 'size', { standard: 10, most: 100 })).toEqual({
      page: 1,
      size: 10,
    });
  });
});

describe('parseCount', () => {
  it.each(['0', '101', '-1', '1.5', 'ten', '1e1', '9999999999'])('rejects %s', (text) => {
    expect(() => parseCount(query(`size=${text}`), 'size', { standard: 10, most: 100 })).toThrow(
      'size must be a whole number from 1 to 100',
    );
  });
});

describe('parseDays', () => {
  it('takes both days whole', () => {
    const day = Date.UTC(2026, 0, 31);
    expect(parseDays(query('start_date=2026-01-31&end_date=2026-01-31T10:00:00'))).toEqual({
      fromMs: day,
      untilMs: day + 86_400_000,
    });
    expect(parseDays(query(''))).toEqual({ fromMs: null, untilMs: null });
  });

  it.each(['2026-02-30', '2026-13-01', '31.01.2026', '0'])('rejects %s', (text) => {
    expect(() => parseDays(query(`end_date=${text}`))).toThrow(
      'end_date must be a day such as 2026-01-31',
    );
  });
});

describe('selectText', () => {
  it('takes an empty parameter for none', () => {
    expect(selectText(query('a='), 'a')).toBeNull();
    expect(selectText(query('a=b'), 'a')).toBe('b');
  });
});
