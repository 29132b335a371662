import type { Change, EntityKind } from '../directory/change';
import type { LedgerEntry, Partition } from '../ledger/ledger-entry';
import { AlternativeSql } from './alternative-sql';
import type { Database, SqlRunner } from './sql';
import { parseChangeRow } from './sql-change-store';
import type { ChangeRow } from './sql-change-store';

/** Which entries of the ledger are asked for; null: whatever it is. */
export interface SpendFilter {
  readonly callId: string | null;
  readonly keyId: string | null;
  readonly userId: string | null;
  readonly teamId: string | null;
  /** Unit: milliseconds since 1970, this one included. */
  readonly fromMs: number | null;
  /** Unit: milliseconds since 1970, this one excluded. */
  readonly untilMs: number | null;
}

export const EVERY_SPEND: SpendFilter = {
  callId: null,
  keyId: null,
  userId: null,
  teamId: null,
  fromMs: null,
  untilMs: null,
};

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

export interface SpendSum {
  readonly calls: number;
  readonly successfulCalls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly microDollars: number;
}

/** What one payer spent on one deployment's model in one day. */
export interface DailySpend extends SpendSum {
  /** `2026-01-31`, in UTC. */
  readonly day: string;
  readonly keyId: string | null;
  readonly userId: string | null;
  readonly teamId: string | null;
  readonly group: string;
  readonly litellmModel: string | null;
  readonly provider: string | null;
}

export type SpendDimension = 'key' | 'user' | 'team' | 'end-user' | 'model' | 'provider' | 'tag';

export interface DimensionSpend extends SpendSum {
  /** Null: spending that has none of these. */
  readonly name: string | null;
}

export interface ChangeFilter {
  readonly kind: EntityKind | null;
  readonly entityId: string | null;
  readonly actor: string | null;
}

/** An entry with the place it has in the ledger. */
export interface StoredEntry extends LedgerEntry {
  readonly partition: Partition;
}

/** What the routes about spending and the audit log read; may be a little behind. */
export interface SpendReader {
  /** Newest first. */
  readEntries(filter: SpendFilter, page: Page): Promise<readonly StoredEntry[]>;
  /** Newest day first. */
  readDaily(filter: SpendFilter, page: Page): Promise<readonly DailySpend[]>;
  /** Dearest first. */
  readByDimension(
    dimension: SpendDimension,
    filter: SpendFilter,
    page: Page,
  ): Promise<readonly DimensionSpend[]>;
  /** Newest first. */
  readChanges(filter: ChangeFilter, page: Page): Promise<readonly Change[]>;
}

const SUMS = `sum(calls)::bigint AS calls,
  sum(CASE WHEN outcome = 'success' THEN calls ELSE 0 END)::bigint AS successful_calls,
  sum(prompt_tokens)::bigint AS prompt_tokens,
  sum(completion_tokens)::bigint AS completion_tokens,
  sum(micro_dollars)::bigint AS micro_dollars`;

const DAY = `to_char(to_timestamp(ended_at_ms / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD')`;

const DIMENSIONS: Readonly<Record<SpendDimension, string>> = {
  key: 'key_id',
  user: 'user_id',
  team: 'team_id',
  'end-user': 'end_user',
  model: 'model_group',
  provider: 'provider',
  tag: 'tag',
};

interface SumRow {
  readonly calls: number;
  readonly successful_calls: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly micro_dollars: number;
}

interface DailyRow extends SumRow {
  readonly day: string;
  readonly key_id: string | null;
  readonly user_id: string | null;
  readonly team_id: string | null;
  readonly model_group: string;
  readonly litellm_model: string | null;
  readonly provider: string | null;
}

interface EntryRow {
  readonly region: string;
  readonly boot: string;
  readonly seq: number;
  readonly calls: number;
  readonly call_id: string;
  readonly key_id: string | null;
  readonly user_id: string | null;
  readonly team_id: string | null;
  readonly organization_id: string | null;
  readonly end_user: string | null;
  readonly route: string;
  readonly model: string;
  readonly model_group: string;
  readonly deployment_id: string | null;
  readonly litellm_model: string | null;
  readonly provider: string | null;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly micro_dollars: number;
  /** Null: written by a version that did not tell. */
  readonly estimated: LedgerEntry['estimated'] | null;
  readonly started_at_ms: number;
  readonly first_byte_at_ms: number | null;
  readonly ended_at_ms: number;
  readonly outcome: string;
  readonly cache_hit: boolean;
  readonly tags: string;
  readonly session_id: string | null;
}

/** Reads the ledger and the change log from the reader, and from the writer when that one is away. */
export class SqlSpendReader implements SpendReader {
  private readonly sql: SqlRunner;

  constructor(database: Database) {
    this.sql = new AlternativeSql(database.reader, database.writer);
  }

