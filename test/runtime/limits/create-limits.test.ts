import { createLimits } from '../../../runtime/limits/create-limits';
import { ManualClock } from '../../support/manual-clock';
import { aCaller, anOutline } from './a-caller';
import { FakeLedger } from './fake-ledger';
import { NO_GUARDS } from '../../support/no-guards';

describe('createLimits', () => {
  it('holds a region to its part of the budget, and leaves no timer behind', async () => {
    const clock = new ManualClock();
    const ledger = new FakeLedger();
    const { limits, start, stop } = createLimits({
      ports: { clock, random: { next: () => 0.5 }, writeLog: () => undefined },
      enforcement: 'estimated',
      standing: NO_GUARDS.budgets,
      unpriced: 'estimate',
      shared: null,
      replicas: () => 1,
      own: ledger.spendAs({ region: 'eu', boot: 'b' }),
      ledger,
      regions: {
        region: 'eu',
        all: [
          { region: 'eu', weight: 1 },
          { region: 'us', weight: 3 },
        ],
        transfers: { read: () => Promise.resolve([]), write: () => Promise.resolve() },
        createStamp: () => '1',
      },
    });
    start();
    // A quarter is this region's: 1000 micro-dollars, one call of 612.
    const caller = aCaller({ maxBudgetDollars: 0.004 });
    await limits.begin(caller, anOutline());
    await expect(limits.begin(caller, anOutline())).rejects.toThrow(
      'Budget has been exceeded! Key=sk-...Y3mA Current cost: 0, Max budget: 0.004; ' +
        'this call may cost up to 0.000612, and 0.000388 is free now',
    );
    stop();
    expect(clock.waiting).toBe(0);
  });
});
