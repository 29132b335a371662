import { BASE85_ALPHABET } from './base85';

/** What a machine reads each time before its replica starts. */
export interface PrepareManifest {
  /** `http://169.254.169.254` on a machine of Compute Engine. */
  readonly metadataUrl: string;
  readonly secretManagerUrl: string;
  /** Names of the metadata values that, joined, hold the gateway; none when an image holds it. */
  readonly scriptKeys: readonly string[];
  /** Of the packed gateway, without what fills it up. */
  readonly scriptBytes: number;
  readonly secrets: readonly SecretEntry[];
}

/** One environment variable: `before`, the secret's value, `after`. */
export interface SecretEntry {
  readonly name: string;
  /** `projects/PROJECT/secrets/ID/versions/VERSION`. */
  readonly version: string;
  readonly before: string;
  readonly after: string;
}

/** By address, so that the first call of a machine does not wait for its resolver. */
export const METADATA_URL = 'http://169.254.169.254';
export const SECRET_MANAGER_URL = 'https://secretmanager.googleapis.com';

/**
 * The program that unpacks the gateway and turns secrets into an environment file for `docker run --env-file`. It runs on
 * a machine, with nothing but Node: `node prepare.js MANIFEST FOLDER` writes `gateway.js` and `secrets.env` to the folder.
 *
 * What was written before is kept when it cannot be read anew: an outage of Secret Manager must not stop a replica that
 * merely restarts. The first start has nothing to keep and fails; systemd tries again.
 */
export const PREPARE_SCRIPT = `'use strict';
const { existsSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { brotliDecompressSync } = require('node:zlib');

const ATTEMPTS = 4;
const TIMEOUT_MS = 5000;
const GOOGLE = { 'metadata-flavor': 'Google' };
const ALPHABET = ${JSON.stringify(BASE85_ALPHABET)};

async function ask(url, headers) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (response.ok) return await response.text();
      throw new Error(url + ' answered ' + response.status);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** attempt));
    }
  }
}

async function readGateway(manifest) {
  const attributes = manifest.metadataUrl + '/computeMetadata/v1/instance/attributes/';
  const parts = await Promise.all(manifest.scriptKeys.map((key) => ask(attributes + key, GOOGLE)));
  return brotliDecompressSync(readBase85(parts.join('')).subarray(0, manifest.scriptBytes));
}

function readBase85(text) {
  const digits = new Map([...ALPHABET].map((character, digit) => [character, digit]));
  const bytes = Buffer.alloc((text.length / 5) * 4);
  for (let group = 0; group < text.length / 5; group += 1) {
    let value = 0;
    for (let place = 0; place < 5; place += 1) value = value * 85 + digits.get(text[group * 5 + place]);
    bytes.writeUInt32BE(value, group * 4);
  }
  return bytes;
}

async function readSecrets(manifest) {
  const account = manifest.metadataUrl + '/computeMetadata/v1/instance/service-accounts/default';
  const token = JSON.parse(await ask(account + '/token', GOOGLE)).access_token;
  const lines = await Promise.all(manifest.secrets.map((entry) => readEntry(manifest, entry, token)));
  return lines.join('');
}

async function readEntry(manifest, entry, token) {
  const url = manifest.secretManagerUrl + '/v1/' + entry.version + ':access';
  const { payload } = JSON.parse(await ask(url, { authorization: 'Bearer ' + token }));
  const value = Buffer.from(payload.data, 'base64').toString('utf8').replace(/\\r?\\n$/, '');
  if (/[\\r\\n]/.test(value)) {
    throw new Error(entry.version + ' spans several lines; an environment file holds only one');
  }
  return entry.name + '=' + entry.before + value + entry.after + '\\n';
}

async function refresh(file, mode, read) {
  try {
    const content = await read();
    writeFileSync(file + '.new', content, { mode });
    renameSync(file + '.new', file);
  } catch (error) {
    if (!existsSync(file)) throw error;
    console.error('kept the ' + file + ' of before: ' + error.message);
  }
}

async function main(manifestFile, folder) {
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
  if (manifest.scriptKeys.length > 0) {
    await refresh(join(folder, 'gateway.js'), 0o644, () => readGateway(manifest));
  }
  await refresh(join(folder, 'secrets.env'), 0o600, () => readSecrets(manifest));
}

main(process.argv[2], process.argv[3]).catch((error) => {
  console.error('the replica cannot be prepared: ' + error.message);
  process.exitCode = 1;
});
`;
