import type * as nodeModules from 'node:module';
import { runInThisContext } from 'node:vm';

/**
 * Lets PGlite run under jest, whose sandbox knows no `import()`: the package is loaded by Node.js itself, outside of it.
 * Import this file for its effect.
 */
jest.doMock('@electric-sql/pglite', (): unknown => {
  const nodeModule = runInThisContext(
    `process.getBuiltinModule('node:module')`,
  ) as typeof nodeModules;
  return nodeModule.createRequire(__filename)('@electric-sql/pglite');
});
