import { z } from 'zod';
import type { JsonValue } from '../directory/change';
import { reduceChange } from '../directory/entity-state';
import { parseKey } from '../directory/parse-records';
import type { KeyRecord } from '../directory/records';
import { GatewayError } from '../errors';
import type { DirectoryWriter, Edit } from './directory-writer';
import { adjustSpend } from './adjust-spend';
import { KEY_FIELDS, dollars, duration, flag, id, ids, renderFields } from './entity-fields';
import { refuseTaken, requireTeam, requireUser, selectKeys } from './entity-lookup';
import { refuseEscalation } from './escalation';
import { issueKey } from './issue-key';
import { KeyFinder } from './key-finder';
import { boundNewKey, completeKeyBody, refuseKeyMaker, refuseUnbounding } from './key-rules';
import type { ManagementParts } from './management-parts';
import type { ManagementRequest, Operation } from './operation';
import { parsePageQuery, selectText } from './page-query';
import { field, invalid, parseBody, requireField } from './parse-body';
import { permissionDenied } from './powers';
import type { Row } from './render-rows';
import { readKeyRows } from './spent';

const SECRET = field(
  'a text that starts with sk- and has 20 to 128 characters',
  z.string().regex(/^sk-[\w-]{17,125}$/),
);

const CHANGEABLE = { ...KEY_FIELDS, duration: duration(), auto_rotate: flag() };

type Changeable = ReturnType<typeof parseBody<typeof CHANGEABLE>>;

/** `/key/…`: everything about virtual keys. */
export function createKeyOperations(
  parts: ManagementParts,
  writer: DirectoryWriter,
): readonly Operation[] {
  const keys = new KeyOperations(parts, writer);
  const manage = { method: 'POST', access: 'manage-keys' } as const;
  return [
    { ...manage, name: 'key_generate', paths: ['/key/generate'], run: keys.generate },
    { ...manage, name: 'key_update', paths: ['/key/update'], run: keys.update },
    { ...manage, name: 'key_delete', paths: ['/key/delete'], run: keys.remove },
    { ...manage, name: 'key_block', paths: ['/key/block'], run: keys.block },
    { ...manage, name: 'key_unblock', paths: ['/key/unblock'], run: keys.unblock },
    {
      ...manage,
      name: 'key_regenerate',
      paths: ['/key/regenerate'],
      variablePaths: [{ prefix: '/key/', suffix: '/regenerate' }],
      run: keys.regenerate,
    },
    { name: 'key_info', method: 'GET', access: 'own-key', paths: ['/key/info'], run: keys.info },
    { name: 'key_list', method: 'GET', access: 'read-own', paths: ['/key/list'], run: keys.list },
    {
      name: 'key_info_v2',
      method: 'POST',
      access: 'read-own',
      paths: ['/v2/key/info'],
      run: keys.infoOfMany,
    },
  ];
}

class KeyOperations {
  private readonly finder: KeyFinder;

  constructor(
    private readonly parts: ManagementParts,
    private readonly writer: DirectoryWriter,
  ) {
    this.finder = new KeyFinder(parts);
  }

  readonly generate = async (request: ManagementRequest): Promise<Row> => {
    const { power, caller } = request;
    const { keyGeneration, desk } = this.parts;
    const asked = completeKeyBody(request.body, keyGeneration);
    const { key: wanted, ...body } = parseBody({ ...CHANGEABLE, key: SECRET }, asked);
    if (wanted !== undefined && power.kind !== 'administrator') {
      throw permissionDenied('only an administrator chooses the secret of a key');
    }
    const bounded = boundNewKey(body, asked, keyGeneration);
    const owned = power.kind === 'manager' ? withOwner(bounded, power.key) : bounded;
    const teamId = owned.team_id ?? null;
    const { directory } = desk;
    refuseKeyMaker({ caller, directory, teamId, asked: request.body }, keyGeneration);
    const { secret, edit } = await issueKey(this.parts, this.renderFields(owned), wanted);
    refuseTaken('key', this.parts.desk.directory.keys.get(edit.id));
    this.refuseUnknownOwner(owned);
    this.refuseAlias(owned.key_alias, null);
    if (power.kind === 'manager') refuseEscalation(power.key, this.preview(edit));
    await this.writer.write(caller, [edit]);
    return this.renderWithSecret(edit.id, secret);
  };

