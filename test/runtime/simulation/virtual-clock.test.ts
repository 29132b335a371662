import { START_MS, VirtualClock } from '../../../runtime/simulation/virtual-clock';

const ignore = () => undefined;

describe('VirtualClock', () => {
  it('calls back in the order of time, and of planning within one moment', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    for (const [delayMs, name] of [
      [30, 'late'],
      [10, 'first'],
      [10, 'second'],
      [0, 'now'],
      [20, 'middle'],
    ] as const) {
      clock.after(delayMs, () => seen.push(`${name} at ${clock.nowMs() - START_MS}`));
    }

    await clock.run(ignore);

    expect(seen).toEqual(['now at 0', 'first at 10', 'second at 10', 'middle at 20', 'late at 30']);
  });

  it('keeps any number of events in order', async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    const delays = Array.from({ length: 500 }, (_, index) => (index * 7919) % 503);
    for (const delayMs of delays) clock.after(delayMs, () => seen.push(delayMs));

    await clock.run(ignore);

    expect(seen).toEqual([...delays].sort((a, b) => a - b));
  });

  it('does not call back what was cancelled', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const cancel = clock.after(10, () => seen.push('cancelled'));
    clock.after(5, () => cancel());
    clock.after(20, () => seen.push('kept'));

    await clock.run(ignore);

    expect(seen).toEqual(['kept']);
  });

  it('lets every promise go on before time does', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const chain = async () => {
      for (let link = 0; link < 50; link += 1) await Promise.resolve();
      seen.push(`promises at ${clock.nowMs() - START_MS}`);
    };
    clock.after(10, () => void chain());
    clock.after(10.001, () => seen.push('next event'));

    await clock.run(() => seen.push('settled'));

    expect(seen).toEqual(['settled', 'promises at 10', 'settled', 'next event', 'settled']);
  });

  it('takes a delay of less than nothing for none', async () => {
    const clock = new VirtualClock();
    clock.after(-5, ignore);

    await clock.run(ignore);

    expect(clock.nowMs()).toBe(START_MS);
  });

  it('moves the wall with it', () => {
    expect(new Date(new VirtualClock().wallMs()).toISOString()).toBe('2030-01-01T00:00:01.000Z');
  });
});
