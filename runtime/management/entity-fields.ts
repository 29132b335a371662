import { z } from 'zod';
import { parseDurationSeconds } from '../../lib/config/duration-setting';
import type { JsonValue } from '../directory/change';
import { field } from './parse-body';

const MOST_NAMES = 1_000;
const MOST_METADATA_BYTES = 16 * 1024;
/** Ids become parts of quotas, stamps and paths, and are printed. */
const ID = /^[^\p{Cc}\p{Cs}]{1,256}$/u;

export const id = () => field('a text of 1 to 256 characters', z.string().regex(ID));
export const nullableText = () =>
  field('a text of 1 to 256 characters, or null', z.string().regex(ID).nullable());
export const names = () =>
  field(
    'a list of texts',
    z
      .array(z.string().regex(ID))
      .max(MOST_NAMES)
      .nullable()
      .transform((list) => list ?? []),
  );
export const ids = () =>
  field('a list of 1 to 1000 texts', z.array(z.string().regex(ID)).min(1).max(MOST_NAMES));
export const flag = () =>
  field(
    'true or false',
    z
      .boolean()
      .nullable()
      .transform((value) => value ?? false),
  );
export const dollars = () => field('an amount of dollars, 0 or more, or null', amount().nullable());
const limit = () => field('a whole number, 0 or more, or null', count().nullable());
const limits = () => field('an object of whole numbers, 0 or more', nullableRecord(count()));

/** `30d`; null, `-1` and the empty text of some clients: never. In seconds. */
export const duration = () =>
  field(
    'a span of time such as 30s, 10m, 1h, 7d or 1mo, or null',
    z
      .string()
      .nullable()
      .transform((text, sink): number | null => {
        if (text === null || text === '-1' || text === '') return null;
        const seconds = parseDurationSeconds(text);
        if (seconds === null) sink.addIssue({ code: 'custom', message: 'no duration' });
        return seconds;
      }),
  );

export const jsonObject = () =>
  field(
    'an object of at most 16 KiB',
    nullableRecord(z.json()).refine(
      (value) => Buffer.byteLength(JSON.stringify(value)) <= MOST_METADATA_BYTES,
    ),
  );

export const BOUND_FIELDS = {
  max_budget: dollars(),
  soft_budget: dollars(),
  budget_duration: duration(),
  tpm_limit: limit(),
  rpm_limit: limit(),
  max_parallel_requests: limit(),
};

export const KEY_FIELDS = {
  ...BOUND_FIELDS,
  key_alias: nullableText(),
  models: names(),
  user_id: nullableText(),
  team_id: nullableText(),
  organization_id: nullableText(),
  key_type: field(
    'default, llm_api, management or read_only',
    z.enum(['default', 'llm_api', 'management', 'read_only']),
  ),
  aliases: field('an object of texts', nullableRecord(z.string().regex(ID))),
  model_rpm_limit: limits(),
  model_tpm_limit: limits(),
  model_max_budget: field('an object of amounts of dollars', nullableRecord(amount())),
  metadata: jsonObject(),
  tags: names(),
  allowed_routes: names(),
  permissions: jsonObject(),
  blocked: flag(),
  rotation_interval: duration(),
};

export const USER_FIELDS = {
  ...BOUND_FIELDS,
  user_alias: nullableText(),
  user_email: nullableText(),
  user_role: field(
    'proxy_admin, proxy_admin_viewer, internal_user or internal_user_viewer',
    z.enum(['proxy_admin', 'proxy_admin_viewer', 'internal_user', 'internal_user_viewer']),
  ),
  models: names(),
  teams: names(),
  metadata: jsonObject(),
  blocked: flag(),
};

export const TEAM_FIELDS = {
  ...BOUND_FIELDS,
  team_alias: nullableText(),
  organization_id: nullableText(),
  models: names(),
  metadata: jsonObject(),
  blocked: flag(),
};

/** LiteLLM's name → the record's. Whatever is not here is never written. */
const RECORD_NAMES: Readonly<Record<string, string>> = {
  max_budget: 'maxBudgetDollars',
  soft_budget: 'softBudgetDollars',
  budget_duration: 'budgetSeconds',
  tpm_limit: 'tpmLimit',
  rpm_limit: 'rpmLimit',
  max_parallel_requests: 'maxParallelRequests',
  key_alias: 'alias',
  user_alias: 'alias',
  team_alias: 'alias',
  user_email: 'email',
  user_role: 'role',
  key_type: 'role',
  models: 'models',
  teams: 'teams',
  user_id: 'userId',
  team_id: 'teamId',
  organization_id: 'organizationId',
  aliases: 'aliases',
  model_rpm_limit: 'modelRpmLimit',
  model_tpm_limit: 'modelTpmLimit',
  model_max_budget: 'modelMaxBudgetDollars',
  metadata: 'metadata',
  tags: 'tags',
  allowed_routes: 'allowedRoutes',
  permissions: 'permissions',
  blocked: 'blocked',
  rotation_interval: 'rotationSeconds',
};

/** The fields of a change, of those that the body gives. */
export function renderFields(
  body: Readonly<Record<string, JsonValue | undefined>>,
  known: Readonly<Record<string, unknown>>,
): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(
    Object.keys(known).flatMap((name) => {
      const recordName = RECORD_NAMES[name];
      const value = body[name];
      return recordName === undefined || value === undefined ? [] : [[recordName, value]];
    }),
  );
}

function amount() {
  return z.number().min(0).max(1_000_000_000);
}

function count() {
  return z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
}

function nullableRecord<Value extends z.ZodType<JsonValue>>(value: Value) {
  return z
    .record(z.string(), value)
    .nullable()
    .transform((record): Readonly<Record<string, JsonValue>> => record ?? {});
}
