import fc from 'fast-check';
import { LocalQuotaStore } from '../../../runtime/limits/local-quota-store';
import type { Quota, QuotaStore, Settlement, Verdict } from '../../../runtime/limits/quota';
import { attemptOnce, SharedQuotaStore } from '../../../runtime/limits/shared-quota-store';
import type { Attempt } from '../../../runtime/limits/shared-quota-store';
import { ManualClock } from '../../support/manual-clock';

function quota(parts: Partial<Quota> = {}): Quota {
  return {
    id: 'key:a:rpm',
    kind: 'window',
    limit: 10,
    amount: 1,
    window: 1,
    windowEndsMs: null,
    known: 0,
    ...parts,
  };
}

type Weather = 'up' | 'down' | 'late';

/** One count for all replicas, as Redis keeps it, and a way to it that may be cut or slow. */
class FakeSharedStore implements QuotaStore {
  readonly used = new Map<string, number>();
  weather: Weather = 'up';
  /** What was asked, and goes through when the network is back. */
  private late: (() => void)[] = [];

  reserve(quotas: readonly Quota[]): Promise<Verdict> {
    return this.travel(() => {
      const left = quotas.map(({ id, limit }) => limit - (this.used.get(id) ?? 0));
      const at = quotas.findIndex(({ amount }, index) => amount > (left[index] ?? 0));
      const refused = quotas[at];
      if (refused !== undefined) {
        return { kind: 'refused', quota: refused, remaining: Math.max(0, left[at] ?? 0) };
      }
      for (const { id, amount } of quotas) this.used.set(id, (this.used.get(id) ?? 0) + amount);
      return {
        kind: 'granted',
        remaining: quotas.map(({ amount }, index) => (left[index] ?? 0) - amount),
      };
    });
  }

  settle(settlements: readonly Settlement[]): Promise<void> {
    return this.travel(() => {
      for (const {
        quota: { id, amount },
        used,
      } of settlements) {
        this.used.set(id, (this.used.get(id) ?? 0) + used - amount);
      }
    });
  }

  arrive(): void {
    const late = this.late;
    this.late = [];
    for (const go of late) go();
  }

  private travel<Result>(work: () => Result): Promise<Result> {
    if (this.weather === 'down') return Promise.reject(new Error('cut'));
    if (this.weather === 'up') return Promise.resolve(work());
    return new Promise((resolve) => {
      this.late = [...this.late, () => resolve(work())];
    });
  }
}

/** Gives up on what is late at once, as time would. */
function impatience(shared: FakeSharedStore): Attempt {
  return (work) => {
    const answer = attemptOnce(work);
    return shared.weather === 'late' ? Promise.resolve(null) : answer;
  };
}

function createReplicas(count: number): {
  readonly shared: FakeSharedStore;
  readonly replicas: readonly SharedQuotaStore[];
  readonly locals: readonly LocalQuotaStore[];
} {
  const shared = new FakeSharedStore();
  const locals = Array.from(
    { length: count },
    () => new LocalQuotaStore({ clock: new ManualClock(), replicas: () => count }),
  );
  const attempt = impatience(shared);
  const replicas = locals.map((local) => new SharedQuotaStore({ shared, local, attempt }));
  return { shared, replicas, locals };
}

async function countGrants(store: QuotaStore, calls: number, of: Quota): Promise<number> {
  let granted = 0;
  for (let call = 0; call < calls; call += 1) {
    if ((await store.reserve([of])).kind === 'granted') granted += 1;
  }
  return granted;
}

function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

