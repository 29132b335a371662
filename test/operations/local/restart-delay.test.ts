import { planRestartDelayMs } from '../../../operations/local/restart-delay';

describe('planRestartDelayMs', () => {
  it('doubles from 200 ms to 5 s and stays there', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 1000].map(planRestartDelayMs)).toEqual([
      200, 400, 800, 1600, 3200, 5000, 5000, 5000,
    ]);
  });
});
