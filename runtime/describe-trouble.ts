const UNKNOWN = 'unknown';

/**
 * What an error says, for people. A name that leads to several addresses fails with one error for each of them, and with no
 * words of its own.
 */
export function describeTrouble(error: unknown): string {
  if (typeof error !== 'object' || error === null) return UNKNOWN;
  if ('message' in error && typeof error.message === 'string' && error.message !== '') {
    return error.message;
  }
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0) {
    return error.errors.map(describeTrouble).join(', ');
  }
  return UNKNOWN;
}
