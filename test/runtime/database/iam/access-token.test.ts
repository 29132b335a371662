import { RenewedToken } from '../../../../runtime/database/iam/access-token';
import { ManualClock } from '../../../support/manual-clock';

describe('RenewedToken', () => {
  const lifeMs = 900_000;
  const tokens = (clock: ManualClock) => {
    let count = 0;
    return jest.fn(() => {
      count += 1;
      return Promise.resolve({ token: `token-${count}`, expiresAtMs: clock.wallMs() + lifeMs });
    });
  };

  it('keeps a token until two minutes before its end', async () => {
    const clock = new ManualClock();
    const token = new RenewedToken(clock, tokens(clock));
    expect(await token.read()).toBe('token-1');
    clock.advance(lifeMs - 120_001);
    expect(await token.read()).toBe('token-1');
    clock.advance(1);
    expect(await token.read()).toBe('token-2');
  });

  it('reads once for connections that open together', async () => {
    const clock = new ManualClock();
    const read = tokens(clock);
    const token = new RenewedToken(clock, read);
    expect(await Promise.all([token.read(), token.read()])).toEqual(['token-1', 'token-1']);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('tries again after a failure', async () => {
    const clock = new ManualClock();
    const read = tokens(clock);
    read.mockRejectedValueOnce(new Error('no metadata service'));
    const token = new RenewedToken(clock, read);
    await expect(token.read()).rejects.toThrow('no metadata service');
    expect(await token.read()).toBe('token-1');
  });
});
