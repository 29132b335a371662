import { DatabaseStatusProbe } from '../../../runtime/database/status-probe';
import { ManualClock } from '../../support/manual-clock';

/** Lets settled promises be heard. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('DatabaseStatusProbe', () => {
  it('says nothing at first, then what the last answer was, and stops when told', async () => {
    const clock = new ManualClock();
    const ask = jest.fn<Promise<void>, []>().mockResolvedValue(undefined);
    const probe = new DatabaseStatusProbe(clock, ask);
    expect(probe.connected).toBeNull();
    await settle();
    expect(probe.connected).toBe('connected');

    ask.mockRejectedValue(new Error('refused'));
    clock.advance(10_000);
    await settle();
    expect(probe.connected).toBe('disconnected');
    expect(ask).toHaveBeenCalledTimes(2);

    probe.stop();
    expect(clock.waiting).toBe(0);
  });
});
