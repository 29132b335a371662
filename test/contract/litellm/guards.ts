import { parseAddressRange } from '../../../lib/config/address-range';
import type { AddressRange } from '../../../lib/config/address-range';
import type { ContentGuards } from '../../../lib/config/guards-config';
import { parseJwtConfig } from '../../../lib/config/jwt-config';
import { ClosedAuthenticator } from '../../../runtime/auth/closed-authenticator';
import { readClaims } from '../../../runtime/auth/jwt/read-claims';
import { ALGORITHMS, TokenVerifier } from '../../../runtime/auth/jwt/token-verifier';
import { isPublicCaller } from '../../../runtime/auth/public-caller';
import { RequestGuard } from '../../../runtime/auth/request-guard';
import { RouteGuard, RouteGuardedAuthenticator } from '../../../runtime/auth/route-guard';
import { GatewayError } from '../../../runtime/errors';
import { ContentGuard } from '../../../runtime/handlers/content-guard';
import { boundNewKey, refuseUnbounding } from '../../../runtime/management/key-rules';
import { Routes } from '../../../runtime/http/routes';
import { planStandingBudgets } from '../../../runtime/limits/plan-standing-budgets';
import { aCall } from '../../runtime/handlers/a-call';
import { aCaller } from '../../runtime/limits/a-caller';
import { IdentityProvider } from '../../support/identity-provider';
import { ManualClock } from '../../support/manual-clock';
import { NO_GUARDS } from '../../support/no-guards';
import type { ConformanceRule } from './conformance-rule';
import { equal } from './selections';

const section = 'guards';

function codeOf(ask: () => unknown): string {
  try {
    ask();
    return 'let through';
  } catch (error) {
    if (error instanceof GatewayError) return error.code;
    throw error;
  }
}

const ranges = (...texts: readonly string[]): readonly AddressRange[] =>
  texts.map(parseAddressRange).filter((range): range is AddressRange => range !== null);

function askFrom(forwarded: string, trusted: readonly AddressRange[]): string {
  const guard = new RequestGuard({
    ...NO_GUARDS,
    allowedClients: ranges('203.0.113.0/24'),
    trustedProxies: trusted,
  });
  const headers = { 'x-forwarded-for': forwarded };
  return codeOf(() => guard.refuse({ headers, peer: '10.0.0.1', path: '/v1/models' }));
}

const content = (guards: Partial<ContentGuards>, body: Readonly<Record<string, unknown>>): string =>
  codeOf(() =>
    new ContentGuard({ ...NO_GUARDS.content, ...guards }).refuse({ kind: 'master' }, aCall(body)),
  );

