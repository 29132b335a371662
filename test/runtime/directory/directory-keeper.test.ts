import { Directory } from '../../../runtime/directory/directory';
import { DirectoryKeeper, STALENESS_DEFAULTS } from '../../../runtime/directory/directory-keeper';
import type { DirectoryKeeperParts } from '../../../runtime/directory/directory-keeper';
import { MOST_AHEAD_MS, renderStamp, StampClock } from '../../../runtime/directory/stamp';
import { ManualClock } from '../../support/manual-clock';
import { aChange, MemoryChangeStore } from './a-change';
import { MemorySnapshots } from './memory-snapshots';

/** Lets promises that are settled already be heard. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const LATER_MS = 1_700_000_100_000;

function aKeeper(store: MemoryChangeStore, parts: Partial<DirectoryKeeperParts> = {}) {
  const clock = new ManualClock();
  const lines: string[] = [];
  const random = { value: 0.5, next: () => random.value };
  const keeper = new DirectoryKeeper({
    directory: new Directory(),
    store,
    snapshots: null,
    stamps: new StampClock(clock, 'replica'),
    region: 'eu',
    staleness: STALENESS_DEFAULTS,
    ports: { clock, random, writeLog: (line) => lines.push(line) },
    ...parts,
  });
  const advance = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await settle();
  };
  /** Starts it, however long it waits for a store that hangs. */
  const start = async (): Promise<void> => {
    const started = keeper.start();
    await settle();
    clock.advance(store.mood === 'hanging' ? 5_000 : 0);
    await started;
  };
  return { keeper, clock, lines, random, advance, start };
}

