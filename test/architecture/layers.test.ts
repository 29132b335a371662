import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

interface Arrow {
  readonly from: string;
  readonly to: string;
  /** The rule that must object; `null` where the arrow is allowed. */
  readonly rule: string | null;
}

const LIB = 'lib-imports-nothing-above';
const CONSTRUCTS = 'constructs-import-lib-only';
const RUNTIME = 'runtime-imports-lib-only';
const OPERATIONS = 'operations-import-lib-only';
const TARGET = 'no-target-imports-another';
const PROVIDER = 'no-provider-imports-another';
const PURE = 'routing-and-providers-are-pure';

const ARROWS: readonly Arrow[] = [
  { from: 'lib/a.ts', to: 'constructs/aws/b.ts', rule: LIB },
  { from: 'lib/a.ts', to: 'runtime/b.ts', rule: LIB },
  { from: 'lib/a.ts', to: 'operations/local/b.ts', rule: LIB },
  { from: 'lib/a.ts', to: 'bin/b.ts', rule: LIB },
  { from: 'lib/topology/a.ts', to: 'lib/spec/b.ts', rule: null },

  { from: 'constructs/aws/a.ts', to: 'runtime/b.ts', rule: CONSTRUCTS },
  { from: 'constructs/local/a.ts', to: 'operations/local/b.ts', rule: CONSTRUCTS },
  { from: 'constructs/k8s/a.ts', to: 'bin/b.ts', rule: CONSTRUCTS },
  { from: 'constructs/aws/a.ts', to: 'lib/b.ts', rule: null },

  { from: 'runtime/a.ts', to: 'constructs/local/b.ts', rule: RUNTIME },
  { from: 'runtime/http/a.ts', to: 'operations/local/b.ts', rule: RUNTIME },
  { from: 'runtime/a.ts', to: 'bin/b.ts', rule: RUNTIME },
  { from: 'runtime/http/a.ts', to: 'lib/b.ts', rule: null },
  { from: 'runtime/http/a.ts', to: 'runtime/routing/b.ts', rule: null },
  { from: 'runtime/handlers/a.ts', to: 'runtime/dispatch/b.ts', rule: null },
  {
    from: 'runtime/handlers/a.ts',
    to: 'runtime/wiring/b.ts',
    rule: 'handlers-imports-no-later-chapter',
  },
  {
    from: 'runtime/dispatch/a.ts',
    to: 'runtime/health/b.ts',
    rule: 'dispatch-imports-no-later-chapter',
  },
  {
    from: 'runtime/limits/a.ts',
    to: 'runtime/state/b.ts',
    rule: 'limits-imports-no-later-chapter',
  },
  {
    from: 'runtime/handlers/a.ts',
    to: 'runtime/gateway.ts',
    rule: 'no-chapter-imports-what-wires-it',
  },

  { from: 'operations/local/a.ts', to: 'constructs/local/b.ts', rule: OPERATIONS },
  { from: 'operations/local/a.ts', to: 'runtime/b.ts', rule: OPERATIONS },
  { from: 'operations/local/a.ts', to: 'bin/b.ts', rule: OPERATIONS },
  { from: 'operations/local/a.ts', to: 'lib/b.ts', rule: null },

  { from: 'bin/a.ts', to: 'lib/b.ts', rule: null },
  { from: 'bin/a.ts', to: 'constructs/aws/b.ts', rule: null },
  { from: 'bin/a.ts', to: 'runtime/b.ts', rule: null },
  { from: 'bin/a.ts', to: 'operations/local/b.ts', rule: null },
  { from: 'bin/a.ts', to: 'test/support/b.ts', rule: 'bin-imports-no-test' },
  { from: 'bin/a.ts', to: 'examples/b.ts', rule: 'bin-imports-no-test' },

  ...pairs(['aws', 'gcp', 'k8s', 'local']).map(([from, to]): Arrow => ({
    from: `constructs/${from}/a.ts`,
    to: `constructs/${to}/b.ts`,
    rule: TARGET,
  })),
  { from: 'constructs/aws/a.ts', to: 'constructs/k8s/compute/workload/b.ts', rule: null },
  { from: 'constructs/gcp/a.ts', to: 'constructs/k8s/compute/workload/b.ts', rule: null },
  { from: 'constructs/k8s/a.ts', to: 'constructs/k8s/compute/workload/b.ts', rule: null },
  {
    from: 'constructs/local/a.ts',
    to: 'constructs/k8s/compute/workload/b.ts',
    rule: 'only-aws-and-gcp-share-the-workload',
  },
  { from: 'constructs/aws/patterns/a.ts', to: 'constructs/aws/b.ts', rule: null },

  ...['aws', 'gcp', 'k8s', 'local'].flatMap((target): readonly Arrow[] => {
    const place = (path: string): string => `constructs/${target}/${path}`;
    return [
      { from: place('cache/a.ts'), to: place('database/b.ts'), rule: null },
      { from: place('cache/a.ts'), to: place('cache/b.ts'), rule: null },
      { from: place('cache/a.ts'), to: place('foundation/b.ts'), rule: null },
      { from: place('cache/a.ts'), to: place('defaults.ts'), rule: null },
      { from: place('region.ts'), to: place('cache/b.ts'), rule: null },
      { from: place('cache/a.ts'), to: place('compute/b.ts'), rule: 'cache-imports-no-later-noun' },
      {
        from: place('foundation/a.ts'),
        to: place('network/b.ts'),
        rule: 'foundation-imports-no-later-noun',
      },
      { from: place('backup/a.ts'), to: place('chaos/b.ts'), rule: 'backup-imports-no-later-noun' },
      { from: place('cache/a.ts'), to: place('region.ts'), rule: 'no-noun-imports-its-composer' },
      {
        from: place('chaos/a.ts'),
        to: place('patterns/b.ts'),
        rule: 'no-noun-imports-its-composer',
      },
      { from: place('defaults.ts'), to: place('cache/b.ts'), rule: 'defaults-import-no-noun' },
    ];
  }),

  ...pairs(registeredProviders()).map(([from, to]): Arrow => ({
    from: `runtime/providers/${from}/a.ts`,
    to: `runtime/providers/${to}/b.ts`,
    rule: PROVIDER,
  })),
  { from: 'runtime/providers/azure/a.ts', to: 'runtime/providers/azure/b.ts', rule: null },
  { from: 'runtime/providers/azure/a.ts', to: 'runtime/providers/shared.ts', rule: null },
  { from: 'runtime/providers/azure/a.ts', to: 'runtime/providers/translate/b.ts', rule: null },
  { from: 'runtime/providers/registry.ts', to: 'runtime/providers/azure/b.ts', rule: null },
  { from: 'runtime/providers/azure/a.ts', to: 'runtime/upstream/b.ts', rule: PURE },
  { from: 'runtime/routing/a.ts', to: 'runtime/state/b.ts', rule: PURE },
  { from: 'runtime/routing/a.ts', to: 'runtime/ports.ts', rule: null },

  { from: 'lib/a.ts', to: 'node_modules/declared/index.js', rule: null },
  { from: 'lib/a.ts', to: 'node_modules/for-development/index.js', rule: 'only-declared-packages' },
  { from: 'lib/a.ts', to: 'node_modules/undeclared/index.js', rule: 'only-declared-packages' },
];

