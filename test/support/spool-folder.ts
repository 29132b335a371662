import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeOwner, writeOwner } from '../../runtime/ledger/boot-owner';
import { systemDisk } from '../../runtime/ledger/disk';
import type { Disk, DiskFile } from '../../runtime/ledger/disk';

const created: string[] = [];

/** A new folder; gone after the test file. */
export function createSpoolFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'litellm-ha-spool-'));
  created.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of created) rmSync(folder, { recursive: true, force: true });
});

/** Makes the folder look as if its process had been killed: this very process stands for the dead one. */
export async function forgeDeath(bootFolder: string): Promise<void> {
  await writeOwner(systemDisk, bootFolder, {
    ...describeOwner('former', 0),
    processStart: 'another',
  });
}

/** A disk that can be full or broken. */
export class FaultyDisk implements Disk {
  /** What fails, and with which code. */
  fault: { readonly on: 'write' | 'sync' | 'all'; readonly code: string } | null = null;
  syncs = 0;
  private open: DiskFile[] = [];

  readonly read: Disk['read'] = systemDisk.read;
  readonly truncate = systemDisk.truncate;
  readonly remove = systemDisk.remove;
  readonly list = systemDisk.list;
  readonly removeFolder = systemDisk.removeFolder;
  readonly rename = systemDisk.rename;
  readonly createFolder = (folder: string): Promise<void> =>
    this.tryTo('all', () => systemDisk.createFolder(folder));
  readonly syncFolder = (folder: string): Promise<void> =>
    this.tryTo('sync', () => systemDisk.syncFolder(folder));

  readonly create = async (path: string): Promise<DiskFile> => {
    const file = await this.tryTo('all', () => systemDisk.create(path));
    this.open.push(file);
    return {
      write: async (bytes) => {
        // A full disk takes a part.
        if (this.isFaulty('write')) await file.write(bytes.subarray(0, bytes.length / 2));
        await this.tryTo('write', () => file.write(bytes));
      },
      sync: () => {
        this.syncs += 1;
        return this.tryTo('sync', () => file.sync());
      },
      close: () => {
        this.open = this.open.filter((other) => other !== file);
        return file.close();
      },
    };
  };

  /** What the operating system does with the files of a process that is killed. */
  async closeAll(): Promise<void> {
    for (const file of this.open.splice(0)) await file.close();
  }

  private isFaulty(on: 'write' | 'sync' | 'all'): boolean {
    return this.fault !== null && (this.fault.on === on || this.fault.on === 'all');
  }

  private tryTo<Result>(
    on: 'write' | 'sync' | 'all',
    action: () => Promise<Result>,
  ): Promise<Result> {
    if (!this.isFaulty(on)) return action();
    return Promise.reject(Object.assign(new Error('the disk fails'), { code: this.fault?.code }));
  }
}
