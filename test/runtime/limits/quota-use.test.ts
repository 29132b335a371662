import type { Quota } from '../../../runtime/limits/quota';
import {
  reduceGrantAlone,
  reduceGrantShared,
  reduceLedgerRead,
  reduceSettlement,
  selectRoomAlone,
  selectRoomKnown,
  UNUSED_QUOTA,
} from '../../../runtime/limits/quota-use';

const QUOTA: Quota = {
  id: 'key:a:budget',
  kind: 'window',
  limit: 100,
  amount: 10,
  window: 0,
  windowEndsMs: null,
  known: 0,
};

describe('selectRoomAlone', () => {
  it('is the share of what the shared store left, when last heard of', () => {
    const use = reduceGrantShared(UNUSED_QUOTA, QUOTA, 60);
    expect(selectRoomAlone(use, QUOTA, 4)).toBe(15);
  });

  it('is the share of what the ledger leaves, where that is less', () => {
    const use = reduceGrantShared(UNUSED_QUOTA, QUOTA, 60);
    expect(selectRoomAlone(use, { ...QUOTA, known: 80 }, 2)).toBe(0);
    expect(selectRoomAlone(use, { ...QUOTA, known: 70 }, 2)).toBe(5);
  });

  it('is never below one while anything is left, and nothing where nothing is', () => {
    expect(selectRoomAlone(UNUSED_QUOTA, { ...QUOTA, limit: 2 }, 9)).toBe(1);
    expect(selectRoomAlone(UNUSED_QUOTA, { ...QUOTA, limit: 0 }, 9)).toBe(0);
  });

  it('shrinks by what was granted apart, and grows by what was not used', () => {
    const granted = reduceGrantAlone(UNUSED_QUOTA, QUOTA, 2);
    expect(selectRoomAlone(granted, QUOTA, 2)).toBe(40);
    expect(selectRoomAlone(reduceSettlement(granted, 10, 4), QUOTA, 2)).toBe(46);
  });

  it('is shared out anew when the ledger was read', () => {
    const granted = reduceGrantAlone(UNUSED_QUOTA, { ...QUOTA, amount: 50 }, 2);
    const spent = reduceSettlement(granted, 50, 50);
    const quota = { ...QUOTA, known: 50 };
    expect(selectRoomAlone(spent, quota, 2)).toBe(0);
    expect(selectRoomAlone(reduceLedgerRead(spent), quota, 2)).toBe(25);
  });
});

describe('selectRoomKnown', () => {
  it('leaves out what is spent and what is held here', () => {
    const use = reduceGrantShared(UNUSED_QUOTA, QUOTA, 90);
    expect(selectRoomKnown(use, { ...QUOTA, known: 30 })).toBe(60);
    expect(selectRoomKnown(use, { ...QUOTA, kind: 'concurrent' })).toBe(90);
  });
});
