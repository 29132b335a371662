/**
 * What went wrong with a statement. `repeatable`: a deadlock or a serialization failure, the transaction had no effect.
 * `connection`: the server is away, restarting, or no longer the writer; another connection may fare better, and whether
 * a commit took effect is not known. `statement`: the server refuses it.
 */
export type SqlFailure = 'repeatable' | 'connection' | 'statement';

/**
 * `deadlock_detected` and `serialization_failure`. The latter is also how Aurora DSQL tells of a conflict of rows (OC000) and
 * of a schema that changed meanwhile (OC001), whose own codes stand in the message, or in some drivers in its place.
 */
const REPEATABLE = new Set(['40P01', '40001', 'OC000', 'OC001']);

/**
 * `read_only_sql_transaction` is among them: a primary that was demoted keeps its connections, and only a new one finds
 * the new primary. So is `configured_limit_exceeded`, by which Aurora DSQL turns away who connects too often.
 */
const CONNECTION = /^(08...|57P0[1-5]|25006|53[34]00)$/;

const SQL_STATE = /^[0-9A-Z]{5}$/;

/** Errors without an SQLSTATE come from the network, from time-outs or from the driver: the connection is in doubt. */
export function classifySqlFailure(error: unknown): SqlFailure {
  const state = selectSqlState(error);
  if (state === null || CONNECTION.test(state)) return 'connection';
  return REPEATABLE.has(state) ? 'repeatable' : 'statement';
}

/** PostgreSQL's code of five characters; null: the error is not the server's. */
export function selectSqlState(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  const { code } = error;
  // EPIPE looks like one; codes of the operating system have no digit.
  return typeof code === 'string' && SQL_STATE.test(code) && /\d/.test(code) ? code : null;
}
