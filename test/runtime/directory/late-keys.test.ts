import { LateKeys } from '../../../runtime/directory/late-keys';
import { ManualClock } from '../../support/manual-clock';

describe('LateKeys', () => {
  const clock = new ManualClock();
  let asked = 0;

  const keys = (refresh: () => Promise<void>): LateKeys =>
    new LateKeys({
      clock,
      refresh: () => {
        asked += 1;
        return refresh();
      },
    });

  beforeEach(() => {
    asked = 0;
  });

  it('looks once, and not again within a second however many ask', async () => {
    const found = keys(() => Promise.resolve());
    await found.look();
    for (let index = 0; index < 1000; index += 1) expect(found.look()).toBeNull();
    expect(asked).toBe(1);
    clock.advance(1000);
    await found.look();
    expect(asked).toBe(2);
  });

  it('lets all who ask while it looks wait for the one look', async () => {
    const found = keys(() => Promise.resolve());
    const looks = [found.look(), found.look(), found.look()];
    expect(looks).not.toContain(null);
    for (const look of looks) await look;
    expect(asked).toBe(1);
  });

  it('waits for a store that hangs no longer than a quarter of a second', async () => {
    const looking = keys(() => new Promise(() => undefined)).look();
    clock.advance(250);
    await expect(looking).resolves.toBeUndefined();
  });

  it('takes a store that is away for one that has nothing new', async () => {
    const looking = keys(() => Promise.reject(new Error('away'))).look();
    await expect(looking).resolves.toBeUndefined();
    expect(clock.waiting).toBe(0);
  });
});
