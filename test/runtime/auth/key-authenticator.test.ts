import type { Caller } from '../../../runtime/auth/caller';
import { KeyAuthenticator } from '../../../runtime/auth/key-authenticator';
import { derivePepper, hashKey } from '../../../runtime/auth/key-secret';
import type { EntityKind, JsonValue } from '../../../runtime/directory/change';
import { Directory } from '../../../runtime/directory/directory';
import { GatewayError } from '../../../runtime/errors';
import { ManualClock } from '../../support/manual-clock';
import { aChange } from '../directory/a-change';

const MASTER = 'sk-master-0123456789';
const SECRET = 'sk-virtual-0123456789';
const PEPPER = derivePepper('a salt');
const ID = hashKey(SECRET, PEPPER);
const NOW_MS = new ManualClock().wallMs();
const HERE = '10.0.0.1';

class Door {
  readonly clock = new ManualClock();
  readonly directory = new Directory();
  serving: 'yes' | 'no' = 'yes';
  private readonly authenticator: KeyAuthenticator;
  private changes = 0;

  constructor() {
    this.authenticator = new KeyAuthenticator({
      masterKey: MASTER,
      pepper: PEPPER,
      known: this,
      clock: this.clock,
      keyHeader: null,
    });
  }

  /** Gives fields to the key, or to another entity. */
  change(
    fields: Readonly<Record<string, JsonValue>>,
    of: { readonly kind: EntityKind; readonly entityId: string } = { kind: 'key', entityId: ID },
  ): this {
    this.changes += 1;
    this.directory.apply([aChange(fields, { ...of, atMs: NOW_MS + this.changes })]);
    return this;
  }

  knock(token: string | null, address = HERE, forwarded?: string): Caller {
    const headers = {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }),
    };
    return this.authenticator.authenticate(headers, address);
  }

  refusal(token: string | null, address = HERE, forwarded?: string): GatewayError {
    try {
      this.knock(token, address, forwarded);
    } catch (error) {
      if (error instanceof GatewayError) return error;
      throw error;
    }
    throw new Error('the door was open');
  }
}

const STRANGER = {
  code: 'authentication_failed',
  status: 401,
  message: 'Authentication Error: a valid API key is required',
  retryAfterSeconds: null,
};

