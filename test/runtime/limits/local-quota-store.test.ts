import { LocalQuotaStore } from '../../../runtime/limits/local-quota-store';
import type { Quota } from '../../../runtime/limits/quota';
import { ManualClock } from '../../support/manual-clock';

function quota(parts: Partial<Quota> = {}): Quota {
  return {
    id: 'key:a:budget',
    kind: 'window',
    limit: 90,
    amount: 10,
    window: 1,
    windowEndsMs: null,
    known: 0,
    ...parts,
  };
}

function createStore(replicas = 1): {
  readonly store: LocalQuotaStore;
  readonly clock: ManualClock;
  readonly setReplicas: (count: number) => void;
} {
  const clock = new ManualClock();
  let count = replicas;
  const store = new LocalQuotaStore({ clock, replicas: () => count });
  return { store, clock, setReplicas: (next) => (count = next) };
}

describe('LocalQuotaStore', () => {
  it('grants all of a quota where there is one replica, and tells what remains', () => {
    const { store } = createStore();
    expect(store.reserveNow([quota({ amount: 90 })])).toEqual({ kind: 'granted', remaining: [0] });
    const over = quota({ amount: 1 });
    expect(store.reserveNow([over])).toEqual({ kind: 'refused', quota: over, remaining: 0 });
  });

  it('frees what a call did not use, and takes what it used beyond its reservation', () => {
    const { store } = createStore();
    store.reserveNow([quota({ amount: 80 })]);
    store.settleNow([{ quota: quota({ amount: 80 }), used: 10 }]);
    expect(store.reserveNow([quota({ amount: 80 })]).kind).toBe('granted');
    store.settleNow([{ quota: quota({ amount: 80 }), used: 85 }]);
    expect(store.reserveNow([quota({ amount: 1 })]).kind).toBe('refused');
  });

  it('counts each window by itself', () => {
    const { store } = createStore();
    store.reserveNow([quota({ amount: 90 })]);
    expect(store.reserveNow([quota({ window: 2 })]).kind).toBe('granted');
  });

  it('shares what the ledger says is left whenever the ledger was read', () => {
    const { store } = createStore(3);
    expect(store.reserveNow([quota({ amount: 30 })]).kind).toBe('granted');
    store.settleNow([{ quota: quota({ amount: 30 }), used: 30 }]);
    // Its share is spent, though the ledger tells of nothing else.
    expect(store.reserveNow([quota({ amount: 1, known: 30 })]).kind).toBe('refused');
    store.recordLedgerRead({ id: 'key:a:budget', window: 1 });
    expect(store.reserveNow([quota({ amount: 20, known: 30 })]).kind).toBe('granted');
    // What is held is not spent yet, and not free either.
    store.recordLedgerRead({ id: 'key:a:budget', window: 1 });
    expect(store.reserveNow([quota({ amount: 1, known: 30 })]).kind).toBe('refused');
  });

  it('grants less when more replicas turn up', () => {
    const { store, setReplicas } = createStore(1);
    store.reserveNow([quota({ amount: 40 })]);
    setReplicas(3);
    expect(store.reserveNow([quota({ amount: 1 })]).kind).toBe('refused');
  });

  it('counts on for the replica alone when nobody knows how many there are', () => {
    const { store, setReplicas } = createStore();
    setReplicas(0);
    expect(store.reserveNow([quota({ amount: 90 })]).kind).toBe('granted');
  });

  it('forgets windows that are over', () => {
    const { store, clock } = createStore();
    const endsMs = clock.wallMs() + 60_000;
    for (let key = 0; key < 1_000; key += 1) {
      store.reserveNow([quota({ id: `key:${key}:rpm`, windowEndsMs: endsMs })]);
    }
    expect(store.size).toBe(1_000);
    clock.advance(60_000);
    store.reserveNow([quota()]);
    expect(store.size).toBe(1);
  });

  it('keeps a budget without an end that calls are running on', () => {
    const { store, clock } = createStore();
    store.reserveNow([quota({ amount: 90 })]);
    for (let key = 0; key < 999; key += 1) {
      store.reserveNow([quota({ id: `key:${key}:rpm`, windowEndsMs: 1 })]);
    }
    clock.advance(7_200_000);
    store.reserveNow([quota({ id: 'key:b:rpm' })]);
    expect(store.reserveNow([quota({ amount: 1 })]).kind).toBe('refused');
    expect(store.size).toBe(2);
  });

  it('takes the settlement of a window that it has forgotten for done', () => {
    const { store } = createStore();
    store.settleNow([{ quota: quota({ amount: 10 }), used: 0 }]);
    expect(store.size).toBe(0);
  });

  it('answers as the port asks', async () => {
    const { store } = createStore();
    expect((await store.reserve([quota({ amount: 90 })])).kind).toBe('granted');
    await store.settle([{ quota: quota({ amount: 90 }), used: 0 }]);
    expect((await store.reserve([quota({ amount: 90 })])).kind).toBe('granted');
  });
});
