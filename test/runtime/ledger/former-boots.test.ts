import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeOwner, writeOwner } from '../../../runtime/ledger/boot-owner';
import { systemDisk } from '../../../runtime/ledger/disk';
import { FormerBoots } from '../../../runtime/ledger/former-boots';
import { ManualClock } from '../../support/manual-clock';
import { createSpoolFolder, forgeDeath } from '../../support/spool-folder';

async function createDead(root: string, name: string): Promise<string> {
  const folder = join(root, name);
  mkdirSync(folder);
  await writeOwner(systemDisk, folder, describeOwner('former', 0));
  await forgeDeath(folder);
  return folder;
}

describe('FormerBoots', () => {
  const clock = new ManualClock();
  let root: string;
  let warnings: unknown[];
  let boots: FormerBoots;

  beforeEach(() => {
    root = createSpoolFolder();
    warnings = [];
    boots = new FormerBoots({
      disk: systemDisk,
      root,
      boot: 'mine',
      clock,
      warn: (error) => warnings.push(error),
      warnOfStranded: (segments) => warnings.push(segments),
    });
  });

  it('looks for the dead at once, and then no more often than every thirty seconds', async () => {
    await createDead(root, 'first');
    expect(await boots.adopt(join(root, 'mine'))).toHaveLength(1);
    const second = await createDead(root, 'second');
    expect(await boots.adopt(join(root, 'mine'))).toEqual([]);
    clock.advance(30_000);
    expect((await boots.adopt(join(root, 'mine'))).map(({ folder }) => folder)).toEqual([second]);
    expect(boots.folders).toHaveLength(2);
  });

  it('keeps a folder as long as something of it waits, and removes it then', async () => {
    const folder = await createDead(root, 'former');
    await boots.adopt(join(root, 'mine'));
    await boots.forget(() => true);
    expect(existsSync(folder)).toBe(true);
    await boots.forget(() => false);
    expect(existsSync(folder)).toBe(false);
    expect(boots.folders).toEqual([]);
  });

  it('goes on while the disk fails, and tells of it', async () => {
    const failing = new FormerBoots({
      disk: { ...systemDisk, list: () => Promise.reject(new Error('no disk')) },
      root,
      boot: 'mine',
      clock,
      warn: (error) => warnings.push(error),
      warnOfStranded: (segments) => warnings.push(segments),
    });
    expect(await failing.adopt(join(root, 'mine'))).toEqual([]);
    expect(warnings).toEqual([new Error('no disk')]);
  });
});
