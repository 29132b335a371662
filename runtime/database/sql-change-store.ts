import type { Change, ChangeStore, JsonValue, StoredChanges } from '../directory/change';
import { AlternativeSql } from './alternative-sql';
import { OVERLAP_MS, parsePosition, renderPosition } from './change-position';
import type { ChangePosition, RegionPosition } from './change-position';
import type { Database, SqlRunner } from './sql';
import { renderStorableText } from './storable-text';

const PAGE_ROWS = 5_000;
const MOST_ROWS_WRITTEN = 1_000;

/**
 * The moment of storing never goes back within a region, also not when the clock does or a standby with another clock is
 * promoted: it would lie before what readers have read.
 */
const INSERT = `
  INSERT INTO gateway_changes (stamp, region, stored_at_ms, kind, entity_id, fields, actor)
  SELECT change.stamp, change.region,
    greatest(
      (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
      (SELECT max(stored.stored_at_ms) FROM gateway_changes AS stored
        WHERE stored.region = change.region)
    ),
    change.kind, change.entity_id, change.fields, change.actor
  FROM json_to_recordset($1::json) AS change
    (stamp text, region text, kind text, entity_id text, fields text, actor text)
  ORDER BY change.stamp COLLATE "C"
  ON CONFLICT (stamp) DO NOTHING`;

/** Walks from region to region by the index, and looks at the newest rows of each: never at the whole table. */
const READ_HEADS = `
  WITH RECURSIVE regions (region) AS (
    SELECT min(region) FROM gateway_changes
    UNION ALL
    SELECT (SELECT min(next.region) FROM gateway_changes AS next
      WHERE next.region > regions.region)
    FROM regions WHERE regions.region IS NOT NULL
  ), heads (region, head_ms) AS (
    SELECT regions.region, (SELECT max(stored.stored_at_ms) FROM gateway_changes AS stored
      WHERE stored.region = regions.region)
    FROM regions WHERE regions.region IS NOT NULL
  )
  SELECT heads.region, heads.head_ms, (SELECT count(*) FROM gateway_changes AS stored
    WHERE stored.region = heads.region AND stored.stored_at_ms > heads.head_ms - $1::bigint
  ) AS recent
  FROM heads`;

const READ_PAGE = `
  SELECT stamp, region, stored_at_ms, kind, entity_id, fields, actor
  FROM gateway_changes
  WHERE region = $1 AND (stored_at_ms, stamp) > ($2::bigint, $3)
  ORDER BY stored_at_ms, stamp
  LIMIT $4`;

interface HeadRow {
  readonly region: string;
  readonly head_ms: number;
  readonly recent: number;
}

export interface ChangeRow {
  readonly stamp: string;
  readonly region: string;
  readonly stored_at_ms: number;
  readonly kind: string;
  readonly entity_id: string;
  readonly fields: string;
  readonly actor: string;
}

/** The change log in PostgreSQL. */
export class SqlChangeStore implements ChangeStore {
  private readonly latest: SqlRunner;

  constructor(private readonly database: Database) {
    // A reader that lags would keep a withdrawn key alive; without a writer nothing new is written anyway.
    this.latest = new AlternativeSql(database.writer, database.reader);
  }

  async read(after: string | null): Promise<StoredChanges> {
    const known = parsePosition(after);
    const heads = await this.latest.query<HeadRow>(READ_HEADS, [OVERLAP_MS]);
    const reached = new Map<string, RegionPosition>();
    const rows: ChangeRow[] = [];
    for (const head of heads) {
      const from = known.get(head.region);
      if (from !== undefined && from.headMs === head.head_ms && from.recent === head.recent) {
        reached.set(head.region, from);
        continue;
      }
      const found = await this.readRegion(head.region, from ?? null);
      rows.push(...found);
      // Nothing: the question went to a server that lags.
      if (found.length > 0) reached.set(head.region, measureRegion(found));
    }
    return { changes: parseRows(rows), position: renderReached(known, reached) };
  }

  async write(changes: readonly Change[]): Promise<void> {
    const rows = changes.map((change) => ({
      stamp: change.stamp,
      region: renderStorableText(change.region),
      kind: change.kind,
      entity_id: renderStorableText(change.entityId),
      fields: JSON.stringify(change.fields),
      actor: renderStorableText(change.actor),
    }));
    if (rows.length > MOST_ROWS_WRITTEN) {
      throw new RangeError(
        `at most ${MOST_ROWS_WRITTEN} changes can be written at once, got ${rows.length}; split them`,
      );
    }
    if (rows.length > 0) await this.database.writer.query(INSERT, [JSON.stringify(rows)]);
  }

  private async readRegion(
    region: string,
    from: RegionPosition | null,
  ): Promise<readonly ChangeRow[]> {
    const rows: ChangeRow[] = [];
    let afterMs = from === null ? -1 : from.headMs - OVERLAP_MS;
    let afterStamp = '';
    for (;;) {
      const page = await this.latest.query<ChangeRow>(READ_PAGE, [
        region,
        afterMs,
        afterStamp,
        PAGE_ROWS,
      ]);
      rows.push(...page);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE_ROWS) return rows;
      afterMs = last.stored_at_ms;
      afterStamp = last.stamp;
    }
  }
}

export function parseChangeRow(row: ChangeRow): Change {
  return {
    stamp: row.stamp,
    kind: row.kind as Change['kind'],
    entityId: row.entity_id,
    fields: JSON.parse(row.fields) as Readonly<Record<string, JsonValue>>,
    actor: row.actor,
    region: row.region,
  };
}

function parseRows(rows: readonly ChangeRow[]): readonly Change[] {
  return rows
    .map(parseChangeRow)
    .sort((a, b) => (a.stamp < b.stamp ? -1 : Number(a.stamp > b.stamp)));
}

/** Counted from the rows that were read, so that what came in meanwhile is in the position if and only if it was told. */
function measureRegion(rows: readonly ChangeRow[]): RegionPosition {
  const headMs = rows.reduce((most, row) => Math.max(most, row.stored_at_ms), 0);
  const recent = rows.filter((row) => row.stored_at_ms > headMs - OVERLAP_MS).length;
  return { headMs, recent };
}

/** A server that lags may not know a region yet; what was read of it stays read. */
function renderReached(known: ChangePosition, reached: ChangePosition): string {
  return renderPosition(new Map([...known, ...reached]));
}
