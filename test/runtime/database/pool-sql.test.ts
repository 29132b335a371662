import { EventEmitter } from 'node:events';
import type { Pool } from 'pg';
import { PoolSql } from '../../../runtime/database/pool-sql';
import { ManualClock } from '../../support/manual-clock';

/** One connection that does what the test says, and tells how it was given back. */
class FakeClient extends EventEmitter {
  readonly texts: string[] = [];
  readonly released: unknown[] = [];

  constructor(private readonly refusals: Readonly<Record<string, Error>> = {}) {
    super();
  }

  query(text: string): Promise<unknown> {
    this.texts.push(text);
    const refusal = this.refusals[text];
    return refusal === undefined ? Promise.resolve({ rows: [{ n: 1 }] }) : Promise.reject(refusal);
  }

  release(destroy?: unknown): void {
    this.released.push(destroy);
  }
}

function sqlOver(client: FakeClient): PoolSql {
  return new PoolSql({
    pool: { connect: () => Promise.resolve(client) } as unknown as Pool,
    clock: new ManualClock(),
    random: { next: () => 0 },
    statementTimeoutMs: 7000,
  });
}

const refused = Object.assign(new Error('no such table'), { code: '42P01' });
const cut = new Error('Connection terminated unexpectedly');

describe('PoolSql', () => {
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