  readonly update = async (request: ManagementRequest): Promise<Row> => {
    const {
      key: named,
      spend,
      ...body
    } = parseBody({ ...CHANGEABLE, key: id(), spend: dollars() }, request.body);
    const key = await this.finder.find(request, requireField('key', named));
    if (spend !== undefined && request.power.kind !== 'administrator') {
      throw permissionDenied('only an administrator sets spend');
    }
    const edit: Edit = { kind: 'key', id: key.id, fields: this.renderFields(body) };
    this.refuseUnknownOwner(body);
    this.refuseAlias(body.key_alias, key.id);
    if (request.power.kind !== 'administrator') refuseUnbounding(body, this.parts.keyGeneration);
    if (request.power.kind === 'manager') refuseEscalation(request.power.key, this.preview(edit));
    if (Object.keys(edit.fields).length > 0) await this.writer.write(request.caller, [edit]);
    if (typeof spend === 'number') await adjustSpend(this.parts, { kind: 'key', key }, spend);
    const row = await this.readRow(key.id);
    return { key: key.id, ...row };
  };

  readonly remove = async (request: ManagementRequest): Promise<Row> => {
    const { keys, key_aliases: aliases } = parseBody(
      { keys: ids(), key_aliases: ids() },
      request.body,
    );
    if (keys === undefined && aliases === undefined) {
      throw invalid('keys', 'or key_aliases must be given, got neither');
    }
    const found = [
      ...(await this.finder.findAll(request, keys ?? [])),
      ...(aliases ?? []).map((alias) => this.finder.findByAlias(request, alias)),
    ];
    const deleted = [...new Set(found.map((key) => key.id))];
    await this.writer.write(
      request.caller,
      deleted.map((keyId) => ({ kind: 'key', id: keyId, fields: { revoked: true } })),
    );
    return { deleted_keys: deleted };
  };

  readonly block = (request: ManagementRequest): Promise<Row> => this.setBlocked(request, true);

  readonly unblock = (request: ManagementRequest): Promise<Row> => this.setBlocked(request, false);

  /** The new key takes the place of the old one: same account, so no budget is emptied or doubled. */
  readonly regenerate = async (request: ManagementRequest): Promise<Row> => {
    const { power, caller, variable } = request;
    const {
      key: named,
      new_key: wanted,
      grace_period: grace,
      ...body
    } = parseBody(
      { ...CHANGEABLE, key: id(), new_key: SECRET, grace_period: duration() },
      request.body,
    );
    const old = await this.finder.find(request, requireField('key', variable ?? named));
    if (old.replacedBy !== null) {
      throw invalid('key', 'must be the newest of its line, got one that was regenerated before');
    }
    if (wanted !== undefined && power.kind !== 'administrator') {
      throw permissionDenied('only an administrator chooses the secret of a key');
    }
    this.refuseUnknownOwner(body);
    this.refuseAlias(body.key_alias, old.id);
    if (power.kind !== 'administrator') refuseUnbounding(body, this.parts.keyGeneration);
    const stored = this.parts.desk.directory.read('key', old.id)?.fields ?? new Map();
    const kept = [...stored]
      .filter(([name]) => name !== 'replacedBy' && name !== 'revokedFromMs')
      .map(([name, { value }]): [string, JsonValue] => [name, value]);
    const fields = {
      ...Object.fromEntries(kept),
      accountId: old.accountId,
      createdAtMs: old.createdAtMs,
      ...this.renderFields(body),
    };
    const { secret, edit } = await issueKey(this.parts, fields, wanted);
    refuseTaken('new_key', this.parts.desk.directory.keys.get(edit.id));
    if (power.kind === 'manager') refuseEscalation(power.key, this.preview(edit));
    const end: Readonly<Record<string, JsonValue>> =
      typeof grace === 'number'
        ? { revokedFromMs: this.parts.clock.wallMs() + grace * 1000 }
        : { revoked: true };
    await this.writer.write(caller, [
      edit,
      { kind: 'key', id: old.id, fields: { replacedBy: edit.id, ...end } },
    ]);
    return this.renderWithSecret(edit.id, secret);
  };

  readonly info = async (request: ManagementRequest): Promise<Row> => {
    const asked = selectText(request.query, 'key');
    const own = request.caller.kind === 'key' ? request.caller.key : null;
    const key =
      asked === null && own !== null
        ? own
        : await this.finder.find(request, requireField('key', asked));
    const { token, ...info } = await this.readRow(key.id);
    return { key: token, info };
  };

