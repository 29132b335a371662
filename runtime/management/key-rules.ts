import type { KeyGenerationConfig, KeyMakers } from '../../lib/config/key-generation-config';
import { isAdministrator } from '../auth/is-administrator';
import type { Caller } from '../auth/caller';
import type { Directory } from '../directory/directory';
import { GatewayError } from '../errors';
import { requireTeam } from './entity-lookup';

type Body = Readonly<Record<string, unknown>>;

/** The fields that have an upper bound; spans of time are in seconds here. */
export type BoundedFields = {
  readonly [Field in keyof KeyGenerationConfig['upperBounds']]?: number | null | undefined;
};

const SPANS: readonly string[] = ['budget_duration', 'duration'];

/** The body of `/key/generate` with what the configuration fills in. An empty list or object counts as nothing, as in LiteLLM. */
export function completeKeyBody(body: Body, { defaults }: KeyGenerationConfig): Body {
  const missing = Object.entries(defaults).filter(([name]) => isNothing(name, body[name]));
  return missing.length === 0 ? body : { ...body, ...Object.fromEntries(missing) };
}

function isNothing(name: string, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (name === 'models') return Array.isArray(value) && value.length === 0;
  return name === 'metadata' && typeof value === 'object' && Object.keys(value).length === 0;
}

/** A new key with its upper bounds: one that says nothing gets them, one that says more is refused. */
export function boundNewKey<Fields extends BoundedFields>(
  fields: Fields,
  asked: Body,
  { upperBounds }: KeyGenerationConfig,
): Fields {
  const bounds = Object.entries(upperBounds).filter(([, most]) => most !== null);
  if (bounds.length === 0) return fields;
  const filled: Record<string, number | null> = {};
  for (const [name, most] of bounds) {
    const value = fields[name as keyof BoundedFields];
    // Never is a text of its own in LiteLLM, which no bound allows.
    if (asked[name] === '-1') throw overBound(name, '-1', most);
    if (value === undefined || value === null) filled[name] = most;
    else if (most !== null && value > most) throw overBound(name, value, most);
  }
  return { ...fields, ...filled };
}

/** Whoever may not make a key without a bound may not take the bound from one either. */
export function refuseUnbounding(
  fields: BoundedFields,
  { upperBounds }: KeyGenerationConfig,
): void {
  for (const [name, most] of Object.entries(upperBounds)) {
    const value = fields[name as keyof BoundedFields];
    if (most === null || value === undefined) continue;
    if (value === null || value > most) throw overBound(name, value ?? 'none', most);
  }
}

function overBound(name: string, value: number | string, most: number | null): GatewayError {
  const unit = SPANS.includes(name) ? 's' : '';
  const shown = typeof value === 'number' ? `${value}${unit}` : value;
  return badRequest(
    name,
    `${name} is over max limit set in config - user_value=${shown}; max_value=${most}${unit}`,
  );
}

export interface KeyMaker {
  readonly caller: Caller;
  readonly directory: Directory;
  /** Whose key it is to be; null: no team's. */
  readonly teamId: string | null;
  /** The body as it was sent. */
  readonly asked: Body;
}

/** Throws for who may not make a key of this kind. LiteLLM's words: administrators make keys of every team. */
export function refuseKeyMaker(maker: KeyMaker, { team, personal }: KeyGenerationConfig): void {
  if (maker.teamId === null) {
    if (personal !== null) refusePersonalKey(maker, personal);
  } else if (team !== null && !isAdministrator(maker.caller)) {
    refuseTeamKey(maker, maker.teamId, team);
  }
}

function refusePersonalKey(
  { caller, asked }: KeyMaker,
  { roles, requiredParams }: KeyMakers,
): void {
  const role = selectUserRole(caller);
  if (roles !== null && !roles.includes(role)) {
    throw badRequest(
      'user_id',
      `Personal key creation has been restricted by admin. Allowed roles=${renderList(roles)}. Your role=${role}`,
    );
  }
  refuseMissing(asked, requiredParams);
}

function refuseTeamKey(
  { caller, directory, asked }: KeyMaker,
  teamId: string,
  { roles, requiredParams }: KeyMakers,
): void {
  const userId = caller.kind === 'key' ? caller.key.userId : null;
  const member = requireTeam(directory, teamId).members.find((each) => each.userId === userId);
  if (member === undefined) {
    throw badRequest('team_id', `User=${userId ?? 'None'} not assigned to team=${teamId}`);
  }
  if (roles !== null && !roles.includes(member.role)) {
    throw badRequest(
      'team_id',
      `Team member role ${member.role} not in allowed_team_member_roles=${renderList(roles)}`,
    );
  }
  refuseMissing(asked, requiredParams);
}

function refuseMissing(asked: Body, params: readonly string[]): void {
  const missing = params.find((param) => !Object.hasOwn(asked, param));
  if (missing !== undefined) throw badRequest(missing, `Required param ${missing} not in data`);
}

function selectUserRole(caller: Caller): string {
  if (caller.kind !== 'key') return 'proxy_admin';
  return caller.user?.role ?? 'internal_user';
}

function badRequest(param: string, message: string): GatewayError {
  return new GatewayError('invalid_request', message, { param });
}

function renderList(names: readonly string[]): string {
  return `[${names.join(', ')}]`;
}
