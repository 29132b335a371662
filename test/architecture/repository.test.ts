import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT, projectFiles } from '../support/project-files';

const read = (path: string): string => readFileSync(join(PROJECT_ROOT, path), 'utf8');

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const MANIFEST = JSON.parse(read('package.json')) as Manifest;

/** This file spells what it looks for. */
const FILES = projectFiles().filter((path) => path !== 'test/architecture/repository.test.ts');

function filesMatching(pattern: RegExp): readonly string[] {
  return FILES.filter((path) => pattern.test(read(path)));
}

describe('the repository', () => {
  it('names no folder of the machine it was written on', () => {
    const below = (folder: string): string => `(?<![\\w.}\\])-])${escape(folder)}/[\\w.-]`;
    const folders = ['/root', '/work', '/Users', PROJECT_ROOT, homedir()];
    // The homes of the stock images of Node and PostgreSQL are no homes of ours.
    const pattern = new RegExp(
      [...folders.filter(isSpecific).map(below), '/home/(?!(node|postgres)\\b)\\w'].join('|'),
    );

    expect('cd /root/x').toMatch(pattern);
    expect(filesMatching(pattern)).toEqual([]);
  });

  it('names no package registry', () => {
    const configured = process.env.npm_config_registry;
    const hosts = [
      'registry\\.npmjs\\.org',
      'registry\\.yarnpkg\\.com',
      'npm\\.pkg\\.github\\.com',
      'deb\\.debian\\.org',
      ...(configured === undefined ? [] : [escape(new URL(configured).host)]),
    ];
    const pattern = new RegExp(hosts.join('|'));

    expect('https://registry.npmjs.org/a').toMatch(pattern);
    expect(filesMatching(pattern)).toEqual([]);
  });

  it('locks packages by version and hash, never by address', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      readonly packages: Readonly<Record<string, { readonly resolved?: string }>>;
    };
    const addressed = Object.entries(packages).filter(([, entry]) =>
      entry.resolved?.includes('://'),
    );

    expect(Object.keys(packages).length).toBeGreaterThan(100);
    expect(addressed.map(([name]) => name)).toEqual([]);
  });

  it('pins what it installs itself to exact versions', () => {
    const loose = Object.entries({ ...MANIFEST.dependencies, ...MANIFEST.devDependencies })
      .filter(([, version]) => !/^(npm:.+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([name, version]) => `${name}@${version}`);

    expect(loose).toEqual([]);
  });

  it('gives each dependency its line in the decision about libraries, and no other', () => {
    const { dependencies, devDependencies, peerDependencies } = MANIFEST;
    const used = Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies });
    const lines = read('docs/decisions/0003-libraries.md').matchAll(/^\| `([^`]+)` +\|/gm);

    expect([...lines].map(([, name]) => name).sort()).toEqual(used.sort());
  });

  it('numbers its decisions without a gap and gives each the same three parts', () => {
    const decisions = FILES.filter((path) => /^docs\/decisions\/\d{4}-/.test(path)).sort();

    expect(decisions.map((path) => Number(path.slice(15, 19)))).toEqual(
      decisions.map((_, index) => index + 1),
    );
    for (const path of decisions) {
      expect(read(path).match(/^## .*/gm)).toEqual([
        '## Context',
        '## Decision',
        '## Consequences',
      ]);
    }
  });
});

/** `/` or `/app` could stand in any manifest; two names say where somebody works. */
function isSpecific(folder: string): boolean {
  return ['/root', '/work', '/Users'].includes(folder) || folder.split('/').length > 2;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