  readonly infoOfMany = async (request: ManagementRequest): Promise<Row> => {
    const { keys } = parseBody({ keys: ids() }, request.body);
    const found = await this.finder.findAll(request, requireField('keys', keys));
    return { key: found.map((key) => key.id), info: await readKeyRows(this.parts, found) };
  };

  readonly list = async (request: ManagementRequest): Promise<Row> => {
    const { query } = request;
    const { page, size } = parsePageQuery(query, 'size', { standard: 10, most: 100 });
    const same = (name: string, value: string | null): boolean => {
      const asked = selectText(query, name);
      return asked === null || asked === value;
    };
    const found = this.finder
      .selectVisible(request)
      .filter(
        (key) =>
          same('user_id', key.userId) &&
          same('team_id', key.teamId) &&
          same('organization_id', key.organizationId) &&
          same('key_alias', key.alias) &&
          same('key_hash', key.id),
      );
    const shown = found.slice((page - 1) * size, page * size);
    const full = query.get('return_full_object')?.toLowerCase() === 'true';
    return {
      keys: full ? await readKeyRows(this.parts, shown) : shown.map((key) => key.id),
      total_count: found.length,
      current_page: page,
      total_pages: Math.ceil(found.length / size),
    };
  };

  private async setBlocked(request: ManagementRequest, blocked: boolean): Promise<Row> {
    const { key: named } = parseBody({ key: id() }, request.body);
    const key = await this.finder.find(request, requireField('key', named));
    await this.writer.write(request.caller, [{ kind: 'key', id: key.id, fields: { blocked } }]);
    return this.readRow(key.id);
  }

  private renderFields(body: Changeable): Readonly<Record<string, JsonValue>> {
    const { duration: lifeSeconds, auto_rotate: rotation } = body;
    if (rotation === true && typeof body.rotation_interval !== 'number') {
      throw invalid('rotation_interval', 'must be given with auto_rotate, got nothing');
    }
    return {
      ...renderFields(body, KEY_FIELDS),
      ...(lifeSeconds === undefined
        ? {}
        : {
            expiresAtMs:
              lifeSeconds === null ? null : this.parts.clock.wallMs() + lifeSeconds * 1000,
          }),
      ...(rotation === false ? { rotationSeconds: null } : {}),
    };
  }

  private refuseUnknownOwner({ user_id: userId, team_id: teamId }: Changeable): void {
    const { directory } = this.parts.desk;
    // LiteLLM takes any text for a user; a team that does not exist is a slip.
    if (typeof userId === 'string' && directory.users.get(userId)?.revoked === true) {
      requireUser(directory, userId);
    }
    if (typeof teamId === 'string') requireTeam(directory, teamId);
  }

  private refuseAlias(alias: string | null | undefined, own: string | null): void {
    if (typeof alias !== 'string') return;
    const other = selectKeys(this.parts.desk.directory, this.parts.clock.wallMs()).find(
      (key) => key.alias === alias && key.id !== own && key.replacedBy === null,
    );
    if (other !== undefined) refuseTaken('key_alias', other);
  }

  /** The key as it would be. */
  private preview({ id: keyId, fields }: Edit): KeyRecord {
    const { nextStamp, region, desk } = this.parts;
    return parseKey(
      reduceChange(desk.directory.read('key', keyId), {
        stamp: nextStamp(),
        kind: 'key',
        entityId: keyId,
        fields,
        actor: 'preview',
        region,
      }),
    );
  }

  private async renderWithSecret(keyId: string, secret: string): Promise<Row> {
    const row = await this.readRow(keyId);
    return { key: secret, token_id: keyId, ...row };
  }

  private async readRow(keyId: string): Promise<Row> {
    const key = this.parts.desk.directory.keys.get(keyId);
    if (key === undefined) throw new GatewayError('unknown_key', 'there is no such key');
    const [row = {}] = await readKeyRows(this.parts, [key]);
    return row;
  }
}

/** What a manager leaves out is its own. */
function withOwner(body: Changeable, own: KeyRecord): Changeable {
  return {
    ...body,
    user_id: body.user_id === undefined ? own.userId : body.user_id,
    team_id: body.team_id === undefined ? own.teamId : body.team_id,
    organization_id: body.organization_id ?? own.organizationId,
    models: body.models ?? [...own.models],
  };
}
