import { Directory } from '../../../runtime/directory/directory';
import { SnapshotKeeper } from '../../../runtime/directory/snapshot-keeper';
import { ManualClock } from '../../support/manual-clock';
import { aChange } from './a-change';
import { MemorySnapshots } from './memory-snapshots';

/** Lets promises that are settled already be heard. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('SnapshotKeeper', () => {
  const start = () => {
    const clock = new ManualClock();
    const directory = new Directory();
    const snapshots = new MemorySnapshots();
    const lines: string[] = [];
    const keeper = new SnapshotKeeper({
      directory,
      snapshots,
      region: 'eu',
      ports: { clock, writeLog: (line) => lines.push(line) },
      readCurrentAtMs: () => 1_000,
    });
    const advance = async (ms: number): Promise<void> => {
      clock.advance(ms);
      await settle();
    };
    return { clock, directory, snapshots, lines, keeper, advance };
  };

  it('writes once for the changes of a second', async () => {
    const { directory, snapshots, keeper, advance } = start();
    directory.apply([aChange({ alias: 'a' })]);
    keeper.persistSoon();
    directory.apply([aChange({ alias: 'b' }, { atMs: 1_800_000_000_000 })]);
    directory.moveTo('7');
    keeper.persistSoon();
    await advance(999);
    expect(snapshots.writes).toBe(0);
    await advance(1);
    expect(snapshots.writes).toBe(1);
    expect(snapshots.stored).toMatchObject({ region: 'eu', position: '7', currentAtMs: 1_000 });
    expect(snapshots.stored?.states[0]?.fields.get('alias')?.value).toBe('b');
  });

  it('writes nothing where nothing changed, until the file is ten minutes old', async () => {
    const { snapshots, keeper, advance } = start();
    await advance(599_999);
    keeper.persistSoon();
    await advance(1);
    expect(snapshots.writes).toBe(0);
    keeper.persistSoon();
    await advance(1_000);
    expect(snapshots.writes).toBe(1);
  });

  it('writes again what changed while it wrote', async () => {
    const { directory, snapshots, keeper, advance } = start();
    directory.apply([aChange({ alias: 'a' })]);
    keeper.persistSoon();
    const written = advance(1_000);
    directory.apply([aChange({ alias: 'b' }, { atMs: 1_800_000_000_000 })]);
    await written;
    await advance(1_000);
    expect(snapshots.stored?.states[0]?.fields.get('alias')?.value).toBe('b');
  });

  it('tells once of a disk that is full, tries every ten seconds, and comes back', async () => {
    const { directory, snapshots, lines, keeper, advance } = start();
    snapshots.mood = 'full';
    directory.apply([aChange({ alias: 'a' })]);
    keeper.persistSoon();
    await advance(1_000);
    await advance(9_999);
    expect(snapshots.writes).toBe(1);
    await advance(1);
    expect([snapshots.writes, keeper.failures]).toEqual([2, 2]);
    expect(lines).toEqual(['{"directorySnapshot":"failed","trouble":"no space left on device"}\n']);
    snapshots.mood = 'well';
    await advance(10_000);
    expect(snapshots.stored).not.toBeNull();
  });

  it('writes what is left when it stops, and nothing after', async () => {
    const { clock, directory, snapshots, keeper } = start();
    directory.apply([aChange({ alias: 'a' })]);
    keeper.persistSoon();
    await keeper.stop();
    expect([snapshots.writes, clock.waiting]).toEqual([1, 0]);
    directory.apply([aChange({ alias: 'b' }, { atMs: 1_800_000_000_000 })]);
    keeper.persistSoon();
    expect(clock.waiting).toBe(0);
  });
});
