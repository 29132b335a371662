import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataFolder } from '../../../operations/local/data-folder';

const newPath = (): string => join(mkdtempSync(join(tmpdir(), 'data-')), 'inner');

describe('openDataFolder', () => {
  it('makes a secret once, for its owner alone', async () => {
    const path = newPath();
    const folder = await openDataFolder(path, 'owner');
    const secret = await folder.readSecret('master-key');
    expect(secret).toMatch(/^[0-9a-f]{48}$/);
    await folder.release();
    const again = await openDataFolder(path, 'owner');
    expect(await again.readSecret('master-key')).toBe(secret);
    expect(await again.readSecret('other')).not.toBe(secret);
    expect(statSync(join(path, 'master-key')).mode & 0o777).toBe(0o600);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('lets another user pass through and look at nothing', async () => {
    const path = newPath();
    await openDataFolder(path, 'passable');
    expect(statSync(path).mode & 0o777).toBe(0o711);
    expect(statSync(join(path, 'logs')).mode & 0o777).toBe(0o700);
  });

  it('takes over from a supervisor that was killed', async () => {
    const path = newPath();
    await (await openDataFolder(path, 'owner')).release();
    writeFileSync(join(path, 'supervisor.pid'), '4194999\n');
    await expect(openDataFolder(path, 'owner')).resolves.toMatchObject({ path });
  });

  it('rejects a folder that another supervisor uses', async () => {
    const path = newPath();
    await (await openDataFolder(path, 'owner')).release();
    writeFileSync(join(path, 'supervisor.pid'), `${process.ppid}\n`);
    await expect(openDataFolder(path, 'owner')).rejects.toThrow(
      `${path} is in use by process ${process.ppid}; stop it, or choose another folder with --data`,
    );
  });
});
