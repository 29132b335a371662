import { accessSync, constants, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/**
 * A suite that needs a tool of the lab, such as `pgbouncer`. Where the tool is missing the suite is skipped with one line,
 * or fails when `LITELLM_HA_LAB=required`, so that CI cannot lose it unnoticed.
 */
export function describeWithTool(tool: string, suite: (path: string) => void): void {
  describeWith(tool, findTool(tool), suite);
}

/** A suite that needs a package of the lab, which is no dependency of the project. `suite` is given how to load it. */
export function describeWithPackage(name: string, suite: (load: NodeJS.Require) => void): void {
  const load = createRequire(join(ROOT, '.lab', 'sdks', 'load.js'));
  describeWith(name, hasPackage(load, name) ? load : null, suite);
}

function describeWith<Found>(
  name: string,
  found: Found | null,
  suite: (found: Found) => void,
): void {
  if (found !== null) {
    describe(`with ${name}`, () => suite(found));
    return;
  }
  if (process.env.LITELLM_HA_LAB === 'required') {
    describe(`with ${name}`, () => {
      it(`finds ${name}`, () => {
        throw new Error(`${name} was not found; install it with: npm run setup:lab`);
      });
    });
    return;
  }
  reportOnce(name);
  it.skip(`needs ${name}`, () => undefined);
}

function hasPackage(load: NodeJS.Require, name: string): boolean {
  try {
    load.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** The full path of a program: on the PATH, where Debian keeps daemons, or among the command line tools of the lab. */
export function findTool(tool: string): string | null {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''),
    '/usr/sbin',
    '/sbin',
    '/usr/local/sbin',
    ...postgresFolders(),
    join(ROOT, '.lab', 'clis', 'node_modules', '.bin'),
    join(litellmFolder(), 'bin'),
  ];
  return folders.map((folder) => join(folder, tool)).find(isExecutable) ?? null;
}

/** The Python environment that `.ci/setup-lab` makes for the real LiteLLM. */
function litellmFolder(): string {
  const cache = process.env.LITELLM_HA_LAB_CACHE ?? join(homedir(), '.cache', 'litellm-ha-lab');
  return join(cache, 'litellm-1.81.9');
}

/** Debian installs one folder per major version; the newest comes first. */
function postgresFolders(): readonly string[] {
  const parent = '/usr/lib/postgresql';
  try {
    return readdirSync(parent)
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join(parent, version, 'bin'));
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** One line per tool and run: the run's temporary folder remembers who has spoken, across workers. */
function reportOnce(tool: string): void {
  try {
    writeFileSync(join(tmpdir(), `skipped-${tool.replaceAll('/', '-')}`), '', { flag: 'wx' });
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return;
    throw error;
  }
  process.stderr.write(`skipped: ${tool} not found\n`);
}

/** Errors of node:fs come from outside jest's sandbox, so they are no `instanceof` its `Error`. */
function isErrno(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
