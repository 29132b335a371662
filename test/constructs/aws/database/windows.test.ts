import fc from 'fast-check';
import { planMaintenanceWindow } from '../../../../constructs/aws/database/windows';

const REGIONS = [
  'us-east-1',
  'eu-west-1',
  'ap-south-1',
  'sa-east-1',
  'us-west-2',
  'ca-west-1',
  'me-south-1',
];

describe('planMaintenanceWindow', () => {
  it('begins half an hour after the backup, on a Sunday for the writer', () => {
    expect(planMaintenanceWindow({ windowEnd: '04:00' }, 0, null)).toBe('sun:04:30-sun:05:30');
  });

  it('goes on into the next day and the next week', () => {
    expect(planMaintenanceWindow({ windowEnd: '23:15' }, 0, null)).toBe('sun:23:45-mon:00:45');
    expect(planMaintenanceWindow({ windowEnd: '23:45' }, 6, null)).toBe('sun:00:15-sun:01:15');
  });

  it('mends no two instances of a region on one day', () => {
    const days = [0, 1, 2, 3, 4, 5].map((turn) =>
      planMaintenanceWindow({ windowEnd: '04:00' }, turn, null).slice(0, 3),
    );
    expect(new Set(days).size).toBe(6);
  });

  it('mends no writers of two regions on one day', () => {
    const days = REGIONS.map((region) =>
      planMaintenanceWindow({ windowEnd: '04:00' }, 0, { region, regions: REGIONS }).slice(0, 3),
    );
    expect(new Set(days).size).toBe(REGIONS.length);
  });

  it('is always an hour, and never within the backup', () => {
    const minuteOfDay = fc.integer({ min: 0, max: 24 * 60 - 1 });
    fc.assert(
      fc.property(minuteOfDay, fc.integer({ min: 0, max: 20 }), (end, turn) => {
        const [start, stop] = planMaintenanceWindow({ windowEnd: renderTime(end) }, turn, null)
          .split('-')
          .map(readTime) as [number, number];
        expect((stop - start + 1440) % 1440).toBe(60);
        expect((start - end + 1440) % 1440).toBe(30);
      }),
    );
  });

  it('rejects what is no time of day', () => {
    expect(() => planMaintenanceWindow({ windowEnd: 'noon' }, 0, null)).toThrow(
      new Error('noon is no time of day'),
    );
  });
});

function renderTime(minute: number): string {
  return [Math.floor(minute / 60), minute % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

function readTime(moment: string): number {
  const [, hours, minutes] = moment.split(':').map(Number) as [number, number, number];
  return hours * 60 + minutes;
}