describe('SharedQuotaStore', () => {
  it('counts together while the shared store answers', async () => {
    const { replicas } = createReplicas(3);
    const grants = [];
    for (const replica of replicas) grants.push(await countGrants(replica, 5, quota()));
    expect(grants).toEqual([5, 5, 0]);
  });

  it('grants each replica its share of what was left while the shared store is away', async () => {
    const { shared, replicas } = createReplicas(3);
    for (const replica of replicas) await countGrants(replica, 1, quota({ limit: 30 }));
    shared.weather = 'down';
    const grants = [];
    for (const replica of replicas)
      grants.push(await countGrants(replica, 20, quota({ limit: 30 })));
    // They last heard of 1, 2 and 3 used.
    expect(grants).toEqual([9, 9, 9]);
  });

  it('grants one where the share is less than one', async () => {
    const { shared, replicas } = createReplicas(5);
    shared.weather = 'down';
    for (const replica of replicas)
      expect(await countGrants(replica, 3, quota({ limit: 2 }))).toBe(1);
  });

  it('tells what was used apart before the next reservation', async () => {
    const {
      shared,
      replicas: [replica],
    } = createReplicas(2);
    shared.weather = 'down';
    expect(await countGrants(replica as SharedQuotaStore, 9, quota())).toBe(5);
    shared.weather = 'up';
    await replica?.reserve([quota()]);
    expect(shared.used.get('key:a:rpm')).toBe(6);
  });

  it('gives back what was granted when nobody waited any more', async () => {
    const {
      shared,
      replicas: [replica],
    } = createReplicas(1);
    shared.weather = 'late';
    await replica?.reserve([quota({ limit: 2 })]);
    shared.arrive();
    await settled();
    shared.weather = 'up';
    // Counted here and there, and once in all.
    await replica?.reserve([quota({ limit: 2 })]);
    expect(shared.used.get('key:a:rpm')).toBe(2);
  });

  it('refuses without asking what the ledger says is spent', async () => {
    const {
      shared,
      replicas: [replica],
    } = createReplicas(1);
    const verdict = await replica?.reserve([quota({ known: 10 })]);
    expect(verdict).toMatchObject({ kind: 'refused', remaining: 0 });
    expect(shared.used.size).toBe(0);
  });

  it('reserves all quotas of a call or none', async () => {
    const {
      shared,
      replicas: [replica],
      locals: [local],
    } = createReplicas(1);
    const both = [quota({ id: 'key:a:rpm' }), quota({ id: 'team:b:rpm', limit: 0 })];
    expect((await replica?.reserve(both))?.kind).toBe('refused');
    shared.weather = 'down';
    expect((await replica?.reserve(both))?.kind).toBe('refused');
    expect(local?.takeReports(both)).toEqual([]);
  });

  it('frees places that were taken apart and given back after the store is back', async () => {
    const {
      shared,
      replicas: [replica],
    } = createReplicas(1);
    const place = quota({ id: 'key:a:parallel', kind: 'concurrent', limit: 2, window: 0 });
    shared.weather = 'down';
    await replica?.reserve([place]);
    shared.weather = 'up';
    await replica?.reserve([place]);
    expect(shared.used.get('key:a:parallel')).toBe(2);
    await replica?.settle([{ quota: place, used: 0 }]);
    await replica?.settle([{ quota: place, used: 0 }]);
    expect(shared.used.get('key:a:parallel')).toBe(0);
  });

  const steps = fc.array(
    fc.record({
      replica: fc.nat(4),
      weather: fc.constantFrom<Weather>('up', 'up', 'down', 'late'),
      arrive: fc.constantFrom('now', 'later'),
      calls: fc.integer({ min: 1, max: 12 }),
      amount: fc.integer({ min: 1, max: 5 }),
    }),
    { maxLength: 60 },
  );

  it('never admits more in a window than the limit and the shares of all replicas but one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 60 }),
        steps,
        async (count, limit, plan) => {
          const { shared, replicas } = createReplicas(count);
          let admitted = 0;
          for (const { replica, weather, arrive, calls, amount } of plan) {
            shared.weather = weather;
            const store = replicas[replica % count] as SharedQuotaStore;
            admitted += amount * (await countGrants(store, calls, quota({ limit, amount })));
            if (arrive === 'now') shared.arrive();
            await Promise.resolve();
          }
          const share = Math.max(1, limit / count);
          expect(admitted).toBeLessThanOrEqual(limit + (count - 1) * share);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('never has more requests at once than the limit and the shares of all replicas but one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(
          fc.record({
            replica: fc.nat(4),
            weather: fc.constantFrom<Weather>('up', 'up', 'down', 'late'),
            ends: fc.nat(3),
          }),
          { maxLength: 80 },
        ),
        async (count, limit, plan) => {
          const { shared, replicas } = createReplicas(count);
          const of = quota({ id: 'key:a:parallel', kind: 'concurrent', window: 0, limit });
          const held = replicas.map(() => 0);
          const share = Math.max(1, limit / count);
          for (const { replica, weather, ends } of plan) {
            shared.weather = weather;
            shared.arrive();
            const at = replica % count;
            const store = replicas[at] as SharedQuotaStore;
            if ((await store.reserve([of])).kind === 'granted') held[at] = (held[at] ?? 0) + 1;
            for (let end = 0; end < ends && (held[at] ?? 0) > 0; end += 1) {
              held[at] = (held[at] ?? 0) - 1;
              await store.settle([{ quota: of, used: 0 }]);
            }
            const inFlight = held.reduce((sum, number) => sum + number, 0);
            expect(inFlight).toBeLessThanOrEqual(limit + (count - 1) * share);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
