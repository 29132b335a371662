import { createHmac, hkdfSync, randomBytes } from 'node:crypto';

const SECRET_BYTES = 24;
const PEPPER_BYTES = 32;
/** Shorter ones can be found by trying, if they were not made by chance. Unit: characters. */
export const SHORTEST_SECRET = 16;
/** Printable, since it has to travel in a header. */
const SECRET = new RegExp(`^[\\x21-\\x7e]{${SHORTEST_SECRET},256}$`);

/** A new secret of 192 random bits. */
export function createSecret(): string {
  return `sk-${randomBytes(SECRET_BYTES).toString('base64url')}`;
}

/** Whether a secret that somebody chose will do. */
export function isSecret(text: string): boolean {
  return SECRET.test(text);
}

/** `sk-...` and the last four characters, for people. */
export function renderKeyName(secret: string): string {
  return `sk-...${secret.slice(-4)}`;
}

/**
 * What keys are stored as. Without the pepper, which is not in the database, nobody can try secrets against a stolen
 * table.
 */
export function hashKey(secret: string, pepper: Buffer): string {
  return createHmac('sha256', pepper).update(secret).digest('hex');
}

/**
 * `LITELLM_SALT_KEY`, or else the master key, made into a key of one purpose. All replicas in all regions must get the
 * same. Changing it disowns every virtual key, which is why an installation that wants to change its master key needs a
 * salt key.
 */
export function derivePepper(source: string): Buffer {
  return derive(source, 'litellm-ha virtual keys');
}

/** Signs the directory's snapshots. */
export function deriveSnapshotKey(pepper: Buffer): Buffer {
  return derive(pepper, 'litellm-ha directory snapshots');
}

function derive(source: string | Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', source, '', purpose, PEPPER_BYTES));
}
