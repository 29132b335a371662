import type { Clock } from '../ports';
import { adoptBoots, removeBoot } from './adopt-boots';
import type { AdoptedBoot } from './adopt-boots';
import type { Disk } from './disk';

export interface FormerBootsParts {
  readonly disk: Disk;
  /** Of all boots. */
  readonly root: string;
  /** Who takes over, and its own folder. */
  readonly own: { readonly boot: string; readonly folder: string };
  readonly clock: Clock;
  /** Is told of a disk that fails. */
  readonly warn: (error: unknown) => void;
}

/** Replicas that share the folder may die at any time. */
const ADOPT_EVERY_MS = 30_000;

/** Folders of boots whose process is gone. They are this one's until nothing of them is left to store. */
export class FormerBoots {
  private readonly byBoot = new Map<string, string>();
  private adoptedMs = -Infinity;

  constructor(private readonly parts: FormerBootsParts) {}

  get folders(): readonly string[] {
    return [...this.byBoot.values()];
  }

  /** Takes over what it finds; looks seldom enough to be asked at any time. */
  async adopt(): Promise<readonly AdoptedBoot[]> {
    const { disk, root, own, clock, warn } = this.parts;
    if (clock.nowMs() - this.adoptedMs < ADOPT_EVERY_MS) return [];
    this.adoptedMs = clock.nowMs();
    const adopter = {
      boot: own.boot,
      own: new Set([own.folder, ...this.folders]),
      nowMs: clock.wallMs(),
    };
    try {
      const adopted = await adoptBoots(disk, root, adopter);
      for (const { units, folder } of adopted) {
        this.byBoot.set(units[0]?.partition.boot ?? folder, folder);
      }
      return adopted;
    } catch (error) {
      warn(error);
      return [];
    }
  }

  /** Removes the folders of boots of which nothing waits any more. */
  async forget(waits: (boot: string) => boolean): Promise<void> {
    for (const [boot, folder] of this.byBoot) {
      if (waits(boot)) continue;
      this.byBoot.delete(boot);
      await removeBoot(this.parts.disk, folder).catch(this.parts.warn);
    }
  }
}
