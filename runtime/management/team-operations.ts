import { z } from 'zod';
import type { JsonValue } from '../directory/change';
import { MEMBER_PREFIX } from '../directory/parse-records';
import type { TeamRecord } from '../directory/records';
import { adjustSpend } from './adjust-spend';
import type { DirectoryWriter, Edit } from './directory-writer';
import { TEAM_FIELDS, dollars, id, ids, renderFields } from './entity-fields';
import { refuseTaken, requireTeam, selectKeys } from './entity-lookup';
import type { ManagementParts } from './management-parts';
import type { ManagementRequest, Operation } from './operation';
import { selectText } from './page-query';
import { field, invalid, parseBody, requireField } from './parse-body';
import { isOwnKey, permissionDenied } from './powers';
import type { Row } from './render-rows';
import { readKeyRows, readTeamRows } from './spent';

const MEMBER = z.strictObject({
  user_id: z.string().regex(/^[^\p{Cc}\p{Cs}]{1,256}$/u),
  role: z.enum(['admin', 'user']).default('user'),
});

type Member = z.output<typeof MEMBER>;

const members = () =>
  field('a list of {user_id, role}, role being admin or user', z.array(MEMBER).max(1000));
const oneOrMoreMembers = () =>
  field(
    'one {user_id, role} or a list of them, role being admin or user',
    z.union([MEMBER.transform((member) => [member]), z.array(MEMBER).min(1).max(1000)]),
  );

/** `/team/…`: who shares models, limits and a budget. */
export function createTeamOperations(
  parts: ManagementParts,
  writer: DirectoryWriter,
): readonly Operation[] {
  const teams = new TeamOperations(parts, writer);
  const administer = { method: 'POST', access: 'administer' } as const;
  return [
    { ...administer, name: 'team_new', paths: ['/team/new'], run: teams.create },
    { ...administer, name: 'team_update', paths: ['/team/update'], run: teams.update },
    { ...administer, name: 'team_delete', paths: ['/team/delete'], run: teams.remove },
    { ...administer, name: 'team_block', paths: ['/team/block'], run: teams.block },
    { ...administer, name: 'team_unblock', paths: ['/team/unblock'], run: teams.unblock },
    { ...administer, name: 'team_member_add', paths: ['/team/member_add'], run: teams.addMembers },
    {
      ...administer,
      name: 'team_member_delete',
      paths: ['/team/member_delete'],
      run: teams.removeMember,
    },
    {
      name: 'team_info',
      method: 'GET',
      access: 'read-own',
      paths: ['/team/info'],
      run: teams.info,
    },
    {
      name: 'team_list',
      method: 'GET',
      access: 'read-all',
      paths: ['/team/list'],
      run: teams.list,
    },
  ];
}

class TeamOperations {
  constructor(
    private readonly parts: ManagementParts,
    private readonly writer: DirectoryWriter,
  ) {}

  readonly create = async (request: ManagementRequest): Promise<Row> => {
    const body = parseBody(
      { ...TEAM_FIELDS, team_id: id(), members_with_roles: members() },
      request.body,
    );
    const teamId = body.team_id ?? this.parts.createId();
    refuseTaken('team_id', this.parts.desk.directory.teams.get(teamId));
    await this.writer.write(request.caller, [
      {
        kind: 'team',
        id: teamId,
        fields: {
          blocked: false,
          ...renderFields(body, TEAM_FIELDS),
          ...renderMembers(body.members_with_roles ?? [], null),
        },
      },
    ]);
    return this.readRow(teamId);
  };

  readonly update = async (request: ManagementRequest): Promise<Row> => {
    const {
      team_id: teamId,
      spend,
      ...body
    } = parseBody({ ...TEAM_FIELDS, team_id: id(), spend: dollars() }, request.body);
    const team = this.require(teamId);
    const fields = renderFields(body, TEAM_FIELDS);
    if (Object.keys(fields).length > 0) {
      await this.writer.write(request.caller, [{ kind: 'team', id: team.id, fields }]);
    }
    if (typeof spend === 'number') await adjustSpend(this.parts, { kind: 'team', team }, spend);
    return { team_id: team.id, data: await this.readRow(team.id) };
  };

