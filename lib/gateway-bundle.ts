import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folder of the built gateway: `gateway.js`, one file without dependencies, and a `Dockerfile` for it. */
export function gatewayBundleFolder(): string {
  const folder = join(packageRoot(), 'dist', 'gateway');
  if (!existsSync(join(folder, 'gateway.js'))) {
    throw new Error(`${folder} holds no gateway.js; run npm run build`);
  }
  return folder;
}

/** Folder of the built function that takes the steps of a failover on AWS: `index.js`, which takes the SDK from Lambda. */
export function failoverBundleFolder(): string {
  const folder = join(packageRoot(), 'dist', 'failover');
  if (!existsSync(join(folder, 'index.js'))) {
    throw new Error(`${folder} holds no index.js; run npm run build`);
  }
  return folder;
}

/** The gateway as one JavaScript file, to be run by `node gateway.js`. */
export function readGatewayBundle(): string {
  return readFileSync(join(gatewayBundleFolder(), 'gateway.js'), 'utf8');
}

/** The same code runs from its sources and from `dist`, one folder deeper. */
function packageRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
