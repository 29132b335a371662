import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../../lib';
import { PROJECT_ROOT, projectFiles } from '../support/project-files';

describe('docs/rules.md', () => {
  it('lists every rule of a description with its reason, in order, and no other', () => {
    const rows = [...readRules().matchAll(/^\| `([\w.-]+)` +\| (.*?) *\|$/gm)].map(
      ([, id, because]) => ({
        id,
        because,
      }),
    );

    const ofRules = rows.slice(0, RULES.length);

    expect(ofRules).toEqual(RULES.map(({ id, because }) => ({ id, because })));
  });

  it('lists every rule of a configuration file, and no other', () => {
    const used = readSources('lib/config/').flatMap(
      (text) => text.match(/(?<=')config\.[a-z.-]+(?=')/g) ?? [],
    );
    const documented = [...readRules().matchAll(/^\| `(config\.[a-z.-]+)`/gm)].map(([, id]) => id);

    const ofFiles = documented.filter((id) => !RULES.some((rule) => rule.id === id));

    expect(ofFiles.sort()).toEqual([...new Set(used)].filter((id) => id !== 'config.yaml').sort());
  });

  it('lists every rule of the targets, and no other', () => {
    const used = readSources('constructs/').flatMap(
      (text) => text.match(/(?<=rule: ')[a-z0-9.-]+(?=')/g) ?? [],
    );
    const documented = [...readRules().matchAll(/^\| `((?:aws|gcp|k8s|local)\.[a-z.-]+)`/gm)].map(
      ([, id]) => id,
    );

    expect(documented.sort()).toEqual([...new Set(used)].sort());
  });
});

function readRules(): string {
  return readFileSync(join(PROJECT_ROOT, 'docs/rules.md'), 'utf8');
}

function readSources(folder: string): readonly string[] {
  return projectFiles()
    .filter((path) => path.startsWith(folder) && path.endsWith('.ts'))
    .map((path) => readFileSync(join(PROJECT_ROOT, path), 'utf8'));
}
