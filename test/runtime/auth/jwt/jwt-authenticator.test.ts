import type { IncomingHttpHeaders } from 'node:http';
import { parseJwtConfig } from '../../../../lib/config/jwt-config';
import type { JwtConfig } from '../../../../lib/config/jwt-config';
import { chooseTeam } from '../../../../runtime/auth/jwt/choose-team';
import { JwtAuthenticator } from '../../../../runtime/auth/jwt/jwt-authenticator';
import type { Verdict } from '../../../../runtime/auth/jwt/token-verifier';
import type { Caller } from '../../../../runtime/auth/caller';
import { isAdministrator } from '../../../../runtime/auth/is-administrator';
import { MasterKeyAuthenticator } from '../../../../runtime/auth/master-key';
import { selectModelAccess } from '../../../../runtime/auth/select-model-access';
import type { TeamRecord, UserRecord } from '../../../../runtime/directory/records';
import { GatewayError } from '../../../../runtime/errors';
import { createRoutingTable } from '../../../../runtime/routing/routing-table';
import { deployment, routerConfig } from '../../../support/gateway-config-builder';
import { ManualClock } from '../../../support/manual-clock';
import { aTeam, aUser } from '../../limits/a-caller';

const ROUTE = { path: '/v1/chat/completions', routeName: 'chat_completions' };
const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln';
const TABLE = createRoutingTable(
  [deployment({ id: 'one', modelName: 'mini' }), deployment({ id: 'two', modelName: 'maxi' })],
  routerConfig(),
);

class World {
  readonly clock = new ManualClock();
  readonly users = new Map<string, UserRecord>();
  readonly teams = new Map<string, TeamRecord>();
  readonly lines: string[] = [];
  verified = 0;
  claims: Readonly<Record<string, unknown>> = { sub: 'ann' };
  verdict: Verdict | null = null;
  readonly authenticator: JwtAuthenticator;

  constructor(config: Partial<JwtConfig> = {}) {
    this.authenticator = new JwtAuthenticator({
      config: { ...parseJwtConfig({}), ...config },
      verifier: {
        verify: () => {
          this.verified += 1;
          const expiresAtMs = this.clock.wallMs() + 300_000;
          return Promise.resolve(
            this.verdict ?? { kind: 'verified', claims: this.claims, expiresAtMs },
          );
        },
      },
      directory: this,
      others: new MasterKeyAuthenticator('sk-master', this.clock),
      keyHeader: null,
      ports: { clock: this.clock, writeLog: (line) => this.lines.push(line) },
    });
  }

  async enter(token = TOKEN, headers: IncomingHttpHeaders = {}): Promise<Caller> {
    const all = { authorization: `Bearer ${token}`, ...headers };
    await this.authenticator.prepare(all);
    return this.authenticator.authenticate(all, '10.0.0.1', ROUTE);
  }

  async refusal(token = TOKEN, headers: IncomingHttpHeaders = {}): Promise<unknown> {
    try {
      await this.enter(token, headers);
    } catch (error) {
      if (error instanceof GatewayError) return [error.status, error.code, error.message];
      throw error;
    }
    return 'let in';
  }
}

