import { EMPTY_DIGEST } from '../../../runtime/ledger/digest';
import { systemDisk } from '../../../runtime/ledger/disk';
import { createMemoryUnit, writeUnit } from '../../../runtime/ledger/spool-unit';
import type { SpoolUnit } from '../../../runtime/ledger/spool-unit';
import { UnitShelf } from '../../../runtime/ledger/unit-shelf';
import { entries, PARTITION } from '../../support/ledger-builder';
import { createSpoolFolder } from '../../support/spool-folder';

function aUnit(number: number): SpoolUnit {
  const numbers = { first: number, last: number };
  return createMemoryUnit(
    { partition: PARTITION, numbers, before: EMPTY_DIGEST },
    entries(number * 2 - 1, number * 2),
  );
}

describe('UnitShelf', () => {
  it('hands the same out until it is acknowledged, then the next', async () => {
    const shelf = new UnitShelf(systemDisk);
    shelf.add(aUnit(1), aUnit(2));
    const first = (await shelf.handOut()).batch;
    expect((await shelf.handOut()).batch).toBe(first);
    if (first === null) throw new Error('there is a unit');
    expect(shelf.acknowledge(first)?.numbers.first).toBe(1);
    expect(shelf.acknowledge(first)).toBeNull();
    const second = (await shelf.handOut()).batch;
    expect(second?.entries.map(({ seq }) => seq)).toEqual([3, 4]);
    expect(shelf.entries).toBe(2);
  });

  it('acknowledges a unit that was written to the disk meanwhile', async () => {
    const shelf = new UnitShelf(systemDisk);
    const unit = aUnit(1);
    shelf.add(unit);
    const { batch } = await shelf.handOut();
    const [handedOut] = shelf.inMemory;
    if (batch === null || handedOut === undefined) throw new Error('there is a unit');
    const written = await writeUnit(systemDisk, createSpoolFolder(), {
      unit: handedOut,
      entries: batch.entries,
    });
    shelf.replace(handedOut, written);
    expect(shelf.inMemory).toEqual([]);
    expect(shelf.acknowledge(batch)).toBe(written);
    expect(shelf.isEmpty).toBe(true);
  });

  it('passes over what can not be read any more, and counts it', async () => {
    const shelf = new UnitShelf(systemDisk);
    const unit = aUnit(1);
    const gone = await writeUnit(systemDisk, createSpoolFolder(), {
      unit,
      entries: entries(1, 2),
    });
    if (gone.place.kind !== 'file') throw new Error('it was written');
    await systemDisk.remove(gone.place.path);
    shelf.add(gone, aUnit(2));
    const { batch, unreadable } = await shelf.handOut();
    expect(unreadable).toBe(2);
    expect(batch?.entries.map(({ seq }) => seq)).toEqual([3, 4]);
  });
});
