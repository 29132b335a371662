import {
  DAY_MINUTES,
  readMinutes,
  renderDailyWindow,
  renderWeeklyWindow,
} from '../../../../constructs/aws/foundation/quiet-hours';

describe('renderDailyWindow', () => {
  it('passes midnight', () => {
    expect(renderDailyWindow(readMinutes('03:00'))).toBe('03:00-04:00');
    expect(renderDailyWindow(readMinutes('23:30'))).toBe('23:30-00:30');
  });
});

describe('renderWeeklyWindow', () => {
  it('counts days from the one that is named, and passes the end of the week', () => {
    expect(renderWeeklyWindow(90, 'sun')).toBe('sun:01:30-sun:02:30');
    expect(renderWeeklyWindow(90, 'sat')).toBe('sat:01:30-sat:02:30');
    expect(renderWeeklyWindow(DAY_MINUTES - 30, 'sat')).toBe('sat:23:30-sun:00:30');
    expect(renderWeeklyWindow(7 * DAY_MINUTES, 'sun')).toBe('sun:00:00-sun:01:00');
  });
});

describe('readMinutes', () => {
  it('rejects what is no time of day', () => {
    expect(() => readMinutes('noon')).toThrow('noon is no time of day');
  });
});
