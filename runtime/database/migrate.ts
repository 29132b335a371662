import { createHash } from 'node:crypto';
import { MIGRATIONS } from './migrations';
import type { Migration } from './migrations';
import type { Sql, SqlRunner } from './sql';
import { selectSqlState } from './sql-failure';

/** Any number, as long as it stays the same: whoever migrates holds it. */
const LOCK = 4_715_001_933;

/** `undefined_function`, `feature_not_supported`: the database knows no advisory locks. */
const NO_LOCKS = new Set(['42883', '0A000']);
/** `feature_not_supported`, `syntax_error`: the database knows another form of the statement. */
const REFUSED_FORM = new Set(['0A000', '42601']);
/** Another replica created the same thing at the same moment. */
const SAME_MOMENT = new Set(['23505', '42P07', '42710', '40001', 'XX000']);
const MOST_ATTEMPTS = 5;

const CREATE_HISTORY = `CREATE TABLE IF NOT EXISTS gateway_migrations (
  version integer PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL,
  checksum text NOT NULL,
  applied_at_ms bigint NOT NULL
)`;

/** The database's schema and this code do not fit together. */
export class SchemaError extends Error {}

interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly kind: string;
  readonly checksum: string;
}

/**
 * Brings the schema up to date and tells which steps that took. Safe when many replicas start at once: one does the work,
 * the others wait for it and find nothing left to do.
 */
export async function migrate(
  sql: Sql,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<readonly number[]> {
  // Reading first: a replica that starts against a current schema takes no lock, and needs no right to create tables.
  const known = await readApplied(sql);
  if (selectMissing(known, migrations).length === 0) return [];
  try {
    return await sql.transaction(async (transaction) => {
      await transaction.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
      await transaction.query(CREATE_HISTORY);
      const missing = selectMissing(await readHistory(transaction), migrations);
      for (const migration of missing) {
        for (const statement of migration.statements) await transaction.query(statement);
        await recordApplied(transaction, migration);
      }
      return missing.map(({ version }) => version);
    });
  } catch (error) {
    if (!NO_LOCKS.has(selectSqlState(error) ?? '')) throw error;
    return migrateWithoutLock(sql, migrations);
  }
}

/** The newest step that was applied; 0 where there is no schema yet. */
export async function readSchemaVersion(sql: SqlRunner): Promise<number> {
  return Math.max(0, ...(await readApplied(sql)).map(({ version }) => version));
}

/**
 * Aurora DSQL and its like: no locks, one statement per transaction that changes the schema and none beside it that changes
 * rows, and indexes that are built in the background. Every statement can be repeated, so replicas that meet do no harm.
 */
async function migrateWithoutLock(
  sql: Sql,
  migrations: readonly Migration[],
): Promise<readonly number[]> {
  await runAlone(sql, CREATE_HISTORY);
  const applied: number[] = [];
  for (const migration of selectMissing(await readHistory(sql), migrations)) {
    for (const statement of migration.statements) await runAlone(sql, statement);
    // Of replicas that met one tells.
    if ((await recordApplied(sql, migration)) === 'recorded') applied.push(migration.version);
  }
  return applied;
}

async function runAlone(sql: Sql, statement: string): Promise<void> {
  const distributed = renderDistributed(statement);
  let text = statement;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await sql.query(text);
      return;
    } catch (error) {
      const state = selectSqlState(error) ?? '';
      if (REFUSED_FORM.has(state) && text !== distributed) text = distributed;
      else if (attempt >= MOST_ATTEMPTS || !SAME_MOMENT.has(state)) throw error;
    }
  }
}

/** The same for Aurora DSQL, which builds indexes in the background alone and sorts by "C" without being told. */
function renderDistributed(statement: string): string {
  return statement
    .replace(/^CREATE INDEX /, 'CREATE INDEX ASYNC ')
    .replace(/^CREATE TABLE .*/s, (table) => table.replaceAll(' COLLATE "C"', ''));
}

async function readApplied(sql: SqlRunner): Promise<readonly AppliedMigration[]> {
  try {
    return await readHistory(sql);
  } catch (error) {
    // undefined_table: nothing was ever applied.
    if (selectSqlState(error) === '42P01') return [];
    throw error;
  }
}

function readHistory(sql: SqlRunner): Promise<readonly AppliedMigration[]> {
  return sql.query<AppliedMigration>(
    'SELECT version, name, kind, checksum FROM gateway_migrations ORDER BY version',
  );
}

async function recordApplied(
  sql: SqlRunner,
  migration: Migration,
): Promise<'recorded' | 'known already'> {
  const { version, name, kind } = migration;
  const recorded = await sql.query(
    `INSERT INTO gateway_migrations (version, name, kind, checksum, applied_at_ms)
     VALUES ($1, $2, $3, $4, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
     ON CONFLICT (version) DO NOTHING
     RETURNING version`,
    [version, name, kind, renderChecksum(migration)],
  );
  return recorded.length > 0 ? 'recorded' : 'known already';
}

/** Steps that are not applied yet, oldest first; throws where what was applied does not fit this code. */
function selectMissing(
  applied: readonly AppliedMigration[],
  migrations: readonly Migration[],
): readonly Migration[] {
  const byVersion = new Map(applied.map((entry) => [entry.version, entry]));
  const newest = Math.max(0, ...migrations.map(({ version }) => version));
  for (const { version, name, kind } of applied) {
    // Newer steps that break nothing are those of a rollout under way, or of one that was taken back.
    if (version > newest && kind === 'breaking') {
      throw new SchemaError(
        `the database's schema must be one that this gateway knows, got step ${version} (${name}), ` +
          `which breaks gateways older than it; this one knows ${newest} steps: run the newer gateway`,
      );
    }
  }
  return migrations.filter((migration) => {
    const entry = byVersion.get(migration.version);
    if (entry === undefined) return true;
    if (entry.checksum === renderChecksum(migration)) return false;
    throw new SchemaError(
      `step ${migration.version} (${migration.name}) of the schema must be the one that was applied, ` +
        'got another text under its number; a released step is never edited: add a new one instead',
    );
  });
}

function renderChecksum({ statements, kind }: Migration): string {
  // Spaces are layout.
  const text = [kind, ...statements.map((statement) => statement.replace(/\s+/g, ' '))].join(';');
  return createHash('sha256').update(text).digest('hex');
}
