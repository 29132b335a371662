// Makes a clone ready to run: installs what package-lock.json says, then builds what is newer than the last build.
// Plain Node, because it runs before anything is installed.
//
//   node bin/prepare.mjs [--install-only]
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = ['lib', 'bin', 'constructs', 'runtime', 'operations'];
const BUILD_FILES = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const BUILD_STAMP = join(ROOT, 'dist', '.built');
const COMPILER_MEMORY = join(ROOT, 'node_modules', '.cache', 'tsc', 'build.tsbuildinfo');

if (!isInstalled()) {
  say('installing dependencies…');
  // Without --include=dev a shell with NODE_ENV=production would get no compiler.
  npm('ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error');
}
if (!process.argv.includes('--install-only') && !isBuilt()) {
  say('building…');
  // Where the output was deleted, the compiler's memory of having written it is wrong.
  if (!existsSync(BUILD_STAMP)) rmSync(COMPILER_MEMORY, { force: true });
  npm('run', '--silent', 'build');
}

/** npm writes what it installed last of all, so an interrupted installation counts as none. */
function isInstalled() {
  const installed = readPackages(join(ROOT, 'node_modules', '.package-lock.json'));
  if (installed === null) return false;
  const wanted = readPackages(join(ROOT, 'package-lock.json')) ?? {};
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    // A package for another platform is in the lockfile, but not on the disk.
    if (found === undefined) return entry.optional === true || entry.devOptional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

function readPackages(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : null;
}

function isBuilt() {
  if (!existsSync(BUILD_STAMP)) return false;
  const builtMs = statSync(BUILD_STAMP).mtimeMs;
  return [...BUILD_FILES, ...SOURCES].every((name) => newestMs(join(ROOT, name)) <= builtMs);
}

/** A folder counts itself too: removing a file changes nothing else. */
function newestMs(path) {
  if (!existsSync(path)) return 0;
  const stats = statSync(path);
  const children = stats.isDirectory() ? readdirSync(path) : [];
  return Math.max(stats.mtimeMs, ...children.map((name) => newestMs(join(path, name))));
}

/** The npm that started this, else the one on the PATH. Its output goes to stderr: stdout belongs to the command. */
function npm(...args) {
  const cli = process.env.npm_execpath;
  const [command, ...first] = cli?.endsWith('.js') ? [process.execPath, cli] : ['npm'];
  const child = spawnSync(command, [...first, ...args], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (child.error) throw child.error;
  if (child.status !== 0) {
    say(`npm ${args.join(' ')} failed`);
    process.exit(child.status ?? 1);
  }
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
