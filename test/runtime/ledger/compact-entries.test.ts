import fc from 'fast-check';
import { compactEntries } from '../../../runtime/ledger/compact-entries';
import { EMPTY_DIGEST, reduceDigest } from '../../../runtime/ledger/digest';
import { entries, entry } from '../../support/ledger-builder';

const PAYERS = fc.array(
  fc.record({
    keyId: fc.constantFrom('a', 'b', null),
    outcome: fc.constantFrom('success', 'provider_timeout'),
    microDollars: fc.integer({ min: -10, max: 1000 }),
    promptTokens: fc.nat(100),
  }),
  { maxLength: 40 },
);

describe('compactEntries', () => {
  it('adds up what has one payer, one place, one day and one outcome', () => {
    const late = { startedAtMs: 1_700_000_050_000, endedAtMs: 1_700_000_060_000 };
    const [sum, ...others] = compactEntries([entry(1), entry(2), entry(3, late)]);
    expect(others).toEqual([]);
    expect(sum).toMatchObject({
      seq: 3,
      calls: 3,
      promptTokens: 21,
      completionTokens: 9,
      microDollars: 300,
      startedAtMs: 1_700_000_000_000,
      firstByteAtMs: null,
      endedAtMs: 1_700_000_060_000,
    });
  });

  it.each([
    ['keyId', 'other'],
    ['userId', 'other'],
    ['teamId', 'other'],
    ['organizationId', 'other'],
    ['group', 'other'],
    ['deploymentId', 'other'],
    ['outcome', 'other'],
    ['endedAtMs', 1_700_100_000_000],
  ])('keeps apart what differs in %s', (field, value) => {
    expect(compactEntries([entry(1), entry(2, { [field]: value })])).toHaveLength(2);
  });

  it('keeps apart what would be too large to be exact', () => {
    const large = { microDollars: Number.MAX_SAFE_INTEGER };
    expect(compactEntries([entry(1, large), entry(2, large)])).toHaveLength(2);
  });

  it('leaves a single entry as it is', () => {
    const only = entries(5, 5, { sessionId: 'session' });
    expect(compactEntries(only)).toEqual(only);
  });

  it('changes neither digest nor last number, in one step or in several', () => {
    fc.assert(
      fc.property(PAYERS, fc.nat(40), (payers, cut) => {
        const all = payers.map((payer, index) => entry(index + 1, payer));
        const once = compactEntries(all);
        const twice = compactEntries([...compactEntries(all.slice(0, cut)), ...all.slice(cut)]);
        expect(reduceDigest(EMPTY_DIGEST, once)).toEqual(reduceDigest(EMPTY_DIGEST, all));
        expect(twice).toEqual(once);
        expect(new Set(once.map(({ seq }) => seq)).size).toBe(once.length);
      }),
    );
  });
});
