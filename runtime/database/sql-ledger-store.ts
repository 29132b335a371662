import { MEMBER_SEPARATOR } from '../ledger/ledger-entry';
import type {
  LedgerBatch,
  LedgerEntry,
  LedgerStore,
  Partition,
  PartitionDigest,
  SpendScope,
} from '../ledger/ledger-entry';
import { AlternativeSql } from './alternative-sql';
import type { Database, SqlRunner } from './sql';
import { renderStorableNullable, renderStorableText } from './storable-text';

/** Aurora DSQL takes 3000 rows in one transaction, the digest's own among them. */
export const MOST_ENTRIES = 2500;

/** Columns beside those of the partition: name, type and value. One JSON document carries all rows in one parameter. */
const COLUMNS: readonly (readonly [string, string, (entry: LedgerEntry) => unknown])[] = [
  ['seq', 'bigint', ({ seq }) => seq],
  ['calls', 'bigint', ({ calls }) => calls],
  ['call_id', 'text', ({ callId }) => renderStorableText(callId)],
  ['key_id', 'text', ({ keyId }) => renderStorableNullable(keyId)],
  ['user_id', 'text', ({ userId }) => renderStorableNullable(userId)],
  ['team_id', 'text', ({ teamId }) => renderStorableNullable(teamId)],
  ['organization_id', 'text', ({ organizationId }) => renderStorableNullable(organizationId)],
  ['end_user', 'text', ({ endUser }) => renderStorableNullable(endUser)],
  ['route', 'text', ({ route }) => renderStorableText(route)],
  ['model', 'text', ({ model }) => renderStorableText(model)],
  ['model_group', 'text', ({ group }) => renderStorableText(group)],
  ['deployment_id', 'text', ({ deploymentId }) => renderStorableNullable(deploymentId)],
  ['litellm_model', 'text', ({ litellmModel }) => renderStorableNullable(litellmModel)],
  ['provider', 'text', ({ provider }) => renderStorableNullable(provider)],
  ['prompt_tokens', 'bigint', ({ promptTokens }) => promptTokens],
  ['completion_tokens', 'bigint', ({ completionTokens }) => completionTokens],
  ['micro_dollars', 'bigint', ({ microDollars }) => microDollars],
  // Spools of former versions do not tell.
  ['estimated', 'text', ({ estimated = 'none' }) => estimated],
  ['started_at_ms', 'bigint', ({ startedAtMs }) => Math.round(startedAtMs)],
  ['first_byte_at_ms', 'bigint', (entry) => renderMoment(entry.firstByteAtMs)],
  ['ended_at_ms', 'bigint', ({ endedAtMs }) => Math.round(endedAtMs)],
  ['outcome', 'text', ({ outcome }) => renderStorableText(outcome)],
  ['cache_hit', 'boolean', ({ cacheHit }) => cacheHit],
  ['tags', 'text', ({ tags }) => JSON.stringify(tags.map(renderStorableText))],
  ['session_id', 'text', ({ sessionId }) => renderStorableNullable(sessionId)],
];

const NAMES = COLUMNS.map(([name]) => name).join(', ');

const INSERT_ENTRIES = `
  INSERT INTO gateway_ledger (region, boot, ${NAMES})
  SELECT $1, $2, ${NAMES}
  FROM json_to_recordset($3::json) AS entry (${COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ')})
  ORDER BY seq
  ON CONFLICT (region, boot, seq) DO NOTHING
  RETURNING seq`;

/** Forward only: an old batch that is told again must not take back what a later one said. */
const RECORD_DIGEST = `
  INSERT INTO gateway_ledger_partitions (region, boot, calls, max_seq, micro_dollars)
  VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (region, boot) DO UPDATE
  SET calls = excluded.calls, max_seq = excluded.max_seq, micro_dollars = excluded.micro_dollars
  WHERE excluded.max_seq > gateway_ledger_partitions.max_seq`;

const READ_DIGEST = `
  SELECT coalesce(sum(calls), 0)::bigint AS calls, coalesce(max(seq), 0) AS max_seq,
    coalesce(sum(micro_dollars), 0)::bigint AS micro_dollars
  FROM gateway_ledger
  WHERE region = $1 AND boot = $2`;

/** Since ever: the sums that each partition keeps of itself tell it, without a look at every call there was. */
const SUM_OF_PARTITIONS = `(SELECT coalesce(sum(partition.micro_dollars), 0)::bigint
  FROM gateway_ledger_partitions AS partition
  WHERE (scope.region IS NULL OR partition.region = scope.region)
    AND NOT (partition.region = $2 AND partition.boot = $3))`;

