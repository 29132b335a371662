import type { Clock } from '../ports';
import { adoptBoots, removeBoot } from './adopt-boots';
import type { AdoptedBoot } from './adopt-boots';
import { describeOwner, renewOwner, writeOwner } from './boot-owner';
import type { Disk } from './disk';

export interface FormerBootsParts {
  readonly disk: Disk;
  /** Of all boots. */
  readonly root: string;
  /** Who takes over. */
  readonly boot: string;
  readonly clock: Clock;
  /** Is told of a disk that fails. */
  readonly warn: (error: unknown) => void;
  /** Is told of files that cannot be read. */
  readonly warnOfStranded: (segments: number, error: unknown) => void;
}

/** Replicas that share the folder may die at any time. */
const ADOPT_EVERY_MS = 30_000;

/** Folders of boots whose process is gone. They are this one's until nothing of them is left to store. */
export class FormerBoots {
  private held: ReadonlySet<string> = new Set();
  /** Stored, and on a disk that lets nothing be removed. */
  private readonly done = new Set<string>();
  private adoptedMs = -Infinity;
  private strandedSegments = 0;

  constructor(private readonly parts: FormerBootsParts) {}

  get folders(): readonly string[] {
    return [...this.held];
  }

  /** Files of the dead that nobody can read, as of the last look. */
  get stranded(): number {
    return this.strandedSegments;
  }

  /** Takes over what it finds, beside its own folder; looks seldom enough to be asked at any time. */
  async adopt(home: string): Promise<readonly AdoptedBoot[]> {
    const { disk, root, boot, clock, warn } = this.parts;
    if (clock.nowMs() - this.adoptedMs < ADOPT_EVERY_MS) return [];
    this.adoptedMs = clock.nowMs();
    const own = new Set([home, ...this.held, ...this.done]);
    try {
      const { adopted, stranded, failure } = await adoptBoots(disk, root, {
        boot,
        own,
        nowMs: clock.wallMs(),
      });
      this.strandedSegments = stranded;
      if (stranded > 0) this.parts.warnOfStranded(stranded, failure);
      this.held = new Set([...this.held, ...adopted.map(({ folder }) => folder)]);
      return adopted;
    } catch (error) {
      warn(error);
      return [];
    }
  }

  /** Says that it still has them. Resolves to those that are another's by now, and that it leaves alone from here on. */
  async renew(): Promise<readonly string[]> {
    const { disk, boot, clock, warn } = this.parts;
    const lost: string[] = [];
    for (const folder of this.held) {
      try {
        const nowMs = clock.wallMs();
        const outcome = await renewOwner(disk, folder, { boot, nowMs });
        if (outcome === 'lost') lost.push(folder);
        // Taken over while the disk took nothing.
        if (outcome === 'orphaned') await writeOwner(disk, folder, describeOwner(boot, nowMs));
      } catch (error) {
        warn(error);
      }
    }
    this.held = new Set(this.folders.filter((folder) => !lost.includes(folder)));
    return lost;
  }

  /** Removes the folders of which nothing waits any more. */
  async forget(waits: (folder: string) => boolean): Promise<void> {
    for (const folder of this.folders.filter((each) => !waits(each))) {
      this.held = new Set(this.folders.filter((each) => each !== folder));
      this.done.add(folder);
      await this.remove(folder);
    }
  }

  /** Whoever starts next need not ask whether we live. */
  async leave(): Promise<void> {
    for (const folder of this.folders) await this.remove(folder);
  }

  private async remove(folder: string): Promise<void> {
    await removeBoot(this.parts.disk, folder).catch(this.parts.warn);
  }
}
