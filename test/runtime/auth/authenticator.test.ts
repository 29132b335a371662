import { refuseKey } from '../../../runtime/auth/authenticator';

describe('refuseKey', () => {
  it('tells nothing of why', () => {
    const error = refuseKey();
    expect([error.code, error.status, error.message]).toEqual([
      'authentication_failed',
      401,
      'Authentication Error: a valid API key is required',
    ]);
  });
});
