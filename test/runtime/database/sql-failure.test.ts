import { classifySqlFailure, selectSqlState } from '../../../runtime/database/sql-failure';

const withCode = (code: unknown): Error => Object.assign(new Error('boom'), { code });

describe('classifySqlFailure', () => {
  it.each([
    ['40P01', 'repeatable'],
    ['40001', 'repeatable'],
    ['OC000', 'repeatable'],
    ['OC001', 'repeatable'],
    ['08006', 'connection'],
    ['08P01', 'connection'],
    ['57P01', 'connection'],
    ['57P03', 'connection'],
    ['25006', 'connection'],
    ['53300', 'connection'],
    ['53400', 'connection'],
    ['23505', 'statement'],
    ['57014', 'statement'],
    ['42P01', 'statement'],
    ['ECONNREFUSED', 'connection'],
    ['EPIPE', 'connection'],
  ])('takes %s for %s', (code, failure) => {
    expect(classifySqlFailure(withCode(code))).toBe(failure);
  });

  it('doubts the connection when the driver gave no code, as after a time-out', () => {
    expect(classifySqlFailure(new Error('Query read timeout'))).toBe('connection');
    expect(classifySqlFailure(undefined)).toBe('connection');
  });
});

describe('selectSqlState', () => {
  it('tells codes of the server from those of the operating system', () => {
    expect(selectSqlState(withCode('23505'))).toBe('23505');
    expect(selectSqlState(withCode('EPIPE'))).toBeNull();
    expect(selectSqlState(withCode(23505))).toBeNull();
    expect(selectSqlState(null)).toBeNull();
  });
});
