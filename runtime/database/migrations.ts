/** One step of the schema. Once released it is never edited: its checksum would no longer be that of what was applied. */
export interface Migration {
  /** Counts up from 1. */
  readonly version: number;
  readonly name: string;
  /** `breaking`: code that does not know this step must not use the database any more. */
  readonly kind: 'compatible' | 'breaking';
  /** Each can be run again to no effect, and each stands alone: some databases take one per transaction. */
  readonly statements: readonly string[];
}

/**
 * The schema, step by step. No foreign keys, sequences, extensions, triggers or procedures, and columns of plain types
 * alone (JSON is kept as text), so that it also runs on Aurora DSQL, Spanner and YugabyteDB. Its names are prefixed,
 * because LiteLLM's own tables may stand beside them.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'changes, ledger and transfers',
    kind: 'compatible',
    statements: [
      `CREATE TABLE IF NOT EXISTS gateway_changes (
        stamp text COLLATE "C" PRIMARY KEY,
        region text NOT NULL,
        stored_at_ms bigint NOT NULL,
        kind text NOT NULL,
        entity_id text NOT NULL,
        fields text NOT NULL,
        actor text NOT NULL
      )`,
      `CREATE INDEX IF NOT EXISTS gateway_changes_position
        ON gateway_changes (region, stored_at_ms, stamp)`,
      `CREATE INDEX IF NOT EXISTS gateway_changes_entity
        ON gateway_changes (kind, entity_id, stamp)`,
      `CREATE TABLE IF NOT EXISTS gateway_ledger (
        region text NOT NULL,
        boot text NOT NULL,
        seq bigint NOT NULL,
        calls bigint NOT NULL,
        call_id text NOT NULL,
        key_id text,
        user_id text,
        team_id text,
        organization_id text,
        end_user text,
        route text NOT NULL,
        model text NOT NULL,
        model_group text NOT NULL,
        deployment_id text,
        litellm_model text,
        provider text,
        prompt_tokens bigint NOT NULL,
        completion_tokens bigint NOT NULL,
        micro_dollars bigint NOT NULL,
        started_at_ms bigint NOT NULL,
        first_byte_at_ms bigint,
        ended_at_ms bigint NOT NULL,
        outcome text NOT NULL,
        cache_hit boolean NOT NULL,
        tags text NOT NULL,
        session_id text,
        PRIMARY KEY (region, boot, seq)
      )`,
      `CREATE INDEX IF NOT EXISTS gateway_ledger_key ON gateway_ledger (key_id, ended_at_ms)`,
      `CREATE INDEX IF NOT EXISTS gateway_ledger_user ON gateway_ledger (user_id, ended_at_ms)`,
      `CREATE INDEX IF NOT EXISTS gateway_ledger_team ON gateway_ledger (team_id, ended_at_ms)`,
      `CREATE INDEX IF NOT EXISTS gateway_ledger_call ON gateway_ledger (call_id)`,
      `CREATE INDEX IF NOT EXISTS gateway_ledger_ended ON gateway_ledger (ended_at_ms)`,
      `CREATE TABLE IF NOT EXISTS gateway_ledger_partitions (
        region text NOT NULL,
        boot text NOT NULL,
        calls bigint NOT NULL,
        max_seq bigint NOT NULL,
        micro_dollars bigint NOT NULL,
        PRIMARY KEY (region, boot)
      )`,
      `CREATE TABLE IF NOT EXISTS gateway_budget_transfers (
        stamp text COLLATE "C" PRIMARY KEY,
        quota_id text NOT NULL,
        window_number bigint NOT NULL,
        from_region text NOT NULL,
        to_region text NOT NULL,
        micro_dollars bigint NOT NULL
      )`,
      `CREATE INDEX IF NOT EXISTS gateway_budget_transfers_quota
        ON gateway_budget_transfers (quota_id, window_number)`,
      `CREATE OR REPLACE VIEW gateway_daily_spend AS
        SELECT to_char(to_timestamp(ended_at_ms / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day,
          key_id, team_id, user_id, model_group, litellm_model, provider,
          sum(calls)::bigint AS calls,
          sum(CASE WHEN outcome = 'success' THEN calls ELSE 0 END)::bigint AS successful_calls,
          sum(prompt_tokens)::bigint AS prompt_tokens,
          sum(completion_tokens)::bigint AS completion_tokens,
          sum(micro_dollars)::bigint AS micro_dollars
        FROM gateway_ledger
        GROUP BY 1, 2, 3, 4, 5, 6, 7`,
      ...['key', 'user', 'team'].map(
        (scope) => `CREATE OR REPLACE VIEW gateway_spend_by_${scope} AS
        SELECT ${scope}_id,
          sum(calls)::bigint AS calls,
          sum(prompt_tokens)::bigint AS prompt_tokens,
          sum(completion_tokens)::bigint AS completion_tokens,
          sum(micro_dollars)::bigint AS micro_dollars
        FROM gateway_ledger
        WHERE ${scope}_id IS NOT NULL
        GROUP BY ${scope}_id`,
      ),
      `CREATE OR REPLACE VIEW gateway_ledger_gaps AS
        SELECT p.region, p.boot,
          p.calls AS expected_calls, coalesce(l.calls, 0)::bigint AS stored_calls,
          p.max_seq AS expected_max_seq, coalesce(l.max_seq, 0)::bigint AS stored_max_seq,
          p.micro_dollars AS expected_micro_dollars,
          coalesce(l.micro_dollars, 0)::bigint AS stored_micro_dollars
        FROM gateway_ledger_partitions p
        LEFT JOIN (
          SELECT region, boot, sum(calls)::bigint AS calls, max(seq) AS max_seq,
            sum(micro_dollars)::bigint AS micro_dollars
          FROM gateway_ledger
          GROUP BY region, boot
        ) l ON l.region = p.region AND l.boot = p.boot
        WHERE coalesce(l.calls, 0) <> p.calls
          OR coalesce(l.max_seq, 0) <> p.max_seq
          OR coalesce(l.micro_dollars, 0) <> p.micro_dollars`,
    ],
  },
  {
    version: 2,
    name: 'spending of end users',
    kind: 'compatible',
    statements: [
      `CREATE INDEX IF NOT EXISTS gateway_ledger_end_user
        ON gateway_ledger (end_user, ended_at_ms)`,
    ],
  },
  {
    version: 3,
    name: 'what of an amount is estimated',
    kind: 'compatible',
    statements: [`ALTER TABLE gateway_ledger ADD COLUMN IF NOT EXISTS estimated text`],
  },
];
