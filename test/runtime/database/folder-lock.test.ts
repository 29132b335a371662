import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderLockedError, takeFolderLock } from '../../../runtime/database/folder-lock';

function lockFile(): { readonly folder: string; readonly file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'lock-'));
  return { folder, file: join(folder, 'store.lock') };
}

const holder = (pid: number, began: string | null): string =>
  JSON.stringify({ pid, began, lock: 'other' });

describe('takeFolderLock', () => {
  it('leaves nothing behind when it is released', () => {
    const { folder, file } = lockFile();
    takeFolderLock(file).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('rejects a second holder', () => {
    const { folder, file } = lockFile();
    const lock = takeFolderLock(file);
    expect(() => takeFolderLock(file)).toThrow(FolderLockedError);
    expect(() => takeFolderLock(file)).toThrow(
      `${file} must not be held by another process, got process ${process.pid}; ` +
        'stop that gateway, or give this one a data folder of its own',
    );
    expect(readdirSync(folder)).toEqual(['store.lock']);
    lock.release();
    takeFolderLock(file).release();
  });

  it('takes over from a process that is gone', async () => {
    const { file } = lockFile();
    const child = spawn('true');
    await new Promise((resolve) => child.on('exit', resolve));
    writeFileSync(file, holder(child.pid ?? 0, null));
    const lock = takeFolderLock(file);
    expect(readFileSync(file, 'utf8')).toContain(`"pid":${process.pid}`);
    lock.release();
  });

  it('takes over from an earlier process with the same number, as after a restart of a container', () => {
    const { file } = lockFile();
    writeFileSync(file, holder(process.pid, 'another time'));
    expect(() => takeFolderLock(file).release()).not.toThrow();
  });

  it('respects a live process whose beginning is not known', () => {
    const { file } = lockFile();
    writeFileSync(file, holder(process.pid, null));
    expect(() => takeFolderLock(file)).toThrow(FolderLockedError);
  });

  it('takes over a lock that cannot be read', () => {
    const { file } = lockFile();
    writeFileSync(file, '{"pid":');
    expect(() => takeFolderLock(file).release()).not.toThrow();
  });

  it('does not release what somebody else has taken', () => {
    const { file } = lockFile();
    const lock = takeFolderLock(file);
    writeFileSync(file, holder(process.pid, null));
    lock.release();
    expect(readFileSync(file, 'utf8')).toContain('"lock":"other"');
  });
});
