import type { Directory } from '../directory/directory';
import type { KeyRecord, TeamRecord, UserRecord } from '../directory/records';
import { GatewayError } from '../errors';

/** What was deleted is no longer found. */
export function requireUser(directory: Directory, id: string): UserRecord {
  const user = directory.users.get(id);
  if (user !== undefined && !user.revoked) return user;
  throw new GatewayError('unknown_user', 'there is no user of this id', { param: 'user_id' });
}

export function requireTeam(directory: Directory, id: string): TeamRecord {
  const team = directory.teams.get(id);
  if (team !== undefined && !team.revoked) return team;
  throw new GatewayError('unknown_team', 'there is no team of this id', { param: 'team_id' });
}

/** Keys that are not deleted, oldest first. */
export function selectKeys(directory: Directory, nowMs: number): readonly KeyRecord[] {
  return [...directory.keys.values()]
    .filter((key) => !isGone(key, nowMs))
    .sort((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
}

/** Deleted, or replaced by another and its grace is over. */
export function isGone(key: KeyRecord, nowMs: number): boolean {
  return key.revoked || (key.revokedFromMs !== null && key.revokedFromMs <= nowMs);
}

/** Ids are never used twice: what was deleted stays in the history, and in the sums of what was spent. */
export function refuseTaken(name: string, entity: { readonly revoked: boolean } | undefined): void {
  if (entity === undefined) return;
  throw new GatewayError(
    'already_exists',
    entity.revoked
      ? `${name} must be new, got that of a deleted one; choose another`
      : `${name} must be new, got one that is taken; choose another, or update the one there is`,
    { param: name },
  );
}
