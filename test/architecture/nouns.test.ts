import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../support/project-files';

const TARGETS = ['aws', 'gcp', 'k8s', 'local'] as const;

/** In the order in which a region is built; .dependency-cruiser.cjs keeps the arrows between them. */
const NOUNS = [
  'network',
  'secrets',
  'database',
  'cache',
  'compute',
  'load-balancer',
  'autoscaling',
  'dns',
  'failover',
  'monitoring',
  'backup',
  'chaos',
];

const TOP_FILES = ['index.ts', 'defaults.ts', 'deployment.ts', 'props.ts', 'region.ts'];

/** Files that put nouns together or read what a user wrote; whatever else there is belongs to a noun. */
const COMPOSERS = [
  /^(index|defaults|deployment|props|region|edge)\.ts$/,
  /^multi-region-(deployment|props|rules)\.ts$/,
  /^(resolve|check)-[a-z-]+\.ts$/,
  // What a region is told of the others, and what was resolved of the props.
  /^(described-region|region-place|google-spec|google-rules)\.ts$/,
];

const listing = (target: string, path = ''): readonly string[] =>
  readdirSync(join(PROJECT_ROOT, 'constructs', target, path)).sort();

describe.each(TARGETS)('constructs/%s', (target) => {
  it('has a folder for each noun, and no other but the foundation, patterns and testing', () => {
    const folders = listing(target).filter((name) => !name.includes('.'));

    expect(folders.filter((name) => name !== 'testing')).toEqual(
      [...NOUNS, 'foundation', 'patterns'].sort(),
    );
  });

  it('has the same composers at the top', () => {
    const files = listing(target).filter((name) => name.endsWith('.ts'));

    expect(files).toEqual(expect.arrayContaining(TOP_FILES));
    expect(files.filter((name) => !COMPOSERS.some((form) => form.test(name)))).toEqual([]);
  });

  it.each(NOUNS)('names the main file of %s after it, or says why there is none', (noun) => {
    const files = listing(target, noun);

    if (existsSync(join(PROJECT_ROOT, 'constructs', target, noun, `${noun}.ts`))) {
      expect(files).not.toContain('README.md');
    } else {
      expect(files).toEqual(['README.md']);
    }
  });
});
