import type { QueryResult } from 'pg';
import { IncompleteAnswerError, selectWholeAnswer } from '../../../runtime/database/whole-answer';

function answer(given: object): QueryResult {
  const whole = { command: 'INSERT', rowCount: 1, fields: [{ name: 'seq' }], rows: [{ seq: 1 }] };
  return { ...whole, ...given } as unknown as QueryResult;
}

describe('selectWholeAnswer', () => {
  it.each([
    ['rows as many as were counted', {}],
    ['no rows, and none counted', { rowCount: 0, rows: [] }],
    ['a count of rows that were not asked for', { fields: [], rows: [], rowCount: 7 }],
    ['rows of a command that counts none', { command: 'SHOW', rowCount: null }],
  ])('passes %s', (_name, given) => {
    const result = answer(given);
    expect(selectWholeAnswer(result)).toBe(result);
  });

  it('rejects an answer of which a row is missing', () => {
    expect(() => selectWholeAnswer(answer({ rows: [] }))).toThrow(
      new IncompleteAnswerError('the database counted 1 rows and sent 0'),
    );
  });

  it('rejects an answer whose count is missing', () => {
    expect(() => selectWholeAnswer(answer({ rowCount: null }))).toThrow(
      new IncompleteAnswerError('the database counted no rows and sent 1'),
    );
  });

  it('rejects an answer without an end, also the last of several', () => {
    expect(() => selectWholeAnswer([answer({}), answer({ command: null })])).toThrow(
      new IncompleteAnswerError('the database ended an answer before it was done'),
    );
  });
});
