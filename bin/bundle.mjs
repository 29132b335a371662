// Bundles the gateway into one file that runs on a bare Node image, puts a Dockerfile beside it, and stamps the build.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { readLeanPrices } from './lean-prices.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUTPUT = join(ROOT, 'dist', 'gateway', 'gateway.js');

/**
 * An image on AWS and an object in Cloud Storage take a bundle of any size. On Kubernetes it is
 * compressed and split over ConfigMaps of 176 KiB, each of which is kept in etcd and mounted by
 * every pod (constructs/k8s/compute/workload/mounted-files.ts). Four of them are our own budget,
 * not a limit of Kubernetes: it makes the build fail when a library slips in whole.
 */
const CONFIG_MAP_PART_BYTES = 176 * 1024;
const MAX_CONFIG_MAPS = 4;

/**
 * What the bundle takes of packages that cannot be shaken. Of undici the HTTP/1.1 pool: no fetch, cache, mocks, WebSocket
 * or HTTP/2 (off by default), and one of two builds of the parser, since every platform of Node 20 here runs SIMD. Of pg the
 * JavaScript client. Of ioredis no certificates of one vendor's cloud. Of the price list what prices and names depend on. Of zod the one language of its messages, and no JSON schemas. Using more of undici fails
 * the build here.
 */
const LEAN_MODULES = [
  {
    filter: /^undici$/,
    importer: /./,
    contents: `
      export { default as Pool } from 'undici/lib/dispatcher/pool.js';
      export { default as Client } from 'undici/lib/dispatcher/client.js';
      export { default as errors } from 'undici/lib/core/errors.js';`,
  },
  {
    filter: /llhttp\/llhttp-wasm\.js$/,
    importer: /node_modules[\\/]undici[\\/]/,
    contents: `module.exports = require('undici/lib/llhttp/llhttp_simd-wasm.js');`,
  },
  {
    filter: /^\.\/client-h2\.js$/,
    importer: /node_modules[\\/]undici[\\/]/,
    contents: `module.exports = () => { throw new Error('HTTP/2 is not part of this bundle'); };`,
  },
  {
    filter: /^\.\.\/web\/fetch\/body\.js$/,
    importer: /node_modules[\\/]undici[\\/]lib[\\/]dispatcher[\\/]/,
    contents: `exports.extractBody = () => { throw new Error('a body is bytes in this bundle'); };`,
  },
  {
    filter: /^\.\/native$/,
    importer: /node_modules[\\/]pg[\\/]/,
    contents: `throw new Error('pg-native is not part of this bundle');`,
  },
  {
    filter: /^\.\/from-json-schema\.js$/,
    importer: /node_modules[\\/]zod[\\/]/,
    contents: `export const fromJSONSchema = () => { throw new Error('not part of this bundle'); };`,
  },
  {
    filter: /\/json-schema-processors\.js$/,
    importer: /node_modules[\\/]zod[\\/]/,
    contents: `module.exports = {};`,
  },
  {
    filter: /\/to-json-schema\.js$/,
    importer: /node_modules[\\/]zod[\\/]/,
    contents: `
      const missing = () => { throw new Error('JSON schemas are not part of this bundle'); };
      exports.createToJSONSchemaMethod = () => missing;
      exports.createStandardJSONSchemaMethod = () => missing;`,
  },
  {
    filter: /constants\/TLSProfiles$/,
    importer: /node_modules[\\/]ioredis[\\/]/,
    contents: `exports.default = {};`,
  },
  {
    filter: /^@pydantic\/genai-prices$/,
    importer: /./,
    contents: readLeanPrices(),
  },
  {
    filter: /locales\/index\.js$/,
    importer: /node_modules[\\/]zod[\\/]/,
    contents: `export { default as en } from 'zod/v4/locales/en.js';`,
  },
];

const lean = {
  name: 'lean',
  setup(bundler) {
    LEAN_MODULES.forEach(({ filter, importer, contents }, index) => {
      const namespace = `lean-${index}`;
      bundler.onResolve({ filter }, (args) =>
        importer.test(args.importer) ? { path: args.path, namespace } : undefined,
      );
      bundler.onLoad({ filter: /./, namespace }, () => ({ contents, resolveDir: ROOT }));
    });
  },
};

await build({
  absWorkingDir: ROOT,
  entryPoints: ['runtime/entry.ts'],
  outfile: OUTPUT,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  legalComments: 'none',
  // Opened only where a data folder takes the place of a database; too large for a bundle, and not pure JavaScript.
  external: ['@electric-sql/pglite'],
  plugins: [lean],
  logLevel: 'warning',
});

// The function that takes the steps of a failover on AWS; it loads the SDK that Lambda brings along by itself.
await build({
  absWorkingDir: ROOT,
  entryPoints: ['bin/failover-executor.ts'],
  outfile: join(ROOT, 'dist', 'failover', 'index.js'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  legalComments: 'none',
  plugins: [lean],
  logLevel: 'warning',
});

const bytes = readFileSync(OUTPUT);
const compressedBytes = brotliCompressSync(bytes).length;
const configMaps = Math.ceil(compressedBytes / CONFIG_MAP_PART_BYTES);
process.stderr.write(
  `dist/gateway/gateway.js: ${Math.ceil(bytes.length / 1024)} KiB, ${Math.ceil(compressedBytes / 1024)} KiB compressed in ${configMaps} ConfigMaps\n`,
);
if (configMaps > MAX_CONFIG_MAPS) {
  process.stderr.write(
    `it must fit into ${MAX_CONFIG_MAPS} ConfigMaps of ${CONFIG_MAP_PART_BYTES} bytes compressed, got ${compressedBytes} bytes; see what grew with esbuild's metafile\n`,
  );
  process.exit(1);
}
copyFileSync(join(ROOT, 'runtime', 'Dockerfile'), join(ROOT, 'dist', 'gateway', 'Dockerfile'));
writeFileSync(join(ROOT, 'dist', '.built'), '');
