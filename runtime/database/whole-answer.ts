import type { QueryResult } from 'pg';

/** An answer of the database lacks a part. What it did is unknown, and its connection in doubt. */
export class IncompleteAnswerError extends Error {}

/** Commands that tell how many rows they touched, and so how many they give back where they give any. */
const COUNTING = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/**
 * The answer, held against its own end. A row that was lost on the way is else taken for one that was never there: for the
 * ledger, that a batch is stored already.
 */
export function selectWholeAnswer<Result extends QueryResult | readonly QueryResult[]>(
  result: Result,
): Result {
  const answers: readonly QueryResult[] = Array.isArray(result) ? result : [result as QueryResult];
  for (const { command, rowCount, rows, fields } of answers) {
    // The driver's types do not say so: it is null until the server says that the statement is done.
    if ((command as string | null) === null) {
      throw new IncompleteAnswerError('the database ended an answer before it was done');
    }
    if (fields.length > 0 && COUNTING.has(command) && rowCount !== rows.length) {
      throw new IncompleteAnswerError(
        `the database counted ${rowCount ?? 'no'} rows and sent ${rows.length}`,
      );
    }
  }
  return result;
}
