import { join } from 'node:path';
import { describeOwner, isOwnerAlive, readOwner, removeOwner, writeOwner } from './boot-owner';
import { hasCode } from './disk';
import type { Disk } from './disk';
import { recoverBoot } from './recover-boot';
import type { RecoveredBoot } from './recover-boot';

export interface AdoptedBoot extends RecoveredBoot {
  readonly folder: string;
}

/** Who takes over. */
export interface Adopter {
  readonly boot: string;
  /** Folders that it has already. */
  readonly own: ReadonlySet<string>;
  readonly nowMs: number;
}

const CLAIM = 'adopting';
/** What is no boot's folder, or not one yet, has a dot in its name. */
const BOOT_FOLDER = /^[\w-]+$/;

/** Takes over the folders of boots whose process is gone; replicas that share a folder do so one after the other. */
export async function adoptBoots(
  disk: Disk,
  root: string,
  adopter: Adopter,
): Promise<readonly AdoptedBoot[]> {
  const { own, nowMs } = adopter;
  const names = await disk.list(root);
  const candidates = names.filter((name) => BOOT_FOLDER.test(name) && name !== CLAIM);
  const others = candidates.map((name) => join(root, name)).filter((folder) => !own.has(folder));
  if (others.length === 0 || !(await claim(disk, root, adopter))) return [];
  const adopted: AdoptedBoot[] = [];
  try {
    for (const folder of others) {
      const owner = await readOwner(disk, folder);
      if (owner !== null && isOwnerAlive(owner, nowMs)) continue;
      await writeOwner(disk, folder, describeOwner(nowMs));
      adopted.push({ folder, ...(await recoverBoot(disk, folder)) });
    }
  } finally {
    const folder = join(root, CLAIM);
    await removeOwner(disk, folder);
    await disk.removeFolder(folder);
  }
  return adopted;
}

/** Nothing is left of the boot. */
export async function removeBoot(disk: Disk, folder: string): Promise<void> {
  await removeOwner(disk, folder);
  await disk.removeFolder(folder);
}

/** A claim whose holder is gone is taken away, for the next turn to take. */
async function claim(disk: Disk, root: string, { boot, nowMs }: Adopter): Promise<boolean> {
  const folder = join(root, CLAIM);
  const mine = join(root, `${CLAIM}.${boot}`);
  const owner = await readOwner(disk, folder);
  if (owner !== null) {
    if (!isOwnerAlive(owner, nowMs)) await removeBoot(disk, folder);
    return false;
  }
  await disk.createFolder(mine);
  await writeOwner(disk, mine, describeOwner(nowMs));
  try {
    // Fails where another one was faster: its folder is not empty.
    await disk.rename(mine, folder);
    return true;
  } catch (error) {
    await removeBoot(disk, mine);
    if (hasCode(error, 'ENOTEMPTY') || hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}