describe('JwtAuthenticator', () => {
  it('leaves everything that is no token to the other authenticator', async () => {
    const world = new World();
    expect(await world.enter('sk-master')).toEqual({ kind: 'master' });
    const refused = [
      401,
      'authentication_failed',
      'Authentication Error: a valid API key is required',
    ];
    for (const other of ['sk-wrong', 'a.b.c', 'eyJ', '']) {
      expect(await world.refusal(other)).toEqual(refused);
    }
    expect(world.verified).toBe(0);
    expect(world.authenticator.prepare({ authorization: 'Bearer sk-1' })).toBeNull();
  });

  it('verifies a token once, also for calls at the same time', async () => {
    const world = new World();
    await Promise.all([world.enter(), world.enter()]);
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect(world.authenticator.prepare(headers)).toBeNull();
    await world.enter();
    expect(world.verified).toBe(1);
  });

  it('forgets a token when it ends, when the keys are old, and when they are others', async () => {
    const world = new World();
    await world.enter();
    world.clock.advance(299_999);
    await world.enter();
    expect(world.verified).toBe(1);
    world.clock.advance(1);
    expect(await world.refusal()).toEqual([
      401,
      'expired_key',
      'Authentication Error: this token has expired',
    ]);
    world.clock.advance(300_000);
    await world.enter();
    expect(world.verified).toBe(2);
    world.authenticator.forget();
    await world.enter();
    expect(world.verified).toBe(3);
  });

  it('verifies once more what was proved by keys that went away meanwhile', async () => {
    const world = new World();
    const headers = { authorization: `Bearer ${TOKEN}` };
    const preparing = world.authenticator.prepare(headers);
    world.authenticator.forget();
    await preparing;
    expect(world.verified).toBe(2);
  });

  it('rejects wrong tokens with the words for a wrong key, and throttles who sends many', async () => {
    const world = new World();
    world.verdict = { kind: 'refused', reason: 'ERR_JWKS_NO_MATCHING_KEY' };
    for (let time = 0; time < 20; time += 1) {
      expect(await world.refusal()).toEqual([
        401,
        'authentication_failed',
        'Authentication Error: a valid API key is required',
      ]);
    }
    expect(await world.refusal()).toEqual([
      429,
      'authentication_throttled',
      'too many requests with a wrong API key came from here; wait, and send a valid one',
    ]);
    expect(world.verified).toBe(1);
    expect(world.lines).toEqual(['{"tokenRefused":{"reason":"ERR_JWKS_NO_MATCHING_KEY"}}\n']);
    world.verdict = { kind: 'expired' };
    world.authenticator.forget();
    expect(await world.refusal()).toEqual([
      401,
      'expired_key',
      'Authentication Error: this token has expired',
    ]);
  });

  it('rejects with a 503 what nobody can judge now', async () => {
    const world = new World();
    const unavailable = [
      503,
      'keys_unavailable',
      'the keys of the identity provider cannot be read now; send the request again',
    ];
    world.verdict = { kind: 'unavailable' };
    expect(await world.refusal()).toEqual(unavailable);
    const unprepared = new World();
    expect(() =>
      unprepared.authenticator.authenticate(
        { authorization: `Bearer ${TOKEN}` },
        '10.0.0.1',
        ROUTE,
      ),
    ).toThrow(new GatewayError('keys_unavailable', String(unavailable[2])));
  });

  it('makes an administrator of the scope, for the routes that the configuration lists', async () => {
    const world = new World({ userIdClaim: 'uid' });
    world.claims = { uid: 'root', scope: 'litellm_proxy_admin' };
    const caller = await world.enter();
    expect(isAdministrator(caller)).toBe(true);
    expect(caller).toMatchObject({
      key: {
        id: 'jwt:root',
        allowedRoutes: [
          'management_routes',
          'spend_tracking_routes',
          'global_spend_tracking_routes',
          'info_routes',
        ],
      },
      user: { id: 'root', role: 'proxy_admin' },
    });
  });

  it('takes user and team as they are now, and refuses those that nobody made', async () => {
    const world = new World({ userIdClaim: 'uid', teamIdClaim: 'team' });
    world.claims = { uid: 'u1', team: 't1' };
    expect(await world.refusal()).toEqual([
      403,
      'token_not_allowed',
      "Team doesn't exist in db. Team=t1. Create team via `/team/new` call.",
    ]);
    world.teams.set('t1', aTeam());
    expect(await world.refusal()).toEqual([
      403,
      'token_not_allowed',
      "User doesn't exist in db. 'user_id'=u1. Create user via '/user/new' call.",
    ]);
    world.users.set('u1', aUser());
    expect(await world.enter()).toMatchObject({
      key: {
        userId: 'u1',
        teamId: 't1',
        allowedRoutes: ['openai_routes', 'info_routes', 'mcp_routes'],
      },
      user: { id: 'u1' },
      team: { id: 't1' },
    });
    world.users.set('u1', aUser({ blocked: true }));
    expect(await world.refusal()).toEqual([
      401,
      'user_blocked',
      'Authentication Error: the user of this token is blocked',
    ]);
    world.teams.set('t1', aTeam({ blocked: true }));
    expect(await world.refusal()).toEqual([
      401,
      'team_blocked',
      'Authentication Error: the team of this token is blocked',
    ]);
    world.teams.set('t1', aTeam({ revoked: true }));
    expect(await world.refusal()).toEqual([
      403,
      'token_not_allowed',
      expect.stringContaining("doesn't exist in db"),
    ]);
  });

  it('lets in users that nobody made where the configuration says so, of its own domain', async () => {
    const world = new World({
      userIdClaim: 'uid',
      userEmailClaim: 'email',
      unknownUsers: 'accepted',
      emailDomain: 'example.com',
    });
    const other = new World({ userIdClaim: 'uid', unknownUsers: 'accepted' });
    other.claims = { uid: 'new' };
    expect(await other.enter()).toMatchObject({ key: { userId: 'new' }, user: null });
    world.claims = { uid: 'new', email: 'new@example.com' };
    expect(await world.enter()).toMatchObject({ key: { userId: 'new' } });
    for (const email of ['new@evil.com', 'example.com@evil.com', undefined]) {
      world.claims = { uid: 'new', email };
      world.authenticator.forget();
      expect(await world.refusal()).toEqual([
        403,
        'token_not_allowed',
        expect.stringContaining("doesn't exist in db"),
      ]);
    }
    world.users.set('new', aUser({ revoked: true }));
    world.claims = { uid: 'new', email: 'new@example.com' };
    world.authenticator.forget();
    expect(await world.refusal()).toEqual([
      403,
      'token_not_allowed',
      expect.stringContaining("doesn't exist in db"),
    ]);
  });

  describe('with several teams', () => {
    const several = (): World => {
      const world = new World({ teamIdsClaim: 'groups' });
      world.claims = { groups: ['gone', 'small', 'large'] };
      world.teams.set('small', aTeam({ id: 'small', models: ['mini'] }));
      world.teams.set('large', aTeam({ id: 'large', models: ['maxi'] }));
      return world;
    };

    it('goes by the first team that may use the model', async () => {
      const caller = await several().enter();
      for (const [model, team] of [
        ['mini', 'small'],
        ['maxi', 'large'],
      ] as const) {
        const chosen = chooseTeam(caller, model, TABLE);
        expect(chosen).toMatchObject({ key: { teamId: team }, team: { id: team } });
        expect(selectModelAccess(chosen, model, TABLE)).toEqual({ kind: 'allowed', model });
      }
      expect(() => chooseTeam(caller, 'other', TABLE)).toThrow(
        new GatewayError(
          'token_not_allowed',
          'No team has access to the requested model: other. Checked teams=[small, large]. Check `/models` to see all available models.',
        ),
      );
    });

    it('goes by the team that a header names, if the token has it', async () => {
      const world = several();
      expect(await world.enter(TOKEN, { 'x-litellm-team-id': 'large' })).toMatchObject({
        team: { id: 'large' },
      });
      expect(await world.refusal(TOKEN, { 'x-litellm-team-id': 'other' })).toEqual([
        403,
        'token_not_allowed',
        "Team 'other' from x-litellm-team-id header is not in your JWT's allowed teams. Allowed teams: [gone, small, large]",
      ]);
    });

    it('rejects a token none of whose teams was made', async () => {
      const world = several();
      world.teams.clear();
      expect(await world.refusal()).toEqual([
        403,
        'token_not_allowed',
        'None of the teams of the token exists in db. Checked teams=[gone, small, large]. Create team via `/team/new` call.',
      ]);
    });
  });
});