describe('KeyAuthenticator', () => {
  it('knows the administrator by the master key', () => {
    expect(new Door().knock(MASTER)).toEqual({ kind: 'master' });
  });

  it('knows a key with its user and its team', () => {
    const door = new Door()
      .change({ userId: 'u', teamId: 't' })
      .change({ alias: 'ann' }, { kind: 'user', entityId: 'u' })
      .change({ alias: 'ops' }, { kind: 'team', entityId: 't' });
    expect(door.knock(SECRET)).toEqual({
      kind: 'key',
      key: door.directory.keys.get(ID),
      user: door.directory.users.get('u'),
      team: door.directory.teams.get('t'),
    });
  });

  it('lets a key in whose user and team were never made', () => {
    const door = new Door().change({ userId: 'u', teamId: 't' });
    expect(door.knock(SECRET)).toMatchObject({ user: null, team: null });
  });

  it.each<[string, (door: Door) => Door]>([
    ['an unknown key', (door) => door],
    ['a revoked key', (door) => door.change({ revoked: true })],
    [
      'a revoked key that was updated later',
      (door) => door.change({ revoked: true }).change({ revoked: false }),
    ],
    ['a key after its grace time', (door) => door.change({ revokedFromMs: NOW_MS })],
    [
      'a key of a deleted team',
      (door) =>
        door.change({ teamId: 't' }).change({ revoked: true }, { kind: 'team', entityId: 't' }),
    ],
    [
      'a key of a deleted user',
      (door) =>
        door.change({ userId: 'u' }).change({ revoked: true }, { kind: 'user', entityId: 'u' }),
    ],
    [
      'a revoked key that is expired and blocked, too',
      (door) => door.change({ revoked: true, blocked: true, expiresAtMs: 1 }),
    ],
  ])('rejects %s like any stranger', (_name, prepare) => {
    expect(prepare(new Door()).refusal(SECRET)).toMatchObject(STRANGER);
  });

  it('lets a rotated key in until its grace time is over', () => {
    const door = new Door().change({ replacedBy: 'other', revokedFromMs: NOW_MS + 1_000 });
    expect(door.knock(SECRET).kind).toBe('key');
    door.clock.advance(1_000);
    expect(door.refusal(SECRET)).toMatchObject(STRANGER);
  });

  it.each([null, '', 'Bearer', 'x'.repeat(257), `${SECRET} `.repeat(20), SECRET.toUpperCase(), ID])(
    'rejects %j like any stranger',
    (token) => {
      expect(new Door().change({}).refusal(token)).toMatchObject(STRANGER);
    },
  );

  it('looks at no key that is longer than a key can be', () => {
    const long = 'x'.repeat(257);
    const door = new Door().change({}, { kind: 'key', entityId: hashKey(long, PEPPER) });
    expect(door.refusal(long)).toMatchObject(STRANGER);
  });

  it('rejects an expired key with the time when it expired', () => {
    const door = new Door().change({ expiresAtMs: NOW_MS + 1 });
    expect(door.knock(SECRET).kind).toBe('key');
    door.clock.advance(1);
    expect(door.refusal(SECRET)).toMatchObject({
      code: 'expired_key',
      status: 401,
      type: 'expired_key',
      message: 'Authentication Error: this key expired at 2023-11-14T22:13:20.001Z',
    });
  });

  it.each<[string, string, (door: Door) => Door]>([
    ['key_blocked', 'this key is blocked', (door) => door.change({ blocked: true })],
    [
      'team_blocked',
      'the team of this key is blocked',
      (door) =>
        door.change({ teamId: 't' }).change({ blocked: true }, { kind: 'team', entityId: 't' }),
    ],
    [
      'user_blocked',
      'the user of this key is blocked',
      (door) =>
        door.change({ userId: 'u' }).change({ blocked: true }, { kind: 'user', entityId: 'u' }),
    ],
  ])('rejects with %s: %s', (code, message, prepare) => {
    expect(prepare(new Door()).refusal(SECRET)).toMatchObject({
      code,
      status: 401,
      message: `Authentication Error: ${message}`,
    });
  });

  it('lets a key in again that was unblocked', () => {
    const door = new Door().change({ blocked: true }).change({ blocked: false });
    expect(door.knock(SECRET).kind).toBe('key');
  });

  it('rejects virtual keys for now when it cannot know them, and knows the master key', () => {
    const door = new Door().change({});
    door.serving = 'no';
    expect(door.refusal(SECRET)).toMatchObject({
      code: 'keys_unavailable',
      status: 503,
      retryable: true,
      retryAfterSeconds: 5,
      message: 'this gateway does not know which keys are valid now; send the request again',
    });
    expect(door.knock(MASTER).kind).toBe('master');
  });

  const THROTTLED = {
    code: 'authentication_throttled',
    status: 429,
    retryAfterSeconds: 60,
    message: 'too many requests with a wrong API key came from here; wait, and send a valid one',
  };

  function guess(door: Door, address = HERE, forwarded?: string): void {
    for (let index = 0; index < 20; index += 1) {
      expect(door.refusal(`sk-wrong-${index}`, address, forwarded)).toMatchObject(STRANGER);
    }
  }

  it('rejects every key after the twentieth wrong one of a minute, and does not tell the right one from it', () => {
    const door = new Door().change({});
    guess(door);
    for (const key of ['sk-wrong-20', SECRET, MASTER]) {
      expect(door.refusal(key)).toMatchObject(THROTTLED);
    }
    door.clock.advance(60_000);
    expect(door.knock(SECRET).kind).toBe('key');
    expect(door.knock(MASTER).kind).toBe('master');
  });

  it('lets the right key in from other addresses than that of the guesses', () => {
    const door = new Door().change({});
    guess(door);
    expect(door.knock(SECRET, '10.0.0.2').kind).toBe('key');
    expect(door.knock(MASTER, '10.0.0.2').kind).toBe('master');
    expect(door.refusal('sk-wrong', '10.0.0.2')).toMatchObject(STRANGER);
  });

  it('tells clients behind one load balancer apart', () => {
    const door = new Door().change({});
    guess(door, HERE, '198.51.100.1, 203.0.113.9');
    // What the client writes itself stands before what the load balancer adds.
    expect(door.refusal(SECRET, HERE, '198.51.100.2, 203.0.113.9')).toMatchObject(THROTTLED);
    expect(door.knock(SECRET, HERE, '203.0.113.8').kind).toBe('key');
  });

  it('lets a key in that was right from there before the guesses, until it is revoked', () => {
    const door = new Door().change({});
    door.knock(SECRET, HERE, '203.0.113.9');
    guess(door, HERE, '203.0.113.9');
    expect(door.knock(SECRET, HERE, '203.0.113.9').kind).toBe('key');
    expect(door.refusal(MASTER, HERE, '203.0.113.9')).toMatchObject(THROTTLED);
    door.change({ revoked: true });
    expect(door.refusal(SECRET, HERE, '203.0.113.9')).toMatchObject(STRANGER);
  });

  it('does not count requests without a key', () => {
    const door = new Door();
    for (let index = 0; index < 50; index += 1) {
      expect(door.refusal(null)).toMatchObject(STRANGER);
    }
  });

  it('lets right keys in that have shown no wrong one, however many guess', () => {
    const door = new Door().change({});
    for (let index = 0; index < 5_000; index += 1) {
      door.refusal('sk-wrong', `10.1.${index >> 8}.${index & 255}`);
    }
    expect(door.knock(SECRET).kind).toBe('key');
    expect(door.refusal(SECRET, '10.1.0.7')).toMatchObject(THROTTLED);
  });
});