describe('DirectoryKeeper', () => {
  it('knows at the start what the store knows', async () => {
    const store = new MemoryChangeStore();
    await store.write([aChange({ alias: 'a' })]);
    const { keeper, start } = aKeeper(store);
    expect([keeper.state, keeper.serving, keeper.ageMs]).toEqual(['empty', 'no', null]);
    await start();
    expect([keeper.state, keeper.serving, keeper.ageMs]).toEqual(['fresh', 'yes', 0]);
    expect(keeper.trouble).toBeNull();
    expect(keeper.directory.keys.get('key-1')?.alias).toBe('a');
    await keeper.stop();
  });

  it('waits a second and a half for a store that hangs where a snapshot tells who is known', async () => {
    const store = new MemoryChangeStore();
    await store.write([aChange({ alias: 'a' })]);
    const snapshots = new MemorySnapshots();
    const before = aKeeper(store, { snapshots });
    await before.start();
    await before.advance(1_000);
    await before.keeper.stop();
    store.mood = 'hanging';
    const { keeper, clock } = aKeeper(store, { snapshots });
    let started = 'no';
    void keeper.start().then(() => (started = 'yes'));
    await settle();
    clock.advance(1_499);
    await settle();
    expect(started).toBe('no');
    clock.advance(1);
    await settle();
    expect(started).toBe('yes');
    expect(keeper.serving).toBe('yes');
    await keeper.stop();
  });

  it.each([
    [0, 4_000],
    [0.5, 5_000],
    [1, 6_000],
  ])('pulls every five seconds, give or take a fifth: chance %d, %d ms', async (chance, ms) => {
    const store = new MemoryChangeStore();
    const { keeper, random, advance, start } = aKeeper(store);
    random.value = chance;
    await start();
    await advance(ms - 1);
    expect(store.reads).toBe(1);
    await advance(1);
    expect(store.reads).toBe(2);
    await keeper.stop();
  });

  it('hears of a revocation by another replica within one pull, at most six seconds', async () => {
    const store = new MemoryChangeStore();
    await store.write([aChange({ alias: 'a' })]);
    const [here, there] = [aKeeper(store), aKeeper(store)];
    there.random.value = 1;
    await here.start();
    await there.start();
    await here.keeper.write([aChange({ revoked: true }, { atMs: LATER_MS })]);
    expect(here.keeper.directory.keys.get('key-1')?.revoked).toBe(true);
    expect(there.keeper.directory.keys.get('key-1')?.revoked).toBe(false);
    await there.advance(6_000);
    expect(there.keeper.directory.keys.get('key-1')?.revoked).toBe(true);
    // An update that was on its way all the while does not bring it back.
    store.changes.push(aChange({ revoked: false, blocked: false }, { atMs: LATER_MS + 9_000 }));
    await there.advance(6_000);
    expect(there.keeper.directory.keys.get('key-1')?.revoked).toBe(true);
    await here.keeper.stop();
    await there.keeper.stop();
  });

  it('serves by what it knows while the store is away, and says how old that is', async () => {
    const store = new MemoryChangeStore();
    await store.write([aChange({ alias: 'a' })]);
    const { keeper, lines, advance, start } = aKeeper(store);
    await start();
    store.mood = 'away';
    for (let turn = 0; turn < 20; turn += 1) await advance(5_000);
    expect([keeper.state, keeper.serving, keeper.ageMs]).toEqual(['stale', 'yes', 100_000]);
    expect(keeper.trouble).toBe('the store was not read: connection refused');
    expect(lines).toEqual(['{"directoryStore":"away","trouble":"connection refused"}\n']);
    store.mood = 'well';
    for (let turn = 0; turn < 6; turn += 1) await advance(5_000);
    expect([keeper.state, keeper.trouble]).toEqual(['fresh', null]);
    expect(lines[1]).toBe('{"directoryStore":"back","trouble":null}\n');
    await keeper.stop();
  });

  it('waits longer from failure to failure, up to half a minute', async () => {
    const store = new MemoryChangeStore();
    store.mood = 'away';
    const { keeper, advance, start } = aKeeper(store);
    await start();
    const pauses: number[] = [];
    for (let seconds = 1, reads = store.reads, since = 0; seconds <= 160; seconds += 1) {
      await advance(1_000);
      since += 1;
      if (store.reads === reads) continue;
      pauses.push(since);
      [reads, since] = [store.reads, 0];
    }
    expect(pauses).toEqual([5, 10, 20, 30, 30, 30, 30]);
    await keeper.stop();
  });

  it('refuses virtual keys that it knows for too long, where that is wanted', async () => {
    const store = new MemoryChangeStore();
    const { keeper, advance, start } = aKeeper(store, {
      staleness: { whenStale: 'refuse', maxStaleSeconds: 60 },
    });
    await start();
    store.mood = 'away';
    await advance(60_000);
    expect(keeper.serving).toBe('yes');
    await advance(1);
    expect(keeper.serving).toBe('no');
    await keeper.stop();
  });

  it('starts without the store from the snapshot, and knows how old that is', async () => {
    const store = new MemoryChangeStore();
    await store.write([aChange({ alias: 'a' })]);
    const snapshots = new MemorySnapshots();
    const before = aKeeper(store, { snapshots });
    await before.start();
    await before.advance(1_000);
    await before.keeper.stop();
    store.mood = 'away';
    const { keeper, clock, start } = aKeeper(store, { snapshots });
    clock.advance(30_000);
    await start();
    expect(keeper.directory.keys.get('key-1')?.alias).toBe('a');
    expect([keeper.state, keeper.serving, keeper.ageMs]).toEqual(['stale', 'yes', 30_000]);
    expect(keeper.directory.position).toBe('1');
    await keeper.stop();
  });

  it('reads everything anew where the snapshot is of another region', async () => {
    const store = new MemoryChangeStore();
    const snapshots = new MemorySnapshots();
    snapshots.stored = {
      region: 'us',
      position: '5',
      madeAtMs: 0,
      currentAtMs: 0,
      states: [],
    };
    await store.write([aChange({ alias: 'a' })]);
    const { keeper, start } = aKeeper(store, { snapshots });
    await start();
    expect(keeper.directory.keys.size).toBe(1);
    await keeper.stop();
  });

  it('is empty without store and snapshot, says why, and goes on trying', async () => {
    const store = new MemoryChangeStore();
    store.mood = 'hanging';
    const { keeper, advance, start } = aKeeper(store, { snapshots: new MemorySnapshots() });
    await start();
    expect([keeper.state, keeper.serving]).toEqual(['empty', 'no']);
    expect(keeper.trouble).toBe('directory.snapshot does not exist');
    await advance(5_000);
    expect(keeper.trouble).toBe(
      'directory.snapshot does not exist; the store was not read: no answer within 10000 ms',
    );
    store.mood = 'well';
    await advance(5_000);
    expect(keeper.state).toBe('fresh');
    await keeper.stop();
  });

  it('answers callers who ask at once with one more pull', async () => {
    const store = new MemoryChangeStore();
    const { keeper, start } = aKeeper(store);
    await start();
    const first = keeper.refresh();
    await store.write([aChange({ alias: 'a' })]);
    // The pull that runs may have read before this was written.
    await Promise.all([first, keeper.refresh(), keeper.refresh(), keeper.refresh()]);
    expect(store.reads).toBe(3);
    expect(keeper.directory.keys.get('key-1')?.alias).toBe('a');
    await keeper.stop();
  });

  it('rejects a refresh while the store is away', async () => {
    const store = new MemoryChangeStore();
    const { keeper, start } = aKeeper(store);
    await start();
    store.mood = 'away';
    await expect(keeper.refresh()).rejects.toThrow('connection refused');
    expect([keeper.pulls, keeper.pullFailures]).toEqual([2, 1]);
    await keeper.stop();
  });

  it('reads at once when a neighbour is ahead, and not when it is behind', async () => {
    const store = new MemoryChangeStore();
    const { keeper, advance, start } = aKeeper(store);
    await start();
    await store.write([aChange({ alias: 'a' })]);
    await advance(1_000);
    keeper.hint('1');
    await settle();
    expect(keeper.directory.keys.size).toBe(1);
    expect(store.reads).toBe(2);
    await advance(1_000);
    keeper.hint('0');
    keeper.hint('1');
    await settle();
    expect(store.reads).toBe(2);
    await keeper.stop();
  });

  it('asks the store once about a position it does not know, and at most every second', async () => {
    const store = new MemoryChangeStore();
    const { keeper, advance, start } = aKeeper(store);
    await start();
    await advance(1_000);
    keeper.hint('from nowhere');
    keeper.hint('from elsewhere');
    await settle();
    expect(store.reads).toBe(2);
    await advance(1_000);
    keeper.hint('from nowhere');
    await settle();
    expect(store.reads).toBe(2);
    keeper.hint('from elsewhere');
    await settle();
    expect(store.reads).toBe(3);
    await keeper.stop();
  });

  it('listens to a neighbour again after a pull that failed', async () => {
    const store = new MemoryChangeStore();
    const { keeper, advance, start } = aKeeper(store);
    await start();
    store.mood = 'away';
    await advance(1_000);
    keeper.hint('1');
    await settle();
    store.mood = 'well';
    await advance(1_000);
    keeper.hint('1');
    await settle();
    expect(keeper.pulls).toBe(3);
    await keeper.stop();
  });

  it('knows nothing that is not stored', async () => {
    const store = new MemoryChangeStore();
    const { keeper, start } = aKeeper(store);
    await start();
    store.mood = 'away';
    await expect(keeper.write([aChange({ alias: 'a' })])).rejects.toThrow('connection refused');
    expect(keeper.directory.keys.size).toBe(0);
    await keeper.stop();
  });

  it('keeps a key that it made on disk when the store goes away right after', async () => {
    const store = new MemoryChangeStore();
    const snapshots = new MemorySnapshots();
    const { keeper, advance, start } = aKeeper(store, { snapshots });
    await start();
    await keeper.write([aChange({ alias: 'a' })]);
    store.mood = 'away';
    await advance(1_000);
    expect(snapshots.stored?.states).toHaveLength(1);
    await keeper.stop();
  });

  it('does not let its clock follow a change from far in the future, and tells once', async () => {
    const store = new MemoryChangeStore();
    const clock = new ManualClock();
    const stamps = new StampClock(clock, 'replica');
    const { keeper, lines, advance, start } = aKeeper(store, { stamps });
    const stamp = renderStamp({
      wallMs: clock.wallMs() + MOST_AHEAD_MS + 60_000,
      counter: 0,
      replica: 'b',
    });
    store.changes.push(aChange({ alias: 'from the future' }, { stamp }));
    await start();
    // Positions overlap, so a change is told more than once.
    store.changes.push(...store.changes);
    await advance(5_000);
    expect(store.reads).toBe(2);
    const trouble =
      `stamp ${stamp} must be at most 180 minutes ahead of this clock, got 181; ` +
      'correct the clock of the replica that made it';
    expect(lines).toEqual([`${JSON.stringify({ directoryStore: 'stamp-ahead', trouble })}\n`]);
    expect(stamps.next() < stamp).toBe(true);
    // What would be stored to no effect is refused; a revocation always has its effect.
    await expect(keeper.write([aChange({ alias: 'b' })])).rejects.toThrow(trouble);
    await keeper.write([aChange({ revoked: true })]);
    expect(keeper.directory.keys.get('key-1')?.revoked).toBe(true);
    await keeper.stop();
  });

  it('counts the keys whose holders should take a new secret', async () => {
    const store = new MemoryChangeStore();
    await store.write([
      aChange({ rotationSeconds: 60 }, { entityId: 'due', atMs: 1_000 }),
      aChange({ rotationSeconds: 60 }, { entityId: 'not-yet' }),
      aChange({}, { entityId: 'never', atMs: 1_000 }),
    ]);
    const { keeper, start } = aKeeper(store);
    await start();
    expect(keeper.countRotationsDue()).toBe(1);
    await keeper.stop();
  });

  it('plans no further pull when it stops in the middle of one', async () => {
    const store = new MemoryChangeStore();
    const { keeper, clock, start } = aKeeper(store);
    await start();
    clock.advance(5_000);
    await keeper.stop();
    await settle();
    expect([store.reads, clock.waiting]).toEqual([2, 0]);
  });

  it('leaves no timer behind', async () => {
    const store = new MemoryChangeStore();
    const { keeper, clock, start } = aKeeper(store, { snapshots: new MemorySnapshots() });
    await start();
    await keeper.write([aChange({ alias: 'a' })]);
    await keeper.stop();
    expect(clock.waiting).toBe(0);
  });
});
