import type { JwtConfig } from '../../../lib/config/jwt-config';
import type { Directory } from '../../directory/directory';
import type { KeyRecord, TeamRecord, UserRecord } from '../../directory/records';
import { GatewayError } from '../../errors';
import type { Caller } from '../caller';
import type { JwtIdentity } from './read-claims';

export interface CallerContext {
  readonly config: JwtConfig;
  readonly directory: Pick<Directory, 'users' | 'teams'>;
  /** `x-litellm-team-id`: which of its teams a call goes by; null: nothing is said. */
  readonly wantedTeam: string | null;
}

type KeyCaller = Extract<Caller, { readonly kind: 'key' }>;

/**
 * Whom a verified token stands for, with its user and its team as they are now: a block counts from the next call on. The
 * token takes the place of a key, with nothing a key could have beyond what its claims say. LiteLLM's words.
 */
export function resolveCaller(identity: JwtIdentity, context: CallerContext): KeyCaller {
  return identity.kind === 'administrator'
    ? renderAdministrator(identity, context.config)
    : resolveMember(identity, context);
}

function renderAdministrator(identity: JwtIdentity, { adminRoutes }: JwtConfig): KeyCaller {
  const { subject, userId, organizationId } = identity;
  const user: UserRecord = {
    ...NOBODY,
    id: userId ?? subject,
    email: identity.userEmail,
    role: 'proxy_admin',
    teams: [],
  };
  const key = { ...renderKey(identity, null), allowedRoutes: adminRoutes, organizationId };
  return { kind: 'key', key, user, team: null, endUser: identity.endUser };
}

function resolveMember(identity: JwtIdentity, context: CallerContext): KeyCaller {
  const { config } = context;
  const [team = null, ...otherTeams] = selectTeams(identity, context);
  const user = selectUser(identity, context);
  const key = renderKey(identity, team);
  return {
    kind: 'key',
    key: team === null ? key : { ...key, allowedRoutes: config.teamRoutes },
    user,
    team,
    endUser: identity.endUser,
    ...(otherTeams.length === 0 ? {} : { otherTeams }),
  };
}

/** The teams that a call of the token may go by, the first one first. Empty: the token belongs to none. */
function selectTeams(
  { teamId, teamIds }: JwtIdentity,
  { directory, wantedTeam }: CallerContext,
): readonly TeamRecord[] {
  const own = teamId === null ? teamIds : [teamId];
  if (wantedTeam !== null && !own.includes(wantedTeam)) {
    throw refuse(
      `Team '${wantedTeam.slice(0, 64)}' from x-litellm-team-id header is not in your JWT's allowed teams. Allowed teams: ${renderList(own)}`,
    );
  }
  const named = wantedTeam === null ? own : [wantedTeam];
  if (named.length === 0) return [];
  const found = named
    .map((id) => directory.teams.get(id))
    .flatMap((team) => (team === undefined || team.revoked ? [] : [team]));
  const [first] = named;
  if (found.length === 0) {
    throw refuse(
      named.length === 1
        ? `Team doesn't exist in db. Team=${first}. Create team via \`/team/new\` call.`
        : `None of the teams of the token exists in db. Checked teams=${renderList(named)}. Create team via \`/team/new\` call.`,
    );
  }
  const open = found.filter((team) => !team.blocked);
  if (open.length > 0) return open;
  throw new GatewayError('team_blocked', 'Authentication Error: the team of this token is blocked');
}

/** Null: the token names none, or one that nobody made and that may call all the same. */
function selectUser(
  { userId, userEmail }: JwtIdentity,
  { config, directory }: CallerContext,
): UserRecord | null {
  if (userId === null) return null;
  const user = directory.users.get(userId);
  if (user !== undefined && !user.revoked) {
    if (!user.blocked) return user;
    throw new GatewayError(
      'user_blocked',
      'Authentication Error: the user of this token is blocked',
    );
  }
  const isOurs = config.emailDomain === null || userEmail?.split('@').pop() === config.emailDomain;
  if (user === undefined && config.unknownUsers === 'accepted' && isOurs) return null;
  throw refuse(`User doesn't exist in db. 'user_id'=${userId}. Create user via '/user/new' call.`);
}

function refuse(message: string): GatewayError {
  return new GatewayError('token_not_allowed', message);
}

function renderList(ids: readonly string[]): string {
  const shown = ids.slice(0, 10).join(', ');
  return ids.length > 10 ? `[${shown}, …]` : `[${shown}]`;
}

const NOBODY = {
  alias: null,
  models: [],
  blocked: false,
  revoked: false,
  metadata: {},
  createdAtMs: 0,
  createdBy: 'identity provider',
  updatedAtMs: 0,
  updatedBy: 'identity provider',
  maxBudgetDollars: null,
  softBudgetDollars: null,
  budgetSeconds: null,
  tpmLimit: null,
  rpmLimit: null,
  maxParallelRequests: null,
} as const;

/** Its name has a prefix that no key of the gateway's own has. */
function renderKey(identity: JwtIdentity, team: TeamRecord | null): KeyRecord {
  const id = `jwt:${identity.subject}`;
  return {
    ...NOBODY,
    id,
    accountId: id,
    name: id,
    role: 'default',
    models: identity.models,
    userId: identity.userId,
    teamId: team?.id ?? null,
    organizationId: identity.organizationId,
    expiresAtMs: null,
    aliases: {},
    modelRpmLimit: {},
    modelTpmLimit: {},
    modelMaxBudgetDollars: {},
    tags: [],
    allowedRoutes: [],
    permissions: {},
    replacedBy: null,
    revokedFromMs: null,
    issuedAtMs: 0,
    rotationSeconds: null,
  };
}
