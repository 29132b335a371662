import { createHmac, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { describeTrouble } from '../describe-trouble';
import { hasCode } from '../ledger/disk';
import type { Disk } from '../ledger/disk';
import type { EntityKind, JsonValue } from './change';
import type { Act, EntityState, Register } from './entity-state';

/** All of a directory at one moment: what a replica starts from when the store is away. */
export interface DirectorySnapshot {
  readonly region: string;
  readonly position: string | null;
  readonly madeAtMs: number;
  /** When the store was last read. Unit: milliseconds since 1970. */
  readonly currentAtMs: number;
  readonly states: readonly EntityState[];
}

export interface SnapshotReading {
  /** Null: there is none that can be trusted. */
  readonly snapshot: DirectorySnapshot | null;
  /** Why files were passed over; one sentence each. */
  readonly refused: readonly string[];
}

const MAGIC = 'litellm-ha-directory';
const FORMAT = 1;
const SEAL = /\nhmac-sha256 ([0-9a-f]{64})\n$/;
const SEAL_BYTES = '\nhmac-sha256 \n'.length + 64;
const NAME = 'directory.snapshot';
const STATES_PER_PIECE = 200;

type StoredRegister = readonly [name: string, value: JsonValue, stamp: string];
type StoredAct = readonly [stamp: string, actor: string];
type StoredState = readonly [EntityKind, string, StoredAct, StoredAct, readonly StoredRegister[]];
type StoredHead = Omit<DirectorySnapshot, 'states'>;

/** Whether there is one, trusted or not. */
export async function hasSnapshot(disk: Disk, folder: string | null): Promise<boolean> {
  return folder !== null && (await disk.list(folder)).includes(NAME);
}

/**
 * The snapshot on disk: one line for its head, one for each entity, one for the signature. It says who may spend money,
 * so nobody but this installation may write it: without the right signature it is not read. A new one takes the name
 * only when all of it is on the disk, and the one before it is kept.
 */
export class SnapshotFile {
  private readonly path: string;
  private readonly previousPath: string;

  constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    private readonly signingKey: Buffer,
  ) {
    this.path = join(folder, NAME);
    this.previousPath = join(folder, `${NAME}.previous`);
  }

  async read(): Promise<SnapshotReading> {
    const refused: string[] = [];
    for (const path of [this.path, this.previousPath]) {
      try {
        return { snapshot: this.parse(await this.disk.read(path)), refused };
      } catch (error) {
        refused.push(`${path} ${describe(error)}`);
      }
    }
    return { snapshot: null, refused };
  }

  /** Must not be called again before it resolved. */
  async write(snapshot: DirectorySnapshot): Promise<void> {
    await this.disk.createFolder(this.folder);
    const draft = `${this.path}.draft`;
    await this.disk.remove(draft);
    await this.writeDraft(draft, snapshot);
    try {
      await this.disk.rename(this.path, this.previousPath);
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
    }
    await this.disk.rename(draft, this.path);
    await this.disk.syncFolder(this.folder);
  }

  private async writeDraft(path: string, snapshot: DirectorySnapshot): Promise<void> {
    const { states, region, position, madeAtMs, currentAtMs } = snapshot;
    const head: StoredHead = { region, position, madeAtMs, currentAtMs };
    const hmac = createHmac('sha256', this.signingKey);
    const file = await this.disk.create(path);
    const writePiece = async (text: string): Promise<void> => {
      const bytes = Buffer.from(text);
      hmac.update(bytes);
      await file.write(bytes);
    };
    try {
      await writePiece(`${MAGIC} ${FORMAT}\n${JSON.stringify(head)}`);
      // In pieces, so that requests are served in between.
      for (let at = 0; at < states.length; at += STATES_PER_PIECE) {
        const piece = states.slice(at, at + STATES_PER_PIECE);
        await writePiece(piece.map((state) => `\n${renderState(state)}`).join(''));
      }
      await file.write(Buffer.from(`\nhmac-sha256 ${hmac.digest('hex')}\n`));
      await file.sync();
    } finally {
      await file.close();
    }
  }

  private parse(bytes: Buffer): DirectorySnapshot {
    const [magic, format] = bytes.toString('latin1', 0, bytes.indexOf('\n')).split(' ');
    if (magic !== MAGIC) throw new SnapshotRefusal('is no snapshot of a directory');
    if (format !== String(FORMAT)) {
      throw new SnapshotRefusal(`has format ${format}, and this version reads ${FORMAT}`);
    }
    const seal = SEAL.exec(bytes.toString('latin1', Math.max(0, bytes.length - SEAL_BYTES)));
    if (seal === null) throw new SnapshotRefusal('is cut off');
    const signed = bytes.subarray(0, bytes.length - SEAL_BYTES);
    const signature = createHmac('sha256', this.signingKey).update(signed).digest();
    if (!timingSafeEqual(signature, Buffer.from(seal[1] ?? '', 'hex'))) {
      throw new SnapshotRefusal('has a wrong signature: it was altered, or made with another salt');
    }
    const [, head = '', ...lines] = signed.toString('utf8').split('\n');
    return { ...(JSON.parse(head) as StoredHead), states: lines.map(parseState) };
  }
}

class SnapshotRefusal extends Error {}

function describe(error: unknown): string {
  if (error instanceof SnapshotRefusal) return error.message;
  if (hasCode(error, 'ENOENT')) return 'does not exist';
  return `cannot be read: ${describeTrouble(error)}`;
}

function renderState({ kind, id, first, last, fields }: EntityState): string {
  const registers = [...fields].map(([name, { value, stamp }]): StoredRegister => [
    name,
    value,
    stamp,
  ]);
  const stored: StoredState = [kind, id, renderAct(first), renderAct(last), registers];
  return JSON.stringify(stored);
}

/** The signature vouches for the form. */
function parseState(line: string): EntityState {
  const [kind, id, first, last, registers] = JSON.parse(line) as StoredState;
  const fields = registers.map(([name, value, stamp]): [string, Register] => [
    name,
    { value, stamp },
  ]);
  return { kind, id, fields: new Map(fields), first: parseAct(first), last: parseAct(last) };
}

function renderAct({ stamp, actor }: Act): StoredAct {
  return [stamp, actor];
}

function parseAct([stamp, actor]: StoredAct): Act {
  return { stamp, actor };
}
