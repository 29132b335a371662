import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  createSourceFile,
  isExportDeclaration,
  isImportDeclaration,
  isNamedExports,
  isStringLiteral,
  ScriptTarget,
  type Statement,
} from 'typescript';
import { PROJECT_ROOT, projectFiles } from '../support/project-files';

const FILES = projectFiles();
const TOP_FOLDERS = [
  'lib',
  'bin',
  'constructs',
  'runtime',
  'operations',
  'test',
  'examples',
  'docs',
];
const MIRRORED = ['lib', 'bin', 'constructs', 'runtime', 'operations'];
const WHOLE_TARGET = /^constructs\/(aws|gcp|k8s|local)\/[^/]+\.test\.ts$/;

const read = (path: string): string => readFileSync(join(PROJECT_ROOT, path), 'utf8');

describe('the tree', () => {
  it('names files for what they hold, never for being useful', () => {
    const vague = /^(utils?|helpers?|misc|common|new|v\d+)$/;
    const words = (path: string): string[] =>
      path.split('/').flatMap((name) => (name.split('.')[0] ?? '').split('-'));

    expect(FILES.filter((path) => words(path).some((word) => vague.test(word)))).toEqual([]);
  });

  it('names TypeScript files and their folders in kebab-case', () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/;
    const sources = FILES.filter(
      (path) => path.endsWith('.ts') && !path.startsWith('test/fixtures/'),
    );

    expect(sources.length).toBeGreaterThan(0);
    expect(sources.filter((path) => !path.split('/').every((name) => kebab.test(name)))).toEqual(
      [],
    );
  });

  it('re-exports in index files, by name, and does nothing else there', () => {
    const faults = FILES.filter((path) => basename(path) === 'index.ts').filter((path) => {
      const { statements } = createSourceFile(path, read(path), ScriptTarget.Latest);
      return !statements.every(
        (statement) =>
          checksPeers(statement) ||
          (isExportDeclaration(statement) &&
            statement.moduleSpecifier !== undefined &&
            statement.exportClause !== undefined &&
            isNamedExports(statement.exportClause)),
      );
    });

    expect(faults).toEqual([]);
  });

  it.each(TOP_FOLDERS)('explains %s in a README', (folder) => {
    expect(existsSync(join(PROJECT_ROOT, folder, 'README.md'))).toBe(true);
  });

  it('has a README for every top folder', () => {
    const folders = FILES.filter((path) => path.includes('/')).map((path) => path.split('/')[0]);
    const visible = new Set(folders.filter((folder) => folder?.startsWith('.') === false));

    expect([...visible].sort()).toEqual([...TOP_FOLDERS].sort());
  });

  // A suite of constructs may look at a whole target, since only the whole can be synthesized.
  it('mirrors each tested file in test/', () => {
    const orphans = FILES.filter((path) => path.endsWith('.test.ts'))
      .map((path) => path.slice('test/'.length))
      .filter((path) => MIRRORED.includes(path.split('/')[0] ?? '') && !WHOLE_TARGET.test(path))
      .filter((path) =>
        ['.ts', '.mjs'].every((ending) => !FILES.includes(path.replace(/\.test\.ts$/, ending))),
      );

    expect(orphans).toEqual([]);
  });
});

/** What a target's index does before it loads a framework. */
function checksPeers(statement: Statement): boolean {
  return (
    isImportDeclaration(statement) &&
    statement.importClause === undefined &&
    isStringLiteral(statement.moduleSpecifier) &&
    statement.moduleSpecifier.text === './foundation/peers'
  );
}
