import { mkdir, open, readdir, readFile, rename, rm, rmdir, truncate } from 'node:fs/promises';

/** A file that is being written, at its end alone. */
export interface DiskFile {
  write(bytes: Buffer): Promise<void>;
  /** Resolves once what was written before is on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What the spool needs of a file system; every call may fail. */
export interface Disk {
  /** Fails where the file exists. */
  create(path: string): Promise<DiskFile>;
  read(path: string): Promise<Buffer>;
  truncate(path: string, bytes: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** No failure where there is no such file. */
  remove(path: string): Promise<void>;
  /** Empty where there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  createFolder(folder: string): Promise<void>;
  /** Leaves a folder that is not empty. */
  removeFolder(folder: string): Promise<void>;
  /** Makes names durable: a new file's name is not on the disk with the file. */
  syncFolder(folder: string): Promise<void>;
}

/** Rights of the files: they tell who spent how much. */
const OWNER_ONLY = 0o600;

export const systemDisk: Disk = {
  create: async (path) => {
    const handle = await open(path, 'wx', OWNER_ONLY);
    return {
      write: async (bytes) => {
        for (let at = 0; at < bytes.length;) {
          at += (await handle.write(bytes, at, bytes.length - at)).bytesWritten;
        }
      },
      sync: () => handle.datasync(),
      close: () => handle.close(),
    };
  },
  read: (path) => readFile(path),
  truncate: (path, bytes) => truncate(path, bytes),
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { force: true }),
  list: async (folder) => {
    try {
      return (await readdir(folder)).sort();
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  },
  createFolder: async (folder) => void (await mkdir(folder, { recursive: true, mode: 0o700 })),
  removeFolder: async (folder) => {
    try {
      await rmdir(folder);
    } catch (error) {
      if (!hasCode(error, 'ENOTEMPTY') && !hasCode(error, 'ENOENT')) throw error;
    }
  },
  syncFolder: async (folder) => {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

export function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === code;
}

/** Writes a whole file that is either there with all its bytes, or not at all. */
export async function writeWhole(disk: Disk, path: string, bytes: Buffer): Promise<void> {
  const draft = `${path}.draft`;
  await disk.remove(draft);
  const file = await disk.create(draft);
  try {
    await file.write(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(draft, path);
}
