import fc from 'fast-check';
import { planCacheWindows } from '../../../../constructs/aws/cache/windows';

describe('planCacheWindows', () => {
  it('copies when the backup of the database is over, and mends half an hour after that', () => {
    expect(planCacheWindows({ windowEnd: '04:00' }, 0)).toEqual({
      snapshot: '04:00-05:00',
      maintenance: 'sat:05:30-sat:06:30',
    });
  });

  it('mends each region on another day', () => {
    const days = Array.from({ length: 7 }, (_, turn) =>
      planCacheWindows({ windowEnd: '04:00' }, turn).maintenance.slice(0, 3),
    );
    expect(days).toEqual(['sat', 'sun', 'mon', 'tue', 'wed', 'thu', 'fri']);
  });

  it('goes on after midnight, and after the end of the week', () => {
    expect(planCacheWindows({ windowEnd: '23:30' }, 6)).toEqual({
      snapshot: '23:30-00:30',
      maintenance: 'sat:01:00-sat:02:00',
    });
    expect(planCacheWindows({ windowEnd: '22:00' }, 0).maintenance).toBe('sat:23:30-sun:00:30');
  });

  it('gives ElastiCache an hour for each, and never the same one', () => {
    const minuteOf = (time: string): number =>
      Number(time.slice(-5, -3)) * 60 + Number(time.slice(-2));
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        fc.integer({ min: 0, max: 7 }),
        (hour, minute, turn) => {
          const windowEnd = [hour, minute].map((part) => String(part).padStart(2, '0')).join(':');
          const { snapshot, maintenance } = planCacheWindows({ windowEnd }, turn);
          expect(maintenance).toMatch(/^[a-z]{3}:\d\d:\d\d-[a-z]{3}:\d\d:\d\d$/);
          const spans = [snapshot, maintenance].map((span) => span.split('-').map(minuteOf));
          for (const [from = 0, to = 0] of spans) expect((to - from + 1440) % 1440).toBe(60);
          const [[, copied = 0] = [], [mended = 0] = []] = spans;
          expect((mended - copied + 1440) % 1440).toBe(30);
        },
      ),
    );
  });
});
