import { EventEmitter } from 'node:events';
import type { Pool } from 'pg';
import { PoolSql } from '../../../runtime/database/pool-sql';
import { IncompleteAnswerError } from '../../../runtime/database/whole-answer';
import { ManualClock } from '../../support/manual-clock';

/** One connection that does what the test says, and tells how it was given back. */
class FakeClient extends EventEmitter {
  readonly texts: string[] = [];
  readonly released: unknown[] = [];

  constructor(
    private readonly refusals: Readonly<Record<string, Error>> = {},
    private readonly commands: Readonly<Record<string, string>> = {},
  ) {
    super();
  }

  query(text: string): Promise<unknown> {
    this.texts.push(text);
    const refusal = this.refusals[text];
    if (refusal !== undefined) return Promise.reject(refusal);
    const command = this.commands[text] ?? text.split(/\W/)[0];
    return Promise.resolve({ command, rowCount: 1, fields: [{ name: 'n' }], rows: [{ n: 1 }] });
  }

  release(destroy?: unknown): void {
    this.released.push(destroy);
  }
}

/** Lets each wait end as soon as it begins. */
class ImpatientClock extends ManualClock {
  override after(_delayMs: number, callback: () => void): () => void {
    callback();
    return () => undefined;
  }
}

function sqlOver(client: FakeClient, statementTimeoutMs: number | null = 7000): PoolSql {
  return new PoolSql({
    pool: { connect: () => Promise.resolve(client) } as unknown as Pool,
    clock: new ImpatientClock(),
    random: { next: () => 0 },
    statementTimeoutMs,
  });
}

const refused = Object.assign(new Error('no such table'), { code: '42P01' });
const cut = new Error('Connection terminated unexpectedly');

describe('PoolSql', () => {
  it('rejects a transaction that the server rolled back in answer to COMMIT', async () => {
    const client = new FakeClient({}, { COMMIT: 'ROLLBACK' });
    await expect(sqlOver(client).transaction(() => Promise.resolve('done'))).rejects.toThrow(
      new IncompleteAnswerError('the database answered COMMIT with ROLLBACK'),
    );
    expect(client.released).toEqual([true]);
  });

  it('gives a connection back after its answer', async () => {
    const client = new FakeClient();
    expect(await sqlOver(client).query('SELECT 1')).toEqual([{ n: 1 }]);
    expect(client.released).toEqual([undefined]);
  });

  it('bounds the statements of a transaction without setting anything for the session', async () => {
    const client = new FakeClient();
    await sqlOver(client).transaction((sql) => sql.query('SELECT 1'));
    expect(client.texts).toEqual([
      'BEGIN; SET LOCAL statement_timeout = 7000',
      'SELECT 1',
      'COMMIT',
    ]);
  });

  it('sets no bound where the server takes none', async () => {
    const client = new FakeClient();
    await sqlOver(client, null).transaction((sql) => sql.query('SELECT 1'));
    expect(client.texts).toEqual(['BEGIN', 'SELECT 1', 'COMMIT']);
  });

  it('repeats a statement alone after a conflict, on a connection that was given back clean', async () => {
    const conflict = Object.assign(new Error('change conflicts (OC000)'), { code: '40001' });
    const client = new FakeClient();
    jest.spyOn(client, 'query').mockRejectedValueOnce(conflict);
    expect(await sqlOver(client, 7000).query('SELECT 1')).toEqual([{ n: 1 }]);
    expect(client.texts).toEqual(['ROLLBACK', 'SELECT 1']);
    expect(client.released).toEqual([false, undefined]);
  });

  it('rolls back and keeps the connection after a refusal', async () => {
    const client = new FakeClient({ 'SELECT 1': refused });
    await expect(sqlOver(client).transaction((sql) => sql.query('SELECT 1'))).rejects.toBe(refused);
    expect(client.texts.at(-1)).toBe('ROLLBACK');
    expect(client.released).toEqual([false]);
  });

  it('closes a connection that is in doubt', async () => {
    const client = new FakeClient({ 'SELECT 1': cut });
    await expect(sqlOver(client).query('SELECT 1')).rejects.toBe(cut);
    expect(client.texts).toEqual(['SELECT 1']);
    expect(client.released).toEqual([true]);
  });

  it('closes a connection that cannot roll back, and tells the first failure', async () => {
    const client = new FakeClient({ 'SELECT 1': refused, ROLLBACK: cut });
    await expect(sqlOver(client).query('SELECT 1')).rejects.toBe(refused);
    expect(client.released).toEqual([true]);
  });
});
