/** What a machine reads each time before its replica starts. */
export interface PrepareManifest {
  /** `http://169.254.169.254` on a machine of Compute Engine. */
  readonly metadataUrl: string;
  readonly secretManagerUrl: string;
  readonly storageUrl: string;
  /** Null: an image holds the gateway. */
  readonly code: CodeObject | null;
  readonly secrets: readonly SecretEntry[];
}

/** The gateway's code in Cloud Storage. */
export interface CodeObject {
  readonly bucket: string;
  readonly name: string;
  /** Of its bytes, in hexadecimal digits. */
  readonly sha256: string;
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
export const STORAGE_URL = 'https://storage.googleapis.com';

/**
 * Fetches the gateway and turns secrets into an environment file for `docker run --env-file`. It
 * runs on a machine, with nothing but Node: `node prepare.js MANIFEST FOLDER` writes `gateway.js` and
 * `secrets.env` to the folder.
 *
 * It never leaves code in place whose SHA-256 is not the expected one. Code that matches is not
 * fetched again, and secrets that cannot be read again are kept, because an outage at Google must not
 * stop a replica that only restarts. On a first start there is nothing to keep: it fails, and systemd
 * tries again.
 */
export const PREPARE_SCRIPT = `'use strict';
const { createHash } = require('node:crypto');
const { existsSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const ATTEMPTS = 4;
const TIMEOUT_MS = 5000;
const CODE_TIMEOUT_MS = 30000;
const GOOGLE = { 'metadata-flavor': 'Google' };

async function ask(url, headers, timeoutMs = TIMEOUT_MS) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) });
      if (response.ok) return Buffer.from(await response.arrayBuffer());
      throw new Error(url + ' answered ' + response.status);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** attempt));
    }
  }
}

function hashOf(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

async function askToken(manifest) {
  const account = manifest.metadataUrl + '/computeMetadata/v1/instance/service-accounts/default';
  return JSON.parse(await ask(account + '/token', GOOGLE)).access_token;
}

async function refreshCode(file, manifest) {
  const { bucket, name, sha256 } = manifest.code;
  if (existsSync(file) && hashOf(readFileSync(file)) === sha256) return;
  rmSync(file, { force: true });
  const object = '/storage/v1/b/' + encodeURIComponent(bucket) + '/o/' + encodeURIComponent(name);
  const headers = { authorization: 'Bearer ' + (await askToken(manifest)) };
  const bytes = await ask(manifest.storageUrl + object + '?alt=media', headers, CODE_TIMEOUT_MS);
  const got = hashOf(bytes);
  if (got !== sha256) throw new Error(name + ' must have the SHA-256 ' + sha256 + ', got ' + got);
  writeFileSync(file + '.new', bytes, { mode: 0o644 });
  renameSync(file + '.new', file);
}

async function readSecrets(manifest) {
  const token = await askToken(manifest);
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

async function refreshSecrets(file, manifest) {
  try {
    const content = await readSecrets(manifest);
    writeFileSync(file + '.new', content, { mode: 0o600 });
    renameSync(file + '.new', file);
  } catch (error) {
    if (!existsSync(file)) throw error;
    console.error('kept the ' + file + ' of before: ' + error.message);
  }
}

async function main(manifestFile, folder) {
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
  if (manifest.code !== null) await refreshCode(join(folder, 'gateway.js'), manifest);
  await refreshSecrets(join(folder, 'secrets.env'), manifest);
}

main(process.argv[2], process.argv[3]).catch((error) => {
  console.error('the replica cannot be prepared: ' + error.message);
  process.exitCode = 1;
});
`;
