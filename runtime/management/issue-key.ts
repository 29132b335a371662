import { renderKeyName } from '../auth/key-secret';
import type { JsonValue } from '../directory/change';
import type { Edit } from './directory-writer';
import type { ManagementParts } from './management-parts';

/** A key that is not stored yet, and the one time its secret is told. */
export interface IssuedKey {
  readonly secret: string;
  readonly edit: Edit;
}

/** A key with these fields, under a new secret or the one that is given. */
export async function issueKey(
  parts: ManagementParts,
  fields: Readonly<Record<string, JsonValue>>,
  secret: string = parts.createSecret(),
): Promise<IssuedKey> {
  const id = await parts.identifyKey(secret);
  return { secret, edit: { kind: 'key', id, fields: { ...fields, name: renderKeyName(secret) } } };
}
