import { migrate, readSchemaVersion, SchemaError } from '../../../runtime/database/migrate';
import { MIGRATIONS } from '../../../runtime/database/migrations';
import type { Migration } from '../../../runtime/database/migrations';
import type { Sql, SqlRunner } from '../../../runtime/database/sql';

interface Row {
  readonly version: number;
  readonly name: string;
  readonly kind: string;
  readonly checksum: string;
}

const refuse = (code: string): Error => Object.assign(new Error(`refused: ${code}`), { code });

/** A database that keeps the history of the schema, and refuses what a test tells it to. */
class FakeSql implements Sql {
  readonly statements: string[] = [];
  private history: readonly Row[] | null = null;

  constructor(private readonly refusal: (text: string) => Error | null = () => null) {}

  query<Result>(text: string, values: readonly unknown[] = []): Promise<readonly Result[]> {
    this.statements.push(text);
    const refusal = this.refusal(text);
    if (refusal !== null) return Promise.reject(refusal);
    if (text.startsWith('CREATE TABLE IF NOT EXISTS gateway_migrations')) this.history ??= [];
    if (text.startsWith('INSERT')) {
      const [version, name, kind, checksum] = values as [number, string, string, string];
      this.history = [...(this.history ?? []), { version, name, kind, checksum }];
      return Promise.resolve([{ version } as Result]);
    }
    if (!text.startsWith('SELECT version')) return Promise.resolve([]);
    return this.history === null
      ? Promise.reject(refuse('42P01'))
      : Promise.resolve(this.history as readonly Result[]);
  }

  transaction<Result>(work: (sql: SqlRunner) => Promise<Result>): Promise<Result> {
    return work(this);
  }
}

const step = (version: number, parts: Partial<Migration> = {}): Migration => ({
  version,
  name: `step ${version}`,
  kind: 'compatible',
  statements: [`CREATE TABLE IF NOT EXISTS t${version} (n integer)`],
  ...parts,
});

describe('MIGRATIONS', () => {
  it('counts up from one', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(
      MIGRATIONS.map((_, index) => index + 1),
    );
  });

  it('uses nothing that a distributed database lacks, and only names of its own', () => {
    for (const statement of MIGRATIONS.flatMap(({ statements }) => statements)) {
      expect(statement).not.toMatch(
        /\b(REFERENCES|SERIAL|BIGSERIAL|SEQUENCE|IDENTITY|EXTENSION|TRIGGER|FUNCTION|JSONB)\b|plpgsql|\[\]/i,
      );
      expect(statement).toMatch(
        /^(CREATE (TABLE IF NOT EXISTS|INDEX IF NOT EXISTS|OR REPLACE VIEW) gateway_|ALTER TABLE gateway_\w+ ADD COLUMN IF NOT EXISTS )/,
      );
    }
  });
});

describe('migrate', () => {
  it('applies what is missing, in order, under a lock', async () => {
    const sql = new FakeSql();
    expect(await migrate(sql, [step(1)])).toEqual([1]);
    expect(await migrate(sql, [step(1), step(2)])).toEqual([2]);
    expect(sql.statements).toContain('SELECT pg_advisory_xact_lock($1)');
    expect(await readSchemaVersion(sql)).toBe(2);
  });

  it('takes no lock where nothing is missing', async () => {
    const sql = new FakeSql();
    await migrate(sql, [step(1)]);
    sql.statements.length = 0;
    expect(await migrate(sql, [step(1)])).toEqual([]);
    expect(sql.statements).toHaveLength(1);
  });

  it('works with a newer schema that breaks nothing', async () => {
    const sql = new FakeSql();
    await migrate(sql, [step(1), step(2)]);
    expect(await migrate(sql, [step(1)])).toEqual([]);
  });

  it('rejects a newer schema that breaks older gateways', async () => {
    const sql = new FakeSql();
    await migrate(sql, [step(1), step(2, { kind: 'breaking' })]);
    const work = migrate(sql, [step(1)]);
    await expect(work).rejects.toThrow(SchemaError);
    await expect(work).rejects.toThrow(
      "the database's schema must be one that this gateway knows, got step 2 (step 2), " +
        'which breaks gateways older than it; this one knows 1 steps: run the newer gateway',
    );
  });

  it('rejects a step that was edited after it was applied, but not a new layout', async () => {
    const sql = new FakeSql();
    await migrate(sql, [step(1)]);
    const layout = step(1, { statements: ['CREATE TABLE IF NOT EXISTS\n  t1 (n integer)'] });
    expect(await migrate(sql, [layout])).toEqual([]);
    await expect(migrate(sql, [step(1, { statements: ['SELECT 2'] })])).rejects.toThrow(
      'step 1 (step 1) of the schema must be the one that was applied, ' +
        'got another text under its number; a released step is never edited: add a new one instead',
    );
  });

  it('goes on where the database knows no advisory locks, with indexes built in the background', async () => {
    const sql = new FakeSql((text) => {
      if (text.includes('pg_advisory')) return refuse('0A000');
      return text.startsWith('CREATE INDEX IF') ? refuse('0A000') : null;
    });
    const index = step(1, { statements: ['CREATE INDEX IF NOT EXISTS i ON t (n)'] });
    expect(await migrate(sql, [index])).toEqual([1]);
    expect(sql.statements).toContain('CREATE INDEX ASYNC IF NOT EXISTS i ON t (n)');
  });

  it('leaves the collation out where the database has one only', async () => {
    const sql = new FakeSql((text) => {
      if (text.includes('pg_advisory')) return refuse('0A000');
      return text.includes('COLLATE') ? refuse('42601') : null;
    });
    const table = step(1, { statements: ['CREATE TABLE IF NOT EXISTS t (s text COLLATE "C")'] });
    expect(await migrate(sql, [table])).toEqual([1]);
    expect(sql.statements).toContain('CREATE TABLE IF NOT EXISTS t (s text)');
    // What was applied is the step as it is written: a gateway on another database knows it again.
    expect(await migrate(sql, [table])).toEqual([]);
  });

  it('repeats a statement that another replica ran at the same moment', async () => {
    let refusals = 2;
    const sql = new FakeSql((text) => {
      if (text.includes('pg_advisory')) return refuse('42883');
      if (!text.includes('t1')) return null;
      refusals -= 1;
      return refusals >= 0 ? refuse('23505') : null;
    });
    expect(await migrate(sql, [step(1)])).toEqual([1]);
  });

  it('rejects with what the database says against a statement', async () => {
    const sql = new FakeSql((text) => (text.includes('t1') ? refuse('42501') : null));
    await expect(migrate(sql, [step(1)])).rejects.toThrow('refused: 42501');
    const lockless = new FakeSql((text) => {
      if (text.includes('pg_advisory')) return refuse('42883');
      return text.includes('t1') ? refuse('23505') : null;
    });
    await expect(migrate(lockless, [step(1)])).rejects.toThrow('refused: 23505');
  });
});
