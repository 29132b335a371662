import { accessSync, constants, readdirSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/**
 * A suite that needs a tool of the lab, such as `pgbouncer`. Where the tool is missing the suite is skipped with one line,
 * or fails when `LITELLM_HA_LAB=required`, so that CI cannot lose it unnoticed.
 */
export function describeWithTool(tool: string, suite: (path: string) => void): void {
  const path = findTool(tool);
  if (path !== null) {
    describe(`with ${tool}`, () => suite(path));
    return;
  }
  if (process.env.LITELLM_HA_LAB === 'required') {
    describe(`with ${tool}`, () => {
      it(`finds ${tool}`, () => {
        throw new Error(`${tool} was not found; install it with: npm run setup:lab`);
      });
    });
    return;
  }
  reportOnce(tool);
  describe.skip(`with ${tool}`, () => suite(tool));
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
    writeFileSync(join(tmpdir(), `skipped-${tool}`), '', { flag: 'wx' });
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
