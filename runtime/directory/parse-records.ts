import type { JsonValue } from './change';
import type { EntityState } from './entity-state';
import { FieldReader } from './field-reader';
import type { KeyRecord, TeamMember, TeamRecord, UserRecord } from './records';
import { parseStamp } from './stamp';

/** Names a field of a team that is one of its members. */
export const MEMBER_PREFIX = 'member:';

const KEY_ROLES = ['default', 'llm_api', 'management', 'read_only'] as const;
const USER_ROLES = [
  'internal_user',
  'internal_user_viewer',
  'proxy_admin_viewer',
  'proxy_admin',
] as const;

/** Nobody understands all of these fields, so nobody may pass until somebody does. */
type Parsed<Entity> = Entity & { readonly blocked: boolean };

export function parseKey(state: EntityState): KeyRecord {
  const reader = new FieldReader(state);
  return shut(
    reader,
    Object.assign(parseEntity(state, reader), {
      createdAtMs: reader.boundingNumber('createdAtMs') ?? parseStamp(state.first.stamp).wallMs,
      name: reader.text('name') ?? 'sk-...',
      role: reader.boundingWord('role', KEY_ROLES),
      userId: reader.boundingText('userId'),
      teamId: reader.boundingText('teamId'),
      organizationId: reader.boundingText('organizationId'),
      expiresAtMs: reader.boundingNumber('expiresAtMs'),
      aliases: reader.boundingNames('aliases'),
      modelRpmLimit: reader.boundingNumbers('modelRpmLimit'),
      modelTpmLimit: reader.boundingNumbers('modelTpmLimit'),
      modelMaxBudgetDollars: reader.boundingNumbers('modelMaxBudgetDollars'),
      tags: reader.texts('tags'),
      allowedRoutes: reader.boundingTexts('allowedRoutes'),
      permissions: reader.record('permissions'),
      replacedBy: reader.text('replacedBy'),
      revokedFromMs: reader.boundingNumber('revokedFromMs'),
      accountId: reader.boundingText('accountId') ?? state.id,
      issuedAtMs: parseStamp(state.first.stamp).wallMs,
      rotationSeconds: reader.boundingNumber('rotationSeconds'),
    }),
  );
}

export function parseUser(state: EntityState): UserRecord {
  const reader = new FieldReader(state);
  return shut(
    reader,
    Object.assign(parseEntity(state, reader), {
      email: reader.text('email'),
      role: reader.boundingWord('role', USER_ROLES),
      teams: reader.texts('teams'),
    }),
  );
}

export function parseTeam(state: EntityState): TeamRecord {
  const reader = new FieldReader(state);
  return shut(
    reader,
    Object.assign(parseEntity(state, reader), {
      organizationId: reader.boundingText('organizationId'),
      members: parseMembers(state),
    }),
  );
}

function shut<Entity>(reader: FieldReader, entity: Parsed<Entity>): Parsed<Entity> {
  return reader.unreadable.length === 0 ? entity : { ...entity, blocked: true };
}

/** What all kinds have; a new object each time. It is added to, because spreading one so large costs forty times as much. */
function parseEntity(state: EntityState, reader: FieldReader) {
  return {
    id: state.id,
    alias: reader.text('alias'),
    models: reader.boundingTexts('models'),
    blocked: reader.boundingFlag('blocked'),
    revoked: reader.boundingFlag('revoked'),
    metadata: reader.record('metadata'),
    createdAtMs: parseStamp(state.first.stamp).wallMs,
    createdBy: state.first.actor,
    updatedAtMs: parseStamp(state.last.stamp).wallMs,
    updatedBy: state.last.actor,
    maxBudgetDollars: reader.boundingNumber('maxBudgetDollars'),
    softBudgetDollars: reader.boundingNumber('softBudgetDollars'),
    budgetSeconds: reader.boundingNumber('budgetSeconds'),
    tpmLimit: reader.boundingNumber('tpmLimit'),
    rpmLimit: reader.boundingNumber('rpmLimit'),
    maxParallelRequests: reader.boundingNumber('maxParallelRequests'),
  };
}

/** In the order of their names, so that a list looks the same on every replica. */
function parseMembers(state: EntityState): readonly TeamMember[] {
  return [...state.fields]
    .filter(([name, { value }]) => name.startsWith(MEMBER_PREFIX) && value !== null)
    .map(([name, { value }]) => parseMember(name.slice(MEMBER_PREFIX.length), value))
    .sort((a, b) => (a.userId < b.userId ? -1 : 1));
}

function parseMember(userId: string, value: JsonValue): TeamMember {
  const fields = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  const { role, maxBudgetDollars: budget = null } = fields as Readonly<
    Record<string, JsonValue | undefined>
  >;
  return {
    userId,
    role: role === 'admin' ? 'admin' : 'user',
    // A bound that nobody understands must not become no bound.
    maxBudgetDollars: typeof budget === 'number' ? budget : budget === null ? null : 0,
  };
}