describe('.dependency-cruiser.cjs', () => {
  const tree = mkdtempSync(join(tmpdir(), 'layers-'));
  afterAll(() => rmSync(tree, { recursive: true }));

  const violations = cruise(tree);

  it.each(ARROWS.map((arrow) => ({ ...arrow, verdict: arrow.rule ?? 'nothing' })))(
    'says $verdict about $from → $to',
    (arrow) => {
      expect(violations.get(`${arrow.from} → ${arrow.to}`) ?? []).toEqual(
        arrow.rule === null ? [] : [arrow.rule],
      );
    },
  );

  it('finds a cycle, also one of types alone', () => {
    expect(violations.get('lib/cycle/a.ts → lib/cycle/b.ts')).toEqual(['no-cycle']);
  });

  it('finds an import that leads nowhere', () => {
    expect(violations.get('lib/lost.ts → ./nowhere')).toEqual(['no-unresolvable']);
  });
});

/** Plants one pair of files per arrow, and returns the names of the broken rules by arrow. */
function cruise(tree: string): ReadonlyMap<string, readonly string[]> {
  const sources = new Map<string, string[]>();
  const importLine = (from: string, to: string): string => {
    const specifier = to.startsWith('node_modules/')
      ? (to.split('/')[1] ?? to)
      : `${'../'.repeat(dirname(from).split('/').length)}${to.replace(/\.ts$/, '')}`;
    return `import type { x as x${to.replace(/\W/g, '_')} } from '${specifier}';`;
  };
  for (const { from, to } of ARROWS) {
    sources.set(from, [...(sources.get(from) ?? []), importLine(from, to)]);
    if (!sources.has(to)) sources.set(to, []);
  }
  sources.set('lib/cycle/a.ts', ["import type { b } from './b';"]);
  sources.set('lib/cycle/b.ts', ["import type { a } from './a';"]);
  sources.set('lib/lost.ts', ["import { nowhere } from './nowhere';"]);
  for (const [path, lines] of sources) {
    mkdirSync(join(tree, dirname(path)), { recursive: true });
    writeFileSync(join(tree, path), [...lines, 'export const x = 1;', ''].join('\n'));
  }
  for (const name of ['declared', 'for-development', 'undeclared']) {
    writeFileSync(
      join(tree, 'node_modules', name, 'package.json'),
      JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
    );
  }
  writeFileSync(
    join(tree, 'package.json'),
    JSON.stringify({
      name: 'planted',
      dependencies: { declared: '1.0.0' },
      devDependencies: { 'for-development': '1.0.0' },
    }),
  );

  const command = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const folders = ['lib', 'bin', 'constructs', 'runtime', 'operations'];
  const child = spawnSync(
    process.execPath,
    [command, '--config', join(ROOT, '.dependency-cruiser.cjs'), '-T', 'json', ...folders],
    { cwd: tree, encoding: 'utf8', maxBuffer: 1e8 },
  );
  if (child.stdout === '') throw new Error(`dependency-cruiser failed: ${child.stderr}`);
  const { summary } = JSON.parse(child.stdout) as {
    readonly summary: {
      readonly violations: readonly {
        readonly from: string;
        readonly to: string;
        readonly rule: { readonly name: string };
      }[];
    };
  };
  const found = new Map<string, string[]>();
  for (const { from, to, rule } of summary.violations) {
    const arrow = `${from} → ${to}`;
    found.set(arrow, [...(found.get(arrow) ?? []), rule.name]);
  }
  return found;
}

/** The providers the gateway registers; adding one without naming it in the rule fails here. */
function registeredProviders(): readonly string[] {
  const registry = readFileSync(join(ROOT, 'runtime/providers/providers.ts'), 'utf8');
  const folders = [...registry.matchAll(/^import \{ .* \} from '\.\/([^'/]+)\//gm)];
  return [...new Set(folders.map(([, name]) => String(name)))];
}

function pairs(names: readonly string[]): readonly (readonly [string, string])[] {
  return names.flatMap((a) => names.filter((b) => b !== a).map((b) => [a, b] as const));
}
