import type {
  RecordDigest,
  RecordPage,
  RecordTable,
  RegionalDatabase,
  StoredRecord,
} from './executor-ports';

/** Runs statements one after another on one new connection, and closes it. No host: the region's own database. */
export type RunSql = (
  statements: readonly SqlStatement[],
  host?: string,
) => Promise<readonly (readonly StoredRecord[])[]>;

export interface SqlStatement {
  readonly text: string;
  readonly values?: readonly unknown[];
}

export interface SqlDatabaseInput {
  readonly run: RunSql;
  readonly databaseName: string;
  readonly region: string;
  readonly kind: 'rds' | 'aurora';
}

/** How each table tells its rows apart, and by which column they were written in parts. */
const TABLES: Readonly<Record<RecordTable, { readonly part: string; readonly order: string }>> = {
  gateway_changes: { part: 'region', order: 'stamp' },
  gateway_ledger: { part: "region || '/' || boot", order: 'seq' },
  gateway_budget_transfers: { part: 'from_region', order: 'stamp' },
};

/** Of what follows it the receiver tells in one table on RDS, and Aurora in another. */
const RECEIPT = {
  rds: "SELECT coalesce(max(latest_end_lsn)::text, '') || coalesce(max(last_msg_receipt_time)::text, '') AS mark FROM pg_stat_wal_receiver",
  aurora:
    "SELECT coalesce(max(highest_lsn_written)::text, '') || coalesce(max(last_lag_calculation_time)::text, '') AS mark FROM aurora_global_db_status()",
} as const;

/** An idle sender is asked for a sign of life after half of wal_receiver_timeout, 30 s; half of that again for its answer. */
const HEARD_SECONDS = 45;

const LAG = {
  // The age of the last transaction says nothing while nobody writes: a replica that replayed all its writer has is not behind.
  rds: `SELECT CASE
      WHEN NOT pg_is_in_recovery() THEN 0
      WHEN EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming'
        AND last_msg_receipt_time > now() - interval '${HEARD_SECONDS} seconds'
        AND pg_last_wal_replay_lsn() >= latest_end_lsn) THEN 0
      ELSE coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0)
    END AS lag`,
  aurora:
    'SELECT CASE WHEN pg_is_in_recovery() THEN coalesce(max(durability_lag_in_msec) / 1000.0, 0) ELSE 0 END AS lag FROM aurora_global_db_status()',
} as const;

/** No region's name: regions that exchange rows send on what was made under their own, and never that a row was removed. */
const MARKER_REGION = 'failover-verification';

/** PostgreSQL of this region, over SQL. Settings of the database travel to its replicas with the data. */
export function createSqlDatabase({
  run,
  databaseName,
  region,
  kind,
}: SqlDatabaseInput): RegionalDatabase {
  const name = `"${databaseName.replaceAll('"', '""')}"`;
  const query = async (text: string, values: readonly unknown[] = []) =>
    (await run([{ text, values }]))[0] ?? [];
  return {
    isReplica: async () =>
      (await query('SELECT pg_is_in_recovery() AS replica'))[0]?.['replica'] === true,
    readLagSeconds: async () => Number((await query(LAG[kind]))[0]?.['lag'] ?? Number.NaN),
    readReceiptMark: async () => String((await query(RECEIPT[kind]))[0]?.['mark'] ?? ''),
    stopWrites: async () => {
      await run([
        { text: `ALTER DATABASE ${name} SET default_transaction_read_only = on` },
        {
          text: 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
          values: [databaseName],
        },
      ]);
    },
    allowWrites: async () => {
      await run([
        { text: 'SET default_transaction_read_only = off' },
        { text: `ALTER DATABASE ${name} RESET default_transaction_read_only` },
      ]);
    },
    // A connection made now has what was set last.
    refusesWrites: async () =>
      (await query('SHOW default_transaction_read_only'))[0]?.['default_transaction_read_only'] ===
      'on',
    writeAndRemoveRow: async (host) => {
      const [, found] = await run(
        [
          {
            text: `INSERT INTO gateway_ledger_partitions (region, boot, calls, max_seq, micro_dollars)
            VALUES ('${MARKER_REGION}', $1, 0, 0, 0) ON CONFLICT DO NOTHING`,
            values: [region],
          },
          {
            text: `SELECT boot FROM gateway_ledger_partitions WHERE region = '${MARKER_REGION}' AND boot = $1`,
            values: [region],
          },
          {
            text: `DELETE FROM gateway_ledger_partitions WHERE region = '${MARKER_REGION}' AND boot = $1`,
            values: [region],
          },
        ],
        host,
      );
      if (found?.length !== 1) throw new Error('the row that was written could not be read back');
    },
    readDigests: async () => {
      const answers = await run(
        Object.entries(TABLES).map(([table, { part }]) => ({
          text: `SELECT '${table}' AS table, ${part} AS part, count(*)::int AS count FROM ${table} GROUP BY 2 ORDER BY 2`,
        })),
      );
      return answers.flat() as unknown as readonly RecordDigest[];
    },
    readRecords: async ({ table, part, offset, limit }: RecordPage) => {
      const { part: column, order } = TABLES[table];
      const rows = await query(
        `SELECT to_jsonb(t) AS record FROM ${table} t WHERE ${column} = $1 ORDER BY ${order} OFFSET $2 LIMIT $3`,
        [part, offset, limit],
      );
      return rows.map(({ record }) => record as StoredRecord);
    },
    storeRecords: async (table, records) => {
      await run([
        {
          text: `INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb) ON CONFLICT DO NOTHING`,
          values: [JSON.stringify(records)],
        },
        ...(table === 'gateway_ledger' ? [{ text: COUNT_PARTITIONS }] : []),
      ]);
    },
  };
}

/** What the ledger knows of each part is counted once more after rows were added behind its back. */
const COUNT_PARTITIONS = `
  INSERT INTO gateway_ledger_partitions (region, boot, calls, max_seq, micro_dollars)
  SELECT region, boot, sum(calls), max(seq), sum(micro_dollars) FROM gateway_ledger GROUP BY 1, 2
  ON CONFLICT (region, boot) DO UPDATE
  SET calls = excluded.calls, max_seq = excluded.max_seq, micro_dollars = excluded.micro_dollars
  WHERE excluded.max_seq > gateway_ledger_partitions.max_seq`;
