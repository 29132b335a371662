/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // What is imported late is named as Node.js finds it in the build; here it is still TypeScript.
  moduleNameMapper: { '^(\\.{1,2}/(?:wiring|database|state)/[a-z-]+)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/out', '<rootDir>/.lab'],
  maxWorkers: 2,
  // What suites leave behind makes each fork of a worker slower: a fat one is replaced.
  workerIdleMemoryLimit: '700MB',
  // No test judges speed; a busy machine must not fail one.
  testTimeout: 60_000,
  globalSetup: '<rootDir>/test/support/jest-setup.cjs',
  globalTeardown: '<rootDir>/test/support/jest-teardown.cjs',
};