/** Who and what is kept out. */
export const GUARD_RULES: readonly ConformanceRule[] = [
  {
    id: 'guards.allowed-ips',
    section,
    liteLlm:
      '`allowed_ips` is a list of texts, and `use_x_forwarded_for` takes the whole header for the address, whoever wrote it.',
    ours: 'It has ranges too; the header is read from the right, as far as `trusted_proxies` wrote it. Probes are asked from anywhere.',
    why: 'A client may write the header itself, and with two proxies no list would ever fit.',
    prove: () => {
      equal(askFrom('203.0.113.7', ranges('10.0.0.0/8')), 'let through');
      equal(askFrom('203.0.113.7, 198.51.100.1', ranges('10.0.0.0/8')), 'address_not_allowed');
      equal(askFrom('203.0.113.7', []), 'address_not_allowed');
    },
  },
  {
    id: 'guards.routes',
    section,
    liteLlm:
      '`admin_only_routes` compares texts: `/chat/completions` is open where `/v1/chat/completions` is closed.',
    ours: 'What closes a route closes every path of it. `public_routes` and `allowed_routes` open the very paths that are listed.',
    why: 'Nobody lists all the paths of a route.',
    prove: () => {
      const route = { name: 'chat', handlers: {} };
      const routes = new Routes(
        new Map([
          ['/v1/chat/completions', route],
          ['/chat/completions', route],
        ]),
        [],
      );
      const guard = new RouteGuard({ publicRoutes: [], adminRoutes: ['/v1/chat/completions'] });
      guard.learn([routes]);
      const asked = { path: '/chat/completions', routeName: 'chat' };
      equal(
        codeOf(() => guard.refuse(aCaller({}), asked)),
        'permission_denied',
      );
    },
  },
  {
    id: 'guards.public-routes',
    section,
    liteLlm: 'Whoever asks for one of `public_routes` is a viewer, whatever key is shown.',
    ours: 'A good key is taken for what it is; everybody else may read there and has nothing.',
    why: 'A key that may see one model would otherwise see all of them on a public list.',
    prove: () => {
      const guard = new RouteGuard({ publicRoutes: ['/v1/models'], adminRoutes: [] });
      const asked = { path: '/v1/models', routeName: 'models' };
      const caller = aCaller({});
      const enter = (authenticate: () => typeof caller) =>
        new RouteGuardedAuthenticator({ authenticate, prepare: () => null }, guard).authenticate(
          {},
          '10.0.0.1',
          asked,
        );
      equal(enter(() => caller) === caller, true);
      equal(isPublicCaller(enter(() => new ClosedAuthenticator().authenticate())), true);
    },
  },
  {
    id: 'guards.bodies',
    section,
    liteLlm:
      '`enforced_params`, `blocked_user_list` and `banned_keywords_list` look at the body; fallbacks that a client names may change it afterwards. Words with capitals are never found, nor words in parts of a message.',
    ours: 'Each body that a provider could be sent is looked at; capitals make no difference; paths may have any depth.',
    why: 'A guard that a client can walk around guards nothing.',
    prove: () => {
      const message = (text: unknown) => [{ role: 'user', content: text }];
      const bannedKeywords = ['secret'];
      const parts = [{ type: 'text', text: 'a SECRET' }];
      equal(content({ bannedKeywords }, { messages: message(parts) }), 'content_not_allowed');
      const fallbacks = [{ model: 'gpt-4o', messages: message('secret') }];
      equal(content({ bannedKeywords }, { fallbacks }), 'content_not_allowed');
      const requiredParams = ['metadata.a.b'];
      equal(content({ requiredParams }, { metadata: { a: {} } }), 'required_param_missing');
      equal(content({ requiredParams }, { metadata: { a: { b: 1 } } }), 'let through');
    },
  },
  {
    id: 'guards.max-budget',
    section,
    liteLlm:
      '`litellm_settings.max_budget` lets the master key through. `max_end_user_budget` is documented and never looked at.',
    ours: 'Both hold whatever key is shown.',
    why: 'The money is the same.',
    prove: () => {
      const bound = { dollars: 1, seconds: null };
      const budgets = planStandingBudgets(
        { gateway: bound, endUser: bound, newUser: null },
        { endUser: 'ann', wallMs: 0, region: null },
      );
      equal(budgets.map(({ quotaId }) => quotaId).join(), 'gateway:all:budget,end_user:ann:budget');
    },
  },
  {
    id: 'guards.key-bounds',
    section,
    liteLlm: '`upperbound_key_generate_params` bounds `/key/generate`, and no later change.',
    ours: 'It bounds `/key/update` and `/key/regenerate` as well, save for administrators.',
    why: 'Whoever may not make a key without a bound may not take it away either.',
    prove: () => {
      const { upperBounds } = NO_GUARDS.keyGeneration;
      const rules = { ...NO_GUARDS.keyGeneration, upperBounds: { ...upperBounds, rpm_limit: 10 } };
      equal(boundNewKey({ rpm_limit: null }, {}, rules).rpm_limit, 10);
      equal(
        codeOf(() => refuseUnbounding({ rpm_limit: null }, rules)),
        'invalid_request',
      );
    },
  },
  {
    id: 'guards.jwt.algorithms',
    section,
    liteLlm:
      'Tokens are checked by asymmetric algorithms; one without `exp` is good for ever, and clocks have to agree to the second.',
    ours: 'The same algorithms; a token has to end; clocks may be 30 seconds apart.',
    why: 'What never ends cannot be taken back, and no two clocks agree.',
    prove: async () => {
      equal(
        ALGORITHMS.some((name) => name.startsWith('HS') || name === 'none'),
        false,
      );
      const clock = new ManualClock();
      const idp = await IdentityProvider.create('one');
      const verifier = await TokenVerifier.create({
        trust: { keyUrls: ['https://idp.test'], issuers: [], audiences: [] },
        config: { keysSeconds: 600 },
        believedSeconds: 600,
        fetchDocument: () => Promise.resolve(idp.document),
        onKeysChange: () => undefined,
        ports: { clock, writeLog: () => undefined },
      });
      const nowSeconds = Math.floor(clock.wallMs() / 1000);
      const judge = async (claims: Readonly<Record<string, unknown>>, seconds: number) => {
        const token = await idp.sign(claims, {
          kid: 'one',
          expiresAtSeconds: nowSeconds + seconds,
        });
        return (await verifier.verify(token)).kind;
      };
      equal(await judge({}, -10), 'verified');
      equal(await judge({}, -31), 'expired');
      equal(await judge({ exp: undefined }, 0), 'refused');
    },
  },
  {
    id: 'guards.jwt.without-master-key',
    section,
    liteLlm:
      'With `enable_jwt_auth` and no master key whoever shows something that is no token is an administrator.',
    ours: 'Nobody is let in but holders of good tokens.',
    why: 'Whoever asks for tokens does not mean that nothing is asked for.',
    prove: () => {
      equal(
        codeOf(() => new ClosedAuthenticator().authenticate()),
        'authentication_failed',
      );
    },
  },
  {
    id: 'guards.jwt.scopes',
    section,
    liteLlm:
      'With `enforce_scope_based_access` a token calls the models of its scopes; a call that names no model in its body passes.',
    ours: 'The models of its scopes are those of the caller, wherever the model is named; scopes for none mean none.',
    why: 'The model may stand in the path.',
    prove: () => {
      const config = { ...parseJwtConfig({}), modelsByScope: [{ scope: 'a', models: ['m'] }] };
      const models = (scope: string): string => {
        const reading = readClaims({ scope }, config);
        return reading.kind === 'identity' ? reading.identity.models.join() : reading.message;
      };
      equal(models('a'), 'm');
      equal(models('b'), 'no-default-models');
    },
  },
];