  async readEntries(filter: SpendFilter, page: Page): Promise<readonly StoredEntry[]> {
    const query = new Conditions(filter, page);
    const rows = await this.sql.query<EntryRow>(
      `SELECT * FROM gateway_ledger ${query.where}
       ORDER BY ended_at_ms DESC, region, boot, seq DESC ${query.page}`,
      query.values,
    );
    return rows.map(parseEntry);
  }

  async readDaily(filter: SpendFilter, page: Page): Promise<readonly DailySpend[]> {
    const query = new Conditions(filter, page);
    const rows = await this.sql.query<DailyRow>(
      `SELECT ${DAY} AS day, key_id, user_id, team_id, model_group, litellm_model, provider, ${SUMS}
       FROM gateway_ledger ${query.where}
       GROUP BY 1, 2, 3, 4, 5, 6, 7
       ORDER BY 1 DESC, 2, 3, 4, 5, 6, 7 ${query.page}`,
      query.values,
    );
    return rows.map((row) => ({
      day: row.day,
      keyId: row.key_id,
      userId: row.user_id,
      teamId: row.team_id,
      group: row.model_group,
      litellmModel: row.litellm_model,
      provider: row.provider,
      ...parseSum(row),
    }));
  }

  async readByDimension(
    dimension: SpendDimension,
    filter: SpendFilter,
    page: Page,
  ): Promise<readonly DimensionSpend[]> {
    const query = new Conditions(filter, page);
    const column = DIMENSIONS[dimension];
    const tags =
      dimension === 'tag'
        ? 'CROSS JOIN LATERAL json_array_elements_text(tags::json) AS each_tag (tag)'
        : '';
    const rows = await this.sql.query<SumRow & { readonly name: string | null }>(
      `SELECT ${column} AS name, ${SUMS} FROM gateway_ledger ${tags} ${query.where}
       GROUP BY 1 ORDER BY sum(micro_dollars) DESC, 1 ${query.page}`,
      query.values,
    );
    return rows.map((row) => ({ name: row.name, ...parseSum(row) }));
  }

  async readChanges(
    { kind, entityId, actor }: ChangeFilter,
    { limit, offset }: Page,
  ): Promise<readonly Change[]> {
    const rows = await this.sql.query<ChangeRow>(
      `SELECT stamp, region, stored_at_ms, kind, entity_id, fields, actor FROM gateway_changes
       WHERE ($1::text IS NULL OR kind = $1) AND ($2::text IS NULL OR entity_id = $2)
         AND ($3::text IS NULL OR actor = $3)
       ORDER BY stamp DESC LIMIT $4 OFFSET $5`,
      [kind, entityId, actor, limit, offset],
    );
    return rows.map(parseChangeRow);
  }
}

/** The part of a query that its filter makes. Only what is asked for is named, so that each question finds its index. */
class Conditions {
  readonly where: string;
  readonly page: string;
  readonly values: readonly unknown[];

  constructor(filter: SpendFilter, { limit, offset }: Page) {
    const asked = [
      ['call_id =', filter.callId],
      ['key_id =', filter.keyId],
      ['user_id =', filter.userId],
      ['team_id =', filter.teamId],
      ['ended_at_ms >=', filter.fromMs],
      ['ended_at_ms <', filter.untilMs],
    ].filter((condition) => condition[1] !== null);
    const texts = asked.map(([text], index) => `${text} $${index + 1}`);
    this.where = texts.length === 0 ? '' : `WHERE ${texts.join(' AND ')}`;
    this.page = `LIMIT $${asked.length + 1} OFFSET $${asked.length + 2}`;
    this.values = [...asked.map(([, value]) => value), limit, offset];
  }
}

function parseSum(row: SumRow): SpendSum {
  return {
    calls: row.calls,
    successfulCalls: row.successful_calls,
    promptTokens: row.prompt_tokens,
    completionTokens: row.completion_tokens,
    microDollars: row.micro_dollars,
  };
}

function parseEntry(row: EntryRow): StoredEntry {
  return {
    partition: { region: row.region, boot: row.boot },
    seq: row.seq,
    calls: row.calls,
    callId: row.call_id,
    keyId: row.key_id,
    userId: row.user_id,
    teamId: row.team_id,
    organizationId: row.organization_id,
    endUser: row.end_user,
    route: row.route,
    model: row.model,
    group: row.model_group,
    deploymentId: row.deployment_id,
    litellmModel: row.litellm_model,
    provider: row.provider,
    promptTokens: row.prompt_tokens,
    completionTokens: row.completion_tokens,
    microDollars: row.micro_dollars,
    estimated: row.estimated ?? 'none',
    startedAtMs: row.started_at_ms,
    firstByteAtMs: row.first_byte_at_ms,
    endedAtMs: row.ended_at_ms,
    outcome: row.outcome,
    cacheHit: row.cache_hit,
    tags: JSON.parse(row.tags) as readonly string[],
    sessionId: row.session_id,
  };
}
