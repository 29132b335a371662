import { derivePepper, deriveSnapshotKey } from '../auth/key-secret';
import { SqlChangeStore } from '../database/sql-change-store';
import type { Database } from '../database/sql';
import { Directory } from '../directory/directory';
import { DirectoryKeeper } from '../directory/directory-keeper';
import type { StalenessSettings } from '../directory/directory-keeper';
import { SnapshotFile } from '../directory/snapshot-file';
import { StampClock } from '../directory/stamp';
import { systemDisk } from '../ledger/disk';
import type { Ports } from '../ports';

export interface RegisterParts {
  readonly database: Database;
  readonly region: string;
  /** Unique to this start. */
  readonly boot: string;
  /** What keys are hashed with, before it is derived. */
  readonly saltKey: string;
  /** Null: a start without the database knows nobody. */
  readonly dataFolder: string | null;
  readonly staleness: StalenessSettings;
  readonly ports: Pick<Ports, 'clock' | 'random' | 'writeLog'>;
}

/** Keys, users and teams, as this replica knows them. */
export interface Register {
  readonly keeper: DirectoryKeeper;
  readonly pepper: Buffer;
  readonly stamps: StampClock;
}

/** Resolves once somebody is known, or after a bounded wait; the keeper goes on trying. */
export async function openRegister(parts: RegisterParts): Promise<Register> {
  const { database, region, boot, dataFolder, staleness, ports } = parts;
  const pepper = derivePepper(parts.saltKey);
  const stamps = new StampClock(ports.clock, boot);
  const keeper = new DirectoryKeeper({
    directory: new Directory(),
    store: new SqlChangeStore(database),
    snapshots:
      dataFolder === null
        ? null
        : new SnapshotFile(systemDisk, dataFolder, deriveSnapshotKey(pepper)),
    stamps,
    region,
    staleness,
    ports,
  });
  await keeper.start();
  return { keeper, pepper, stamps };
}
