import { CALLER_FAULTS } from '../../../lib/alerts';
import { GATEWAY_ERRORS } from '../../../runtime/errors';

describe('CALLER_FAULTS', () => {
  it('names codes of the gateway', () => {
    const codes = Object.keys(GATEWAY_ERRORS);

    expect(CALLER_FAULTS.filter((code) => !codes.includes(code))).toEqual([]);
  });

  it('leaves every code that is not the fault of a caller, also those with a status below 500', () => {
    const faults: readonly string[] = CALLER_FAULTS;
    const counted = Object.entries(GATEWAY_ERRORS).filter(([code]) => !faults.includes(code));

    expect(counted.filter(([, { status }]) => status < 500).map(([code]) => code)).toEqual([
      'no_deployments',
      'provider_authentication',
      'provider_payment',
      'provider_permission',
      'provider_not_found',
      'provider_timeout',
      'provider_conflict',
      'provider_rate_limit',
    ]);
  });
});
