import { join } from 'node:path';
import { describeOwner, isOwnerAlive, readOwner, removeOwner, writeOwner } from './boot-owner';
import { hasCode } from './disk';
import type { Disk } from './disk';
import { recoverBoot } from './recover-boot';
import type { RecoveredBoot } from './recover-boot';
import { parseSegmentName } from './segment';

export interface AdoptedBoot extends RecoveredBoot {
  readonly folder: string;
}

export interface Adoption {
  readonly adopted: readonly AdoptedBoot[];
  /** Segments of the dead that could not be read, and that nobody stores. */
  readonly stranded: number;
  /** Why the last of them could not; null: there are none. */
  readonly failure: unknown;
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
const NOTHING: Adoption = { adopted: [], stranded: 0, failure: null };

/**
 * Takes over the folders of boots whose process is gone; replicas that share a folder do so one after the other. A disk that
 * takes nothing cannot say whose a folder is: then several may take it over, and the store keeps what they send once.
 */
export async function adoptBoots(disk: Disk, root: string, adopter: Adopter): Promise<Adoption> {
  const { own } = adopter;
  const names = await disk.list(root);
  const candidates = names.filter((name) => BOOT_FOLDER.test(name) && name !== CLAIM);
  const others = candidates.map((name) => join(root, name)).filter((folder) => !own.has(folder));
  if (others.length === 0) return NOTHING;
  const claimed = await claim(disk, root, adopter);
  if (claimed === 'taken') return NOTHING;
  try {
    return await adoptDead(disk, others, adopter);
  } finally {
    const folder = join(root, CLAIM);
    if (claimed === 'ours') await removeBoot(disk, folder);
  }
}

/** Nothing is left of the boot. */
export async function removeBoot(disk: Disk, folder: string): Promise<void> {
  await removeOwner(disk, folder);
  await disk.removeFolder(folder);
}

/** One folder that cannot be read must not keep the others from being stored. */
async function adoptDead(
  disk: Disk,
  folders: readonly string[],
  { boot, nowMs }: Adopter,
): Promise<Adoption> {
  const adopted: AdoptedBoot[] = [];
  let stranded = 0;
  let failure: unknown = null;
  for (const folder of folders) {
    try {
      const owner = await readOwner(disk, folder);
      if (owner !== null && isOwnerAlive(owner, nowMs)) continue;
      await writeOwner(disk, folder, describeOwner(boot, nowMs)).catch(() => undefined);
      adopted.push({ folder, ...(await recoverBoot(disk, folder)) });
    } catch (error) {
      failure = error;
      stranded += await countSegments(disk, folder);
    }
  }
  return { adopted, stranded, failure };
}

/** A folder that cannot even be listed counts as one. */
async function countSegments(disk: Disk, folder: string): Promise<number> {
  try {
    const names = await disk.list(folder);
    return names.filter((name) => parseSegmentName(name) !== null).length;
  } catch {
    return 1;
  }
}

/** A claim whose holder is gone is taken away, for the next turn to take. */
async function claim(
  disk: Disk,
  root: string,
  { boot, nowMs }: Adopter,
): Promise<'ours' | 'taken' | 'impossible'> {
  const folder = join(root, CLAIM);
  const mine = join(root, `${CLAIM}.${boot}`);
  const owner = await readOwner(disk, folder);
  if (owner !== null) {
    if (!isOwnerAlive(owner, nowMs)) await removeBoot(disk, folder);
    return 'taken';
  }
  try {
    await disk.createFolder(mine);
    await writeOwner(disk, mine, describeOwner(boot, nowMs));
    // Fails where another one was faster: its folder is not empty.
    await disk.rename(mine, folder);
    return 'ours';
  } catch (error) {
    await removeDraft(disk, mine);
    return hasCode(error, 'ENOTEMPTY') || hasCode(error, 'EEXIST') ? 'taken' : 'impossible';
  }
}

async function removeDraft(disk: Disk, folder: string): Promise<void> {
  try {
    await disk.remove(join(folder, 'owner.json.draft'));
    await removeBoot(disk, folder);
  } catch {
    // A disk that takes nothing may give nothing back; a name with a dot is no boot's.
  }
}
