import { join } from 'node:path';
import type { Clock } from '../ports';
import { removeBoot } from './adopt-boots';
import { describeOwner, renewOwner, writeOwner } from './boot-owner';
import type { Disk } from './disk';

export interface SpoolHomeParts {
  readonly disk: Disk;
  /** Of all boots. */
  readonly root: string;
  readonly boot: string;
  readonly clock: Clock;
}

/**
 * The folder that a boot writes to. One at a time: a process that was frozen for long may find that its folder was taken
 * over, with all that is in it, and goes on in a new one.
 */
export class SpoolHome {
  private turn = 1;
  private state: 'unmade' | 'made' = 'unmade';

  constructor(private readonly parts: SpoolHomeParts) {}

  get folder(): string {
    const { root, boot } = this.parts;
    return join(root, this.turn === 1 ? boot : `${boot}-${this.turn}`);
  }

  /** To no effect where it was made. */
  async make(): Promise<void> {
    if (this.state === 'made') return;
    const { disk, root, boot, clock } = this.parts;
    const draft = `${this.folder}.draft`;
    await disk.createFolder(draft);
    await writeOwner(disk, draft, describeOwner(boot, clock.wallMs()));
    // Whoever sees the folder sees its owner in it.
    await disk.rename(draft, this.folder);
    await disk.syncFolder(root);
    this.state = 'made';
  }

  /** Says that its owner is still there. Once it is lost, the next one is yet to be made. */
  async renew(): Promise<'ours' | 'lost'> {
    if (this.state === 'unmade') return 'ours';
    const { disk, boot, clock } = this.parts;
    const outcome = await renewOwner(disk, this.folder, { boot, nowMs: clock.wallMs() });
    if (outcome === 'renewed') return 'ours';
    this.turn += 1;
    this.state = 'unmade';
    return 'lost';
  }

  /** Whoever starts next need not ask whether we live. */
  async leave(): Promise<void> {
    if (this.state === 'made') await removeBoot(this.parts.disk, this.folder);
  }
}