/** One subquery for each kind of scope, so that each finds its index. */
const READ_TOTALS = `
  SELECT scope.place, CASE scope.kind
    ${['key', 'user', 'team'].map((kind) => `WHEN '${kind}' THEN ${sumOf(`entry.${kind}_id = scope.id`)}`).join('\n')}
    WHEN 'member' THEN ${sumOf('entry.user_id = scope.id AND entry.team_id = scope.team_id')}
    WHEN 'end_user' THEN ${sumOf('entry.end_user = scope.id')}
    WHEN 'gateway' THEN CASE WHEN scope.since_ms <= 0 THEN ${SUM_OF_PARTITIONS} ELSE ${sumOf('true')} END
    END AS micro_dollars
  FROM json_to_recordset($1::json) AS scope
    (place integer, kind text, id text, team_id text, model_group text, since_ms bigint, region text)`;

function sumOf(whose: string): string {
  return `(SELECT coalesce(sum(entry.micro_dollars), 0)::bigint FROM gateway_ledger AS entry
    WHERE ${whose} AND entry.ended_at_ms >= scope.since_ms
      AND (scope.model_group IS NULL OR entry.model_group = scope.model_group)
      AND (scope.region IS NULL OR entry.region = scope.region)
      AND NOT (entry.region = $2 AND entry.boot = $3))`;
}

interface DigestRow {
  readonly calls: number;
  readonly max_seq: number;
  readonly micro_dollars: number;
}

/** The ledger in PostgreSQL: rows that are only ever added, under the numbers their writer gave them. */
export class SqlLedgerStore implements LedgerStore {
  private readonly totals: SqlRunner;

  constructor(private readonly database: Database) {
    // Sums over a month are the one heavy question the gateway asks, and may be a little behind.
    this.totals = new AlternativeSql(database.reader, database.writer);
  }

  async write({ partition, entries, digest }: LedgerBatch): Promise<void> {
    if (entries.length > MOST_ENTRIES) {
      throw new RangeError(
        `a batch of the ledger must hold at most ${MOST_ENTRIES} entries, got ${entries.length}; split it`,
      );
    }
    const identity = [renderStorableText(partition.region), renderStorableText(partition.boot)];
    const rows = [...entries].sort((one, other) => one.seq - other.seq);
    const last = rows.pop();
    if (last === undefined) return;
    const insert = (sql: SqlRunner, some: readonly LedgerEntry[]): Promise<readonly unknown[]> =>
      sql.query(INSERT_ENTRIES, [...identity, JSON.stringify(some.map(renderRow))]);
    await this.database.writer.transaction(async (sql) => {
      // Of a batch that was added up the last number stays. A delivery in its former shape that comes late, when everybody
      // has given it up, finds it and must leave the rest out, too.
      const stored = await insert(sql, [last]);
      if (stored.length === 0) return;
      await insert(sql, rows);
      await sql.query(RECORD_DIGEST, [
        ...identity,
        digest.calls,
        digest.maxSeq,
        digest.microDollars,
      ]);
    });
  }

  async readDigest({ region, boot }: Partition): Promise<PartitionDigest> {
    const [row] = await this.database.writer.query<DigestRow>(READ_DIGEST, [region, boot]);
    return {
      calls: row?.calls ?? 0,
      maxSeq: row?.max_seq ?? 0,
      microDollars: row?.micro_dollars ?? 0,
    };
  }

  async readTotals(scopes: readonly SpendScope[], without: Partition): Promise<readonly number[]> {
    if (scopes.length === 0) return [];
    const asked = scopes.map((scope, place) => ({
      place,
      kind: scope.kind,
      ...selectIds(scope),
      model_group: scope.group,
      since_ms: Math.floor(scope.sinceMs),
      region: scope.region,
    }));
    const rows = await this.totals.query<{
      readonly place: number;
      readonly micro_dollars: number;
    }>(READ_TOTALS, [JSON.stringify(asked), without.region, without.boot]);
    const byPlace = new Map(rows.map((row) => [row.place, row.micro_dollars]));
    return scopes.map((_, place) => byPlace.get(place) ?? 0);
  }
}

function selectIds({ kind, id }: SpendScope): { readonly id: string; readonly team_id: string } {
  // A customer's name may be anything; it is compared in the form in which it was stored.
  if (kind === 'end_user') return { id: renderStorableText(id), team_id: '' };
  const [teamId = '', userId = ''] = kind === 'member' ? id.split(MEMBER_SEPARATOR) : ['', id];
  return { id: userId, team_id: teamId };
}

function renderRow(entry: LedgerEntry): Readonly<Record<string, unknown>> {
  return Object.fromEntries(COLUMNS.map(([name, , select]) => [name, select(entry)]));
}

function renderMoment(atMs: number | null): number | null {
  return atMs === null ? null : Math.round(atMs);
}
