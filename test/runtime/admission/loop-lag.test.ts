import { createLoopLag } from '../../../runtime/admission/loop-lag';

describe('createLoopLag', () => {
  it('measures nothing below zero and says zero where nothing was measured yet', () => {
    const lag = createLoopLag();
    expect(lag.readMs()).toBe(0);
    expect(lag.readMs()).toBe(0);
    lag.stop();
  });

  it('sees work that keeps the loop busy', async () => {
    const lag = createLoopLag();
    const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
    await turn();
    lag.readMs();
    const untilMs = performance.now() + 300;
    while (performance.now() < untilMs) {
      // Work of about forty milliseconds before the loop turns again.
      const sliceMs = performance.now() + 40;
      while (performance.now() < sliceMs);
      await turn();
    }
    expect(lag.readMs()).toBeGreaterThan(20);
    lag.stop();
  });
});
