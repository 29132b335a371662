import type { HealthReport, HealthResultStore } from '../../../runtime/state/health-result-store';
import { failure } from '../../support/failure-builder';

export interface StoreUnderTest {
  readonly store: HealthResultStore;
  /** Lets time pass for the store. */
  readonly advance: (byMs: number) => void | Promise<void>;
}

const REPORT: HealthReport = {
  checkedAtMs: 1_700_000_000_000,
  checkedBy: 'one',
  results: [
    { modelId: 'a', failure: null },
    { modelId: 'b', failure: failure({ retryAfterMs: 1000 }) },
  ],
};

/** What every store of health results does, wherever it keeps them. */
export function itIsAHealthResultStore(
  create: () => StoreUnderTest | Promise<StoreUnderTest>,
): void {
  it('knows nothing at first', async () => {
    const { store } = await create();
    expect(await store.read()).toBeNull();
  });

  it('returns the last report, equal to the one written', async () => {
    const { store } = await create();
    await store.write({ ...REPORT, checkedBy: 'zero' });
    await store.write(REPORT);
    expect(await store.read()).toEqual(REPORT);
  });

  it('gives the turn to one owner at a time', async () => {
    const { store } = await create();
    expect(await store.takeTurn('one', 1000)).toBe('taken');
    expect(await store.takeTurn('two', 1000)).toBe('busy');
    await store.releaseTurn('one');
    expect(await store.takeTurn('two', 1000)).toBe('taken');
  });

  it('takes the turn from an owner whose lease is over', async () => {
    const { store, advance } = await create();
    await store.takeTurn('one', 1000);
    await advance(1000);
    expect(await store.takeTurn('two', 1000)).toBe('taken');
  });

  it('does not let an owner release a turn that has passed on', async () => {
    const { store, advance } = await create();
    await store.takeTurn('one', 1000);
    await advance(1000);
    await store.takeTurn('two', 1000);
    await store.releaseTurn('one');
    expect(await store.takeTurn('three', 1000)).toBe('busy');
  });
}
