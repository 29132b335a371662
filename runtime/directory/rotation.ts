import type { KeyRecord } from './records';

/**
 * Whether the key asked for a new secret by now. Only its holder can take one, so this is a reminder and nothing more: the
 * key goes on to work, since an outage is no cure for an old secret.
 */
export function isRotationDue(
  key: Pick<KeyRecord, 'rotationSeconds' | 'issuedAtMs' | 'replacedBy' | 'revoked'>,
  nowMs: number,
): boolean {
  if (key.rotationSeconds === null || key.revoked || key.replacedBy !== null) return false;
  return nowMs >= key.issuedAtMs + key.rotationSeconds * 1000;
}
