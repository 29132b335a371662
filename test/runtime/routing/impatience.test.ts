import { isImpatience } from '../../../runtime/routing/impatience';
import { failure } from '../../support/failure-builder';

const TIMEOUT = failure({ kind: 'provider_timeout', status: 408 });

describe('isImpatience', () => {
  it.each([
    { what: 'a wait that the client cut short', waitedMs: 10, configuredMs: 30_000, its: true },
    { what: 'silence for three seconds', waitedMs: 3_000, configuredMs: 30_000, its: false },
    { what: 'all the configured time', waitedMs: 500, configuredMs: 500, its: false },
    { what: 'a timer that was a little early', waitedMs: 490, configuredMs: 500, its: false },
  ])('judges $what', ({ waitedMs, configuredMs, its }) => {
    expect(isImpatience(TIMEOUT, { waitedMs, configuredMs })).toBe(its);
  });

  it('is about timeouts alone', () => {
    expect(isImpatience(failure(), { waitedMs: 1, configuredMs: 30_000 })).toBe(false);
  });
});
