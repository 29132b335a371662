import { AlternativeSql } from '../../../runtime/database/alternative-sql';
import type { SqlRunner } from '../../../runtime/database/sql';

const answering = (name: string): SqlRunner => ({
  query: <Row>() => Promise.resolve([{ name } as Row]),
});
const failing = (error: Error): SqlRunner => ({ query: () => Promise.reject(error) });
const away = new Error('connect ECONNREFUSED');
const refused = Object.assign(new Error('syntax error'), { code: '42601' });

describe('AlternativeSql', () => {
  it('asks the first', async () => {
    const sql = new AlternativeSql(answering('first'), answering('second'));
    expect(await sql.query('SELECT 1')).toEqual([{ name: 'first' }]);
  });

  it('asks the second when the first is away', async () => {
    const sql = new AlternativeSql(failing(away), answering('second'));
    expect(await sql.query('SELECT 1')).toEqual([{ name: 'second' }]);
  });

  it('does not ask the second what the first refuses', async () => {
    const sql = new AlternativeSql(failing(refused), answering('second'));
    await expect(sql.query('SELECT')).rejects.toBe(refused);
  });

  it('does not ask one server twice', async () => {
    const query = jest.fn().mockRejectedValue(away);
    const only: SqlRunner = { query };
    await expect(new AlternativeSql(only, only).query('SELECT 1')).rejects.toBe(away);
    expect(query).toHaveBeenCalledTimes(1);
  });
});
