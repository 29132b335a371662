/** PostgreSQL's bigint comes as text; JavaScript's number holds it exactly up to nine billion dollars in millionths. */
export function parseWholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError('the database holds a whole number beyond 2^53 - 1');
}
