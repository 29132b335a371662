import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { derivePepper, deriveSnapshotKey } from '../../../runtime/auth/key-secret';
import { Directory } from '../../../runtime/directory/directory';
import { SnapshotFile } from '../../../runtime/directory/snapshot-file';
import type { DirectorySnapshot } from '../../../runtime/directory/snapshot-file';
import { systemDisk } from '../../../runtime/ledger/disk';
import type { Disk } from '../../../runtime/ledger/disk';
import { aChange } from './a-change';

const KEY = deriveSnapshotKey(derivePepper('a salt'));

function aSnapshot(alias: string, keys = 1): DirectorySnapshot {
  const directory = new Directory();
  directory.apply(
    Array.from({ length: keys }, (_, index) =>
      aChange({ alias, text: 'line\none\u2028two', revoked: true }, { entityId: `key-${index}` }),
    ),
  );
  return {
    region: 'eu',
    position: '{"eu":[5,1]}',
    madeAtMs: 2_000,
    currentAtMs: 1_000,
    states: directory.readAll(),
  };
}

describe('SnapshotFile', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'snapshot-'));
    path = join(folder, 'directory.snapshot');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const fileOf = (disk: Disk = systemDisk, key = KEY): SnapshotFile =>
    new SnapshotFile(disk, folder, key);

  async function readAlias(file = fileOf()): Promise<unknown> {
    const { snapshot } = await file.read();
    return snapshot?.states[0]?.fields.get('alias')?.value;
  }

  it('reads what it wrote', async () => {
    const snapshot = aSnapshot('a', 450);
    await fileOf().write(snapshot);
    expect(await fileOf().read()).toEqual({ snapshot, refused: [] });
  });

  it('is for the owner alone', async () => {
    await fileOf().write(aSnapshot('a'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('makes its folder', async () => {
    const deep = new SnapshotFile(systemDisk, join(folder, 'data'), KEY);
    await deep.write(aSnapshot('a'));
    expect(await readAlias(deep)).toBe('a');
  });

  it('says that there is none', async () => {
    expect(await fileOf().read()).toEqual({
      snapshot: null,
      refused: [`${path} does not exist`, `${path}.previous does not exist`],
    });
  });

  it('goes back to the one before when the newest cannot be trusted', async () => {
    await fileOf().write(aSnapshot('first'));
    await fileOf().write(aSnapshot('second'));
    const bytes = readFileSync(path);
    writeFileSync(path, Buffer.from(bytes.toString().replace('second', 'forged')));
    const { snapshot, refused } = await fileOf().read();
    expect(snapshot?.states[0]?.fields.get('alias')?.value).toBe('first');
    expect(refused).toEqual([
      `${path} has a wrong signature: it was altered, or made with another salt`,
    ]);
  });

  it.each<[string, (bytes: Buffer) => Buffer, string]>([
    ['a torn file', (bytes) => bytes.subarray(0, bytes.length - 10), 'is cut off'],
    ['an empty file', () => Buffer.alloc(0), 'is no snapshot of a directory'],
    [
      'the format of another version',
      (bytes) =>
        Buffer.from(bytes.toString().replace('litellm-ha-directory 1', 'litellm-ha-directory 2')),
      'has format 2, and this version reads 1',
    ],
    [
      'a line that was taken out',
      (bytes) => Buffer.from(bytes.toString().replace(/\n\["key".*/, '')),
      'has a wrong signature: it was altered, or made with another salt',
    ],
  ])('rejects %s', async (_name, damage, reason) => {
    await fileOf().write(aSnapshot('a'));
    writeFileSync(path, damage(readFileSync(path)));
    expect(await fileOf().read()).toEqual({
      snapshot: null,
      refused: [`${path} ${reason}`, `${path}.previous does not exist`],
    });
  });

  it('rejects a file that is cut off at any byte', async () => {
    await fileOf().write(aSnapshot('a'));
    const bytes = readFileSync(path);
    for (let length = 0; length < bytes.length; length += 1) {
      writeFileSync(path, bytes.subarray(0, length));
      expect((await fileOf().read()).snapshot).toBeNull();
    }
  });

  it('rejects the snapshot of an installation with another salt', async () => {
    await fileOf(systemDisk, deriveSnapshotKey(derivePepper('another salt'))).write(aSnapshot('a'));
    expect((await fileOf().read()).snapshot).toBeNull();
  });

  it('says which file cannot be read', async () => {
    const disk: Disk = { ...systemDisk, read: () => Promise.reject(new Error('EIO')) };
    expect((await fileOf(disk).read()).refused[0]).toBe(`${path} cannot be read: EIO`);
  });

  describe('when the process dies', () => {
    class Death extends Error {}

    const dying = (parts: Partial<Disk>): SnapshotFile => fileOf({ ...systemDisk, ...parts });
    const die = (): Promise<never> => Promise.reject(new Death());

    it('keeps the newest before anything was renamed', async () => {
      await fileOf().write(aSnapshot('first'));
      await expect(dying({ rename: die }).write(aSnapshot('second'))).rejects.toThrow(Death);
      expect(readdirSync(folder).sort()).toEqual([
        'directory.snapshot',
        'directory.snapshot.draft',
      ]);
      expect(await readAlias()).toBe('first');
    });

    it('keeps the previous one between the two renames', async () => {
      await fileOf().write(aSnapshot('first'));
      const rename: Disk['rename'] = (from, to) =>
        from.endsWith('.draft') ? die() : systemDisk.rename(from, to);
      await expect(dying({ rename }).write(aSnapshot('second'))).rejects.toThrow(Death);
      expect(await readAlias()).toBe('first');
    });

    it('writes over what it left', async () => {
      await expect(dying({ rename: die }).write(aSnapshot('first'))).rejects.toThrow(Death);
      await fileOf().write(aSnapshot('second'));
      expect(await readAlias()).toBe('second');
      expect(readdirSync(folder)).toEqual(['directory.snapshot']);
    });

    it('takes no name before the bytes are on the disk', async () => {
      const order: string[] = [];
      const disk: Disk = {
        ...systemDisk,
        create: async (name) => {
          const file = await systemDisk.create(name);
          return { ...file, sync: () => (order.push('sync'), file.sync()) };
        },
        rename: (from, to) => (order.push('rename'), systemDisk.rename(from, to)),
        syncFolder: (name) => (order.push('sync folder'), systemDisk.syncFolder(name)),
      };
      await fileOf(disk).write(aSnapshot('first'));
      expect(order).toEqual(['sync', 'rename', 'rename', 'sync folder']);
    });
  });
});