  /** Its keys end with it. */
  readonly remove = async (request: ManagementRequest): Promise<Row> => {
    const { team_ids: teamIds } = parseBody({ team_ids: ids() }, request.body);
    const deleted = new Set(requireField('team_ids', teamIds).map((each) => this.require(each).id));
    const keys = selectKeys(this.parts.desk.directory, this.parts.clock.wallMs()).filter(
      ({ teamId }) => teamId !== null && deleted.has(teamId),
    );
    await this.writer.write(request.caller, [
      ...keys.map((key): Edit => ({ kind: 'key', id: key.id, fields: { revoked: true } })),
      ...[...deleted].map((each): Edit => ({ kind: 'team', id: each, fields: { revoked: true } })),
    ]);
    return { deleted_teams: [...deleted], deleted_keys: keys.map((key) => key.id) };
  };

  readonly block = (request: ManagementRequest): Promise<Row> => this.setBlocked(request, true);

  readonly unblock = (request: ManagementRequest): Promise<Row> => this.setBlocked(request, false);

  readonly addMembers = async (request: ManagementRequest): Promise<Row> => {
    const body = parseBody(
      { team_id: id(), member: oneOrMoreMembers(), max_budget_in_team: dollars() },
      request.body,
    );
    const team = this.require(body.team_id);
    const added = requireField('member', body.member);
    await this.writer.write(request.caller, [
      { kind: 'team', id: team.id, fields: renderMembers(added, body.max_budget_in_team ?? null) },
    ]);
    return this.readRow(team.id);
  };

  readonly removeMember = async (request: ManagementRequest): Promise<Row> => {
    const body = parseBody({ team_id: id(), user_id: id() }, request.body);
    const team = this.require(body.team_id);
    const userId = requireField('user_id', body.user_id);
    if (!team.members.some((member) => member.userId === userId)) {
      throw invalid('user_id', 'must be that of a member of the team');
    }
    await this.writer.write(request.caller, [
      { kind: 'team', id: team.id, fields: { [`${MEMBER_PREFIX}${userId}`]: null } },
    ]);
    return this.readRow(team.id);
  };

  readonly info = async ({ query, power, caller }: ManagementRequest): Promise<Row> => {
    const own = caller.kind === 'key' ? caller.key.teamId : null;
    const teamId = requireField('team_id', selectText(query, 'team_id') ?? own);
    const restricted = power.kind === 'manager' || power.kind === 'reader' ? power.key : null;
    if (restricted !== null && teamId !== restricted.teamId) {
      throw permissionDenied('team_id must be that of the key that asks');
    }
    const team = this.require(teamId);
    const keys = selectKeys(this.parts.desk.directory, this.parts.clock.wallMs()).filter(
      (key) => key.teamId === teamId && (restricted === null || isOwnKey(restricted, key)),
    );
    return {
      team_id: teamId,
      team_info: await this.readRow(teamId),
      keys: await readKeyRows(this.parts, keys),
      team_memberships: team.members.map(({ userId, maxBudgetDollars }) => ({
        user_id: userId,
        team_id: teamId,
        litellm_budget_table: { max_budget: maxBudgetDollars },
      })),
    };
  };

  readonly list = async (): Promise<readonly Row[]> => {
    const teams = [...this.parts.desk.directory.teams.values()]
      .filter((team) => !team.revoked)
      .sort((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
    return readTeamRows(this.parts, teams);
  };

  private async setBlocked(request: ManagementRequest, blocked: boolean): Promise<Row> {
    const body = parseBody({ team_id: id() }, request.body);
    const team = this.require(body.team_id);
    await this.writer.write(request.caller, [{ kind: 'team', id: team.id, fields: { blocked } }]);
    return this.readRow(team.id);
  }

  private require(teamId: string | undefined): TeamRecord {
    return requireTeam(this.parts.desk.directory, requireField('team_id', teamId));
  }

  private async readRow(teamId: string): Promise<Row> {
    const [row = {}] = await readTeamRows(this.parts, [this.require(teamId)]);
    return row;
  }
}

function renderMembers(
  added: readonly Member[],
  maxBudgetDollars: number | null,
): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(
    added.map(({ user_id: userId, role }) => [
      `${MEMBER_PREFIX}${userId}`,
      { role, maxBudgetDollars },
    ]),
  );
}
