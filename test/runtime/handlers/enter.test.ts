import type { Caller } from '../../../runtime/auth/caller';
import { GatewayError } from '../../../runtime/errors';
import { enter, enterWithLateKey } from '../../../runtime/handlers/enter';
import type { GatewayRequest } from '../../../runtime/http/gateway-request';
import { aCaller } from '../limits/a-caller';

const HEADERS = { authorization: 'Bearer sk-1' };

function requestOf(path: string): GatewayRequest {
  const incoming = { headers: HEADERS, socket: { remoteAddress: '10.0.0.1' } };
  return { incoming, path, routeName: 'models' } as unknown as GatewayRequest;
}

describe('enter', () => {
  const seen: unknown[] = [];
  const door = (caller: Caller) => ({
    authenticate: (...given: unknown[]) => {
      seen.push(given);
      return caller;
    },
    prepare: () => null,
  });

  it('shows the headers, the address and the route to the authenticator', () => {
    const request = requestOf('/v1/models');
    const caller = enter(door({ kind: 'master' }), request, 'llm');
    expect(caller).toEqual({ kind: 'master' });
    expect(seen).toEqual([[HEADERS, '10.0.0.1', request]]);
  });

  it('judges by the path', () => {
    const caller = aCaller({ allowedRoutes: ['/v1/models'] });
    expect(enter(door(caller), requestOf('/v1/models'), 'llm')).toBe(caller);
    expect(() => enter(door(caller), requestOf('/v1/chat/completions'), 'llm')).toThrow(
      new GatewayError('permission_denied', 'allowed_routes of this key leave this route out'),
    );
  });

  it('waits for what the authenticator has to find out first, and only then', async () => {
    const order: string[] = [];
    const caller: Caller = { kind: 'master' };
    const slow = {
      prepare: () => Promise.resolve().then(() => void order.push('prepared')),
      authenticate: () => {
        order.push('judged');
        return caller;
      },
    };
    expect(await enter(slow, requestOf('/v1/models'), 'llm')).toBe(caller);
    expect(order).toEqual(['prepared', 'judged']);
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
      prepare: () => null,
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
