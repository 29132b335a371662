import type { Caller } from '../../../runtime/auth/caller';
import { GatewayError } from '../../../runtime/errors';
import { enter, enterWithLateKey } from '../../../runtime/handlers/enter';
import type { GatewayRequest } from '../../../runtime/http/gateway-request';
import { aCaller } from '../limits/a-caller';

const HEADERS = { authorization: 'Bearer sk-1' };

function requestOf(url: string): GatewayRequest {
  const incoming = { headers: HEADERS, socket: { remoteAddress: '10.0.0.1' }, url };
  return { incoming } as unknown as GatewayRequest;
}

describe('enter', () => {
  const seen: unknown[] = [];
  const door = (caller: Caller) => ({
    authenticate: (...given: unknown[]) => {
      seen.push(given);
      return caller;
    },
  });

  it('shows the headers and the address to the authenticator', () => {
    const caller = enter(door({ kind: 'master' }), requestOf('/v1/models'), 'llm');
    expect(caller).toEqual({ kind: 'master' });
    expect(seen).toEqual([[HEADERS, '10.0.0.1']]);
  });

  it('judges by the path without what follows the question mark', () => {
    const caller = aCaller({ allowedRoutes: ['/v1/models'] });
    expect(enter(door(caller), requestOf('/v1/models?a=/v1/chat'), 'llm')).toBe(caller);
    expect(() => enter(door(caller), requestOf('/v1/chat/completions?/v1/models'), 'llm')).toThrow(
      new GatewayError('permission_denied', 'allowed_routes of this key leave this route out'),
    );
  });

  it('rejects whoever has no role for the class of the route', () => {
    expect(() =>
      enter(door(aCaller({ role: 'management' })), requestOf('/v1/models'), 'llm'),
    ).toThrow(
      new GatewayError(
        'permission_denied',
        'the role of this key leaves this route out; ask an administrator for another key',
      ),
    );
  });
});

describe('enterWithLateKey', () => {
  const request = requestOf('/v1/models');
  const unknown = new GatewayError('authentication_failed', 'unknown');

  /** Refuses so many times, then lets in. */
  const doorThatRefuses = (times: number, error: GatewayError) => {
    let left = times;
    return {
      authenticate: (): Caller => {
        if (left === 0) return { kind: 'master' };
        left -= 1;
        throw error;
      },
    };
  };

  it('lets in at once whoever is known', () => {
    const look = jest.fn();
    const authenticator = doorThatRefuses(0, unknown);
    expect(enterWithLateKey({ authenticator, lateKeys: { look } }, request, 'llm')).toEqual({
      kind: 'master',
    });
    expect(look).not.toHaveBeenCalled();
  });

  it('looks once more before it refuses an unknown key', async () => {
    const door = (times: number) => ({
      authenticator: doorThatRefuses(times, unknown),
      lateKeys: { look: () => Promise.resolve() },
    });
    expect(await enterWithLateKey(door(1), request, 'llm')).toEqual({ kind: 'master' });
    await expect(enterWithLateKey(door(2), request, 'llm')).rejects.toBe(unknown);
  });

  it('rejects at once when somebody has just looked, when there is nowhere to look, and for other reasons', () => {
    const blocked = new GatewayError('key_blocked', 'blocked');
    const looked = { look: () => null };
    const looks = { look: () => Promise.resolve() };
    const authenticator = doorThatRefuses(9, unknown);
    expect(() => enterWithLateKey({ authenticator, lateKeys: looked }, request, 'llm')).toThrow(
      unknown,
    );
    expect(() => enterWithLateKey({ authenticator, lateKeys: null }, request, 'llm')).toThrow(
      unknown,
    );
    expect(() =>
      enterWithLateKey(
        { authenticator: doorThatRefuses(9, blocked), lateKeys: looks },
        request,
        'llm',
      ),
    ).toThrow(blocked);
  });
});
