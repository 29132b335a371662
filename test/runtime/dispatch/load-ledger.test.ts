import { LoadLedger } from '../../../runtime/dispatch/load-ledger';
import { UNUSED } from '../../../runtime/routing/load';
import { charge, TOLD } from '../../support/charge-builder';
import { deployment, routerConfig } from '../../support/gateway-config-builder';
import { ManualClock } from '../../support/manual-clock';

const A = deployment({ id: 'a' });
const ENTRY = { delivery: 'json', promptTokens: 100 } as const;
/** The clock of the tests shows 22:13:20. */
const MINUTE = 1_700_000_000_000 / 60_000;

function aLedger(): { readonly clock: ManualClock; readonly ledger: LoadLedger } {
  const clock = new ManualClock();
  return { clock, ledger: new LoadLedger(new Map([['gpt-4o', [A]]]), routerConfig(), clock) };
}

describe('LoadLedger', () => {
  it('counts by the minutes of the day, which all replicas have in common', () => {
    const { clock, ledger } = aLedger();
    const entry = ledger.recordStart(A, ENTRY);
    expect(ledger.loads.get('a')).toMatchObject({ minute: Math.floor(MINUTE), requests: 1 });
    clock.advance(39_999);
    ledger.recordStart(A, ENTRY);
    expect(ledger.loads.get('a')).toMatchObject({ requests: 2, tokens: 200 });
    clock.advance(1);
    ledger.recordEnd(
      entry,
      charge(A, { usage: { ...TOLD, promptTokens: 90, completionTokens: 10 } }),
    );
    // The estimate went with its minute.
    expect(ledger.loads.get('a')).toMatchObject({ requests: 0, tokens: 10, inFlight: 1 });
  });

  it('shows what the others do together with what it does itself, and tells of itself alone', () => {
    const { ledger } = aLedger();
    const minute = Math.floor(MINUTE);
    const foreign = { ...UNUSED, inFlight: 4, minute, requests: 10, tokens: 1000 };
    ledger.adopt(new Map([['a', foreign]]));
    const entry = ledger.recordStart(A, ENTRY);
    expect(ledger.loads.get('a')).toMatchObject({ inFlight: 5, requests: 11, tokens: 1100 });
    expect(ledger.ownLoads.get('a')).toMatchObject({ inFlight: 1, requests: 1, tokens: 100 });

    ledger.adopt(new Map([['a', { ...foreign, inFlight: 2 }]]));
    expect(ledger.loads.get('a')).toMatchObject({ inFlight: 3, requests: 11 });
    ledger.adopt(new Map());
    expect(ledger.loads.get('a')).toEqual(ledger.ownLoads.get('a'));
    ledger.recordEnd(entry, null);
    expect(ledger.loads.get('a')?.inFlight).toBe(0);
  });
});
