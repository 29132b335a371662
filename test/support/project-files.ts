import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

export const PROJECT_ROOT = join(__dirname, '..', '..');

/** Every file that belongs to the project, by path from its root: what `.gitignore` names is left out. */
export function projectFiles(): readonly string[] {
  const ignored = readFileSync(join(PROJECT_ROOT, '.gitignore'), 'utf8')
    .split('\n')
    .map((line) => line.trim().replace(/\/$/, ''));
  return filesBelow(PROJECT_ROOT, new Set(['.git', ...ignored]));
}

function filesBelow(folder: string, ignored: ReadonlySet<string>): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !ignored.has(name) && !name.endsWith('.tsbuildinfo'))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(path, ignored);
      return [relative(PROJECT_ROOT, path).split(sep).join('/')];
    });
}
