import { createLifePlan } from '../../../runtime/upstream/connection-life';

describe('createLifePlan', () => {
  it('lets no connection live longer than a change of a name may take to be followed', () => {
    const plan = createLifePlan();
    const lives = Array.from({ length: 1_000 }, plan);
    expect(Math.max(...lives)).toBeLessThanOrEqual(25_000);
    expect(Math.min(...lives)).toBeGreaterThanOrEqual(15_000);
  });

  it.each([10, 100, 1_000])('spreads the ends of %i that were made together', (count) => {
    const plan = createLifePlan();
    const perSecond = new Map<number, number>();
    for (let made = 0; made < count; made += 1) {
      const second = Math.floor(plan() / 1_000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    expect(Math.max(...perSecond.values())).toBeLessThanOrEqual(Math.ceil(count / 10) + 1);
  });
});
