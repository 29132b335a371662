import type { DirectorySnapshot, SnapshotReading } from '../../../runtime/directory/snapshot-file';

/** A disk that holds one snapshot. */
export class MemorySnapshots {
  stored: DirectorySnapshot | null = null;
  writes = 0;
  /** What happens to the next calls. */
  mood: 'well' | 'full' = 'well';

  read(): Promise<SnapshotReading> {
    const refused = this.stored === null ? ['directory.snapshot does not exist'] : [];
    return Promise.resolve({ snapshot: this.stored, refused });
  }

  write(snapshot: DirectorySnapshot): Promise<void> {
    this.writes += 1;
    if (this.mood === 'full') return Promise.reject(new Error('no space left on device'));
    this.stored = snapshot;
    return Promise.resolve();
  }
}
