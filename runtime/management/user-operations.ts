import type { UserRecord } from '../directory/records';
import { adjustSpend } from './adjust-spend';
import type { DirectoryWriter, Edit } from './directory-writer';
import {
  KEY_FIELDS,
  USER_FIELDS,
  dollars,
  duration,
  flag,
  id,
  ids,
  nullableText,
  renderFields,
} from './entity-fields';
import { refuseTaken, requireUser, selectKeys } from './entity-lookup';
import { issueKey } from './issue-key';
import type { ManagementParts } from './management-parts';
import type { ManagementRequest, Operation } from './operation';
import { parsePageQuery, selectText } from './page-query';
import { parseBody, requireField } from './parse-body';
import { isOwnKey, permissionDenied } from './powers';
import type { Row } from './render-rows';
import { readKeyRows, readTeamRows, readUserRows } from './spent';

/** `/user/…`: the people that keys belong to. */
export function createUserOperations(
  parts: ManagementParts,
  writer: DirectoryWriter,
): readonly Operation[] {
  const users = new UserOperations(parts, writer);
  const administer = { method: 'POST', access: 'administer' } as const;
  return [
    { ...administer, name: 'user_new', paths: ['/user/new'], run: users.create },
    { ...administer, name: 'user_update', paths: ['/user/update'], run: users.update },
    { ...administer, name: 'user_delete', paths: ['/user/delete'], run: users.remove },
    {
      name: 'user_info',
      method: 'GET',
      access: 'read-own',
      paths: ['/user/info'],
      run: users.info,
    },
    {
      name: 'user_list',
      method: 'GET',
      access: 'read-all',
      paths: ['/user/list'],
      run: users.list,
    },
  ];
}

interface NewUser {
  readonly user_role?: string | undefined;
  readonly max_budget?: number | null | undefined;
  readonly budget_duration?: number | null | undefined;
}

class UserOperations {
  constructor(
    private readonly parts: ManagementParts,
    private readonly writer: DirectoryWriter,
  ) {}

  /** As LiteLLM does, with a first key for the user unless `auto_create_key` is false. */
  readonly create = async (request: ManagementRequest): Promise<Row> => {
    const body = parseBody(
      {
        ...USER_FIELDS,
        user_id: id(),
        auto_create_key: flag(),
        key_alias: nullableText(),
        duration: duration(),
      },
      request.body,
    );
    const userId = body.user_id ?? this.parts.createId();
    refuseTaken('user_id', this.parts.desk.directory.users.get(userId));
    const edits: Edit[] = [
      {
        kind: 'user',
        id: userId,
        fields: { blocked: false, ...renderFields(this.withBudget(body), USER_FIELDS) },
      },
    ];
    const lifeSeconds = body.duration ?? null;
    const issued =
      body.auto_create_key === false
        ? null
        : await issueKey(this.parts, {
            ...renderFields({ key_alias: body.key_alias, user_id: userId }, KEY_FIELDS),
            expiresAtMs:
              lifeSeconds === null ? null : this.parts.clock.wallMs() + lifeSeconds * 1000,
          });
    if (issued !== null) edits.push(issued.edit);
    await this.writer.write(request.caller, edits);
    const row = await this.readRow(requireUser(this.parts.desk.directory, userId));
    return issued === null
      ? { key: null, ...row }
      : { key: issued.secret, token_id: issued.edit.id, ...row };
  };

  /** As in LiteLLM, internal users get the configuration's budget where the request says none. */
  private withBudget<Body extends NewUser>(body: Body): Body {
    const { newUserBudget } = this.parts;
    const isInternal = (body.user_role ?? 'internal_user') === 'internal_user';
    if (newUserBudget === null || !isInternal) return body;
    return {
      ...body,
      max_budget: body.max_budget ?? newUserBudget.dollars,
      budget_duration: body.budget_duration ?? newUserBudget.seconds,
    };
  }

  readonly update = async (request: ManagementRequest): Promise<Row> => {
    const {
      user_id: userId,
      spend,
      ...body
    } = parseBody({ ...USER_FIELDS, user_id: id(), spend: dollars() }, request.body);
    const user = requireUser(this.parts.desk.directory, requireField('user_id', userId));
    const fields = renderFields(body, USER_FIELDS);
    if (Object.keys(fields).length > 0) {
      await this.writer.write(request.caller, [{ kind: 'user', id: user.id, fields }]);
    }
    if (typeof spend === 'number') await adjustSpend(this.parts, { kind: 'user', user }, spend);
    const data = await this.readRow(requireUser(this.parts.desk.directory, user.id));
    return { user_id: user.id, data };
  };

  /** Their keys end with them. */
  readonly remove = async (request: ManagementRequest): Promise<Row> => {
    const { user_ids: userIds } = parseBody({ user_ids: ids() }, request.body);
    const { directory } = this.parts.desk;
    const deleted = new Set(
      requireField('user_ids', userIds).map((userId) => requireUser(directory, userId).id),
    );
    const keys = selectKeys(directory, this.parts.clock.wallMs()).filter(
      ({ userId }) => userId !== null && deleted.has(userId),
    );
    await this.writer.write(request.caller, [
      ...keys.map((key): Edit => ({ kind: 'key', id: key.id, fields: { revoked: true } })),
      ...[...deleted].map((userId): Edit => ({
        kind: 'user',
        id: userId,
        fields: { revoked: true },
      })),
    ]);
    return { deleted_users: [...deleted], deleted_keys: keys.map((key) => key.id) };
  };

  readonly info = async ({ query, power, caller }: ManagementRequest): Promise<Row> => {
    const own = caller.kind === 'key' ? caller.key.userId : null;
    const userId = requireField('user_id', selectText(query, 'user_id') ?? own);
    const restricted = power.kind === 'manager' || power.kind === 'reader' ? power.key : null;
    if (restricted !== null && userId !== restricted.userId) {
      throw permissionDenied('user_id must be that of the key that asks');
    }
    const { directory } = this.parts.desk;
    const user = requireUser(directory, userId);
    const keys = selectKeys(directory, this.parts.clock.wallMs()).filter(
      (key) => key.userId === userId && (restricted === null || isOwnKey(restricted, key)),
    );
    const teams = [...directory.teams.values()].filter(
      (team) =>
        !team.revoked &&
        (user.teams.includes(team.id) || team.members.some((member) => member.userId === userId)),
    );
    return {
      user_id: userId,
      user_info: await this.readRow(user),
      keys: await readKeyRows(this.parts, keys),
      teams: await readTeamRows(this.parts, teams),
    };
  };

  readonly list = async ({ query }: ManagementRequest): Promise<Row> => {
    const { page, size } = parsePageQuery(query, 'page_size', { standard: 25, most: 100 });
    const role = selectText(query, 'role');
    const found = [...this.parts.desk.directory.users.values()]
      .filter((user) => !user.revoked && (role === null || user.role === role))
      .sort((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
    return {
      users: await readUserRows(this.parts, found.slice((page - 1) * size, page * size)),
      total: found.length,
      page,
      page_size: size,
      total_pages: Math.ceil(found.length / size),
    };
  };

  private async readRow(user: UserRecord): Promise<Row> {
    const [row = {}] = await readUserRows(this.parts, [user]);
    return row;
  }
}
