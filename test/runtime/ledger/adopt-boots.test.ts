import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { adoptBoots } from '../../../runtime/ledger/adopt-boots';
import { describeOwner, readOwner, writeOwner } from '../../../runtime/ledger/boot-owner';
import { systemDisk } from '../../../runtime/ledger/disk';
import { createSpoolFolder, forgeDeath } from '../../support/spool-folder';

const NOBODY = { boot: 'mine', own: new Set<string>(), nowMs: 0 };

async function createBoot(root: string, name: string): Promise<string> {
  const folder = join(root, name);
  mkdirSync(folder);
  await writeOwner(systemDisk, folder, describeOwner('living', 0));
  return folder;
}

describe('adoptBoots', () => {
  it('takes over the folders of the dead and says so in them, and leaves the living alone', async () => {
    const root = createSpoolFolder();
    await createBoot(root, 'living');
    const dead = await createBoot(root, 'dead');
    await forgeDeath(dead);
    const { adopted } = await adoptBoots(systemDisk, root, NOBODY);
    expect(adopted.map(({ folder }) => folder)).toEqual([dead]);
    expect(await readOwner(systemDisk, dead)).toEqual(describeOwner('mine', 0));
    expect((await adoptBoots(systemDisk, root, NOBODY)).adopted).toEqual([]);
  });

  it('waits while another replica is at it, and takes away the claim of a dead one', async () => {
    const root = createSpoolFolder();
    await forgeDeath(await createBoot(root, 'dead'));
    const claim = await createBoot(root, 'adopting');
    expect((await adoptBoots(systemDisk, root, NOBODY)).adopted).toEqual([]);
    expect(existsSync(claim)).toBe(true);
    await forgeDeath(claim);
    expect((await adoptBoots(systemDisk, root, NOBODY)).adopted).toEqual([]);
    expect((await adoptBoots(systemDisk, root, NOBODY)).adopted).toHaveLength(1);
    expect(existsSync(claim)).toBe(false);
  });

  it('is adopted by one of those who come at once', async () => {
    const root = createSpoolFolder();
    await forgeDeath(await createBoot(root, 'dead'));
    const all = await Promise.all(
      ['a', 'b', 'c'].map((boot) => adoptBoots(systemDisk, root, { ...NOBODY, boot })),
    );
    expect(all.flatMap(({ adopted }) => adopted)).toHaveLength(1);
  });
});
