/** What a failure says of itself, for a report: never a stack, never a value that was thrown as it is. */
export function describeError(error: unknown): string {
  const { message } = (error ?? {}) as { readonly message?: unknown };
  return typeof message === 'string' && message !== '' ? message : 'unknown';
}
