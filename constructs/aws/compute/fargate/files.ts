import { gzipSync } from 'node:zlib';
import { SpecError } from '../../../../lib';

/** Where a task finds its configuration, and where it may write. */
export const FILES = {
  config: { volume: 'gateway', folder: '/gateway', path: '/gateway/config.yaml' },
  temporary: { volume: 'tmp', folder: '/tmp' },
  data: { volume: 'data', folder: '/data' },
} as const;

/** Environment variable that carries the configuration to the container that writes it. */
export const PACKED_CONFIG = 'LITELLM_HA_PACKED_CONFIG';

/** A task definition ends at 64 KiB, and half of it is for the rest: addresses and names of secrets. */
const MAX_PACKED_BYTES = 32 * 1024;

/**
 * The configuration as one line of text. It holds references, no secrets.
 *
 * @throws {SpecError} when it is too large to travel in a task definition.
 */
export function packConfig(configYaml: string): string {
  const packed = gzipSync(configYaml, { level: 9 }).toString('base64');
  if (packed.length <= MAX_PACKED_BYTES) return packed;
  throw new SpecError('litellm-ha/aws', [
    {
      rule: 'aws.fargate-config-size',
      path: 'config',
      allowed: `fit into a task definition (${MAX_PACKED_BYTES} bytes, compressed)`,
      got: `${packed.length} bytes`,
      fix: 'split the models over two gateways, or choose Compute.eks()',
    },
  ]);
}

/**
 * What runs before the gateway, as root, because the volumes of a task belong to root: it writes the configuration and
 * opens the two folders to which the gateway may write.
 */
export function renderPrepareScript(): string {
  return [
    "const { chmodSync, writeFileSync } = require('node:fs');",
    "const { gunzipSync } = require('node:zlib');",
    `const packed = Buffer.from(process.env.${PACKED_CONFIG}, 'base64');`,
    `writeFileSync('${FILES.config.path}', gunzipSync(packed), { mode: 0o444 });`,
    `for (const folder of ['${FILES.temporary.folder}', '${FILES.data.folder}']) chmodSync(folder, 0o1777);`,
  ].join('\n');
}
