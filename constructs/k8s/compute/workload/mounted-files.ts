import { brotliCompressSync } from 'node:zlib';
import { SpecError } from '../../../../lib';

/** Where the gateway's files are mounted. */
export const GATEWAY_FOLDER = '/gateway';
/** Where an operator's word is found, whether clients may come. */
export const REGION_SWITCH_FOLDER = '/region-switch';
export const REGION_SWITCH_KEY = 'state';
export const CONFIG_FILE = 'config.yaml';
export const SCRIPT_FILE = 'gateway.js';
const COMPRESSED_SCRIPT_FILE = 'gateway.js.br';

/**
 * `kubectl apply`, Argo CD and the EKS handler keep the whole object in an annotation, and annotations end at 256 KiB:
 * that is the limit met first, long before the 1 MiB of a ConfigMap.
 */
const MAX_CONFIG_MAP_BYTES = 248 * 1024;

/** Of the compressed script in one ConfigMap; base64 adds a third. */
const PART_BYTES = 176 * 1024;

/**
 * Starts the compressed gateway. Its source map and stack traces keep the name of the script, and `require` works from
 * the folder the script seems to stand in.
 */
function renderLoader(parts: number): string {
  return `'use strict';
const { readFileSync } = require('node:fs');
const { brotliDecompressSync } = require('node:zlib');
const parts = [];
for (let part = 1; part <= ${parts}; part += 1) {
  parts.push(readFileSync(__dirname + '/${COMPRESSED_SCRIPT_FILE}.' + part));
}
module._compile(brotliDecompressSync(Buffer.concat(parts)).toString('utf8'), __filename);
`;
}

/** Content of a ConfigMap. */
export interface MountedFiles {
  readonly data: Readonly<Record<string, string>>;
  readonly binaryData: Readonly<Record<string, string>>;
}

/** The configuration as a ConfigMap. */
export function renderConfigFiles(configYaml: string): MountedFiles {
  const files = { data: { [CONFIG_FILE]: configYaml }, binaryData: {} };
  checkSize(files);
  return files;
}

/** The gateway as ConfigMaps: compressed, and in as many parts as that needs. */
export function renderScriptFiles(javascript: string): readonly MountedFiles[] {
  const compressed = brotliCompressSync(javascript);
  const count = Math.max(1, Math.ceil(compressed.length / PART_BYTES));
  return Array.from({ length: count }, (_, index): MountedFiles => {
    const part = compressed.subarray(index * PART_BYTES, (index + 1) * PART_BYTES);
    return {
      data: index === 0 ? { [SCRIPT_FILE]: renderLoader(count) } : {},
      binaryData: { [`${COMPRESSED_SCRIPT_FILE}.${index + 1}`]: part.toString('base64') },
    };
  });
}

function checkSize(files: MountedFiles): void {
  const bytes = Buffer.byteLength(JSON.stringify(files));
  if (bytes <= MAX_CONFIG_MAP_BYTES) return;
  throw new SpecError('workload', [
    {
      rule: 'k8s.config-map-size',
      path: 'config',
      allowed: `fit into a ConfigMap that kubectl can apply (${MAX_CONFIG_MAP_BYTES} bytes)`,
      got: `${bytes} bytes`,
      fix: 'split the models over two gateways or build an image that holds the configuration',
    },
  ]);
}
