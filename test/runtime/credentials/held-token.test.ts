import { HeldToken } from '../../../runtime/credentials/held-token';
import type { AccessToken } from '../../../runtime/credentials/held-token';
import { ManualClock } from '../../support/manual-clock';

const HOUR_MS = 3_600_000;

describe('HeldToken', () => {
  let clock: ManualClock;
  let issued: number;
  let issue: () => Promise<AccessToken>;
  let held: HeldToken;

  beforeEach(() => {
    clock = new ManualClock();
    issued = 0;
    issue = () => Promise.resolve({ token: `t${issued}`, expiresAtMs: clock.wallMs() + HOUR_MS });
    held = new HeldToken(clock, () => {
      issued += 1;
      return issue();
    });
  });

  it('reads once for all who wait, and answers from memory then', async () => {
    expect(await Promise.all([held.read(), held.read()])).toEqual(['t1', 't1']);
    clock.advance(HOUR_MS - 226_000);
    expect(await held.read()).toBe('t1');
    expect(issued).toBe(1);
  });

  it('renews before the end, and lets nobody wait for it', async () => {
    await held.read();
    clock.advance(HOUR_MS - 200_000);
    expect(await held.read()).toBe('t1');
    await Promise.resolve();
    expect(issued).toBe(2);
    expect(await held.read()).toBe('t2');
  });

  it('serves the old token while the issuer is down, and asks it every half minute', async () => {
    await held.read();
    issue = () => Promise.reject(new Error('down'));
    clock.advance(HOUR_MS - 200_000);
    for (let second = 0; second < 90; second += 1) {
      expect(await held.read()).toBe('t1');
      clock.advance(1000);
    }
    expect(issued).toBe(1 + 3);
  });

  it('rejects with the reason once the old token has ended, and asks anew the next time', async () => {
    await held.read();
    clock.advance(HOUR_MS - 10_000);
    issue = () => Promise.reject(new Error('down'));
    await expect(held.read()).rejects.toThrow(new Error('down'));
    issue = () => Promise.resolve({ token: 'new', expiresAtMs: clock.wallMs() + HOUR_MS });
    expect(await held.read()).toBe('new');
  });

  it('rejects after ten seconds of silence, and leaves no timer behind', async () => {
    issue = () => new Promise(() => undefined);
    const read = held.read();
    clock.advance(10_000);
    await expect(read).rejects.toThrow(new Error('no token within 10 s'));
    expect(clock.waiting).toBe(0);
  });
});
