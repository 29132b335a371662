import { readFile } from 'node:fs/promises';
import type { CloudCredentials } from '../ports';
import type { CredentialContext } from './credential-context';
import { holdTokens } from './held-tokens';
import { parseGoogleKey } from './google/google-source';
import type { GoogleSource } from './google/google-source';
import { readGoogleToken } from './google/google-token';

const METADATA_HOST = 'metadata.google.internal';
/** Where `gcloud auth application-default login` leaves them. */
const WELL_KNOWN = 'application_default_credentials.json';

/**
 * Tokens of Google Cloud: of a key file, or the application default credentials in the order of Google's own libraries: the
 * file that the environment names, that of gcloud, the machine's metadata server.
 * https://cloud.google.com/docs/authentication/application-default-credentials
 */
export function createGoogleCredentials({
  clock,
  variable,
}: CredentialContext): CloudCredentials['google'] {
  // The source is read anew for each token: a key that was exchanged serves without a restart.
  return holdTokens(clock, async ({ credentials }) =>
    readGoogleToken(await loadSource(credentials ?? '', variable), clock.wallMs()),
  );
}

async function loadSource(
  credentials: string,
  variable: (name: string) => string | null,
): Promise<GoogleSource> {
  if (credentials.trimStart().startsWith('{')) return parseGoogleKey(parseJson(credentials));
  if (credentials !== '') return loadKeyFile(credentials);
  const named = variable('GOOGLE_APPLICATION_CREDENTIALS');
  if (named !== null) return loadKeyFile(named);
  const home = variable('HOME');
  const folder = variable('CLOUDSDK_CONFIG') ?? (home === null ? null : `${home}/.config/gcloud`);
  const wellKnown = folder === null ? null : await loadIfThere(`${folder}/${WELL_KNOWN}`);
  return wellKnown ?? { kind: 'metadata', host: variable('GCE_METADATA_HOST') ?? METADATA_HOST };
}

async function loadKeyFile(path: string): Promise<GoogleSource> {
  const source = await loadIfThere(path);
  if (source === null)
    throw new Error(`there is no readable file ${path} with Google's credentials`);
  return source;
}

/** Null: there is no such file, or none for this process. */
async function loadIfThere(path: string): Promise<GoogleSource | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw new Error(`${path} with Google's credentials cannot be read`, { cause: error });
  }
  return parseGoogleKey(parseJson(text));
}

/** A home that this process may not look into is as good as an empty one. */
const MISSING: ReadonlySet<unknown> = new Set(['EACCES', 'ENOENT', 'ENOTDIR', 'EPERM']);

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && MISSING.has(error.code);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message would quote the key.
    return null;
  }
}
