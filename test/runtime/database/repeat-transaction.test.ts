import { repeatTransaction } from '../../../runtime/database/repeat-transaction';
import { ManualClock } from '../../support/manual-clock';

const deadlock = Object.assign(new Error('deadlock detected'), { code: '40P01' });
const random = { next: () => 1 };

/** Lets each wait end as soon as it begins, and tells how long it was. */
class ImpatientClock extends ManualClock {
  readonly waits: number[] = [];

  override after(delayMs: number, callback: () => void): () => void {
    this.waits.push(delayMs);
    callback();
    return () => undefined;
  }
}

describe('repeatTransaction', () => {
  it('repeats after a deadlock, waiting longer each time', async () => {
    const clock = new ImpatientClock();
    const run = jest.fn().mockRejectedValueOnce(deadlock).mockRejectedValueOnce(deadlock);
    run.mockResolvedValueOnce('done');
    expect(await repeatTransaction(run, { clock, random })).toBe('done');
    expect(clock.waits).toEqual([20, 40]);
  });

  it('draws the wait, and never less than half of it', async () => {
    const clock = new ImpatientClock();
    const run = jest.fn().mockRejectedValueOnce(deadlock).mockResolvedValueOnce('done');
    await repeatTransaction(run, { clock, random: { next: () => 0 } });
    expect(clock.waits).toEqual([10]);
  });

  it('gives up after five attempts', async () => {
    const run = jest.fn().mockRejectedValue(deadlock);
    await expect(repeatTransaction(run, { clock: new ImpatientClock(), random })).rejects.toBe(
      deadlock,
    );
    expect(run).toHaveBeenCalledTimes(5);
  });

  it('does not repeat what may have taken effect', async () => {
    const lost = new Error('Connection terminated unexpectedly');
    const run = jest.fn().mockRejectedValue(lost);
    await expect(repeatTransaction(run, { clock: new ImpatientClock(), random })).rejects.toBe(
      lost,
    );
    expect(run).toHaveBeenCalledTimes(1);
  });
});
