import type { Failure } from '../../runtime/routing/failure';

/** A failing answer with status 500; name what the test is about. */
export function failure(parts: Partial<Failure> = {}): Failure {
  return {
    kind: 'provider_internal',
    status: 500,
    message: 'boom',
    retryAfterMs: null,
    ...parts,
  };
}
