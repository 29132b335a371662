import { createHash } from 'node:crypto';
import type { Caller } from '../../../runtime/auth/caller';
import { KeyAuthenticator } from '../../../runtime/auth/key-authenticator';
import { derivePepper, hashKey } from '../../../runtime/auth/key-secret';
import { selectModelAccess } from '../../../runtime/auth/select-model-access';
import type { JsonValue } from '../../../runtime/directory/change';
import { Directory } from '../../../runtime/directory/directory';
import { GatewayError } from '../../../runtime/errors';
import { admitCall, selectPriority } from '../../../runtime/handlers/admit-call';
import { createRoutingTable } from '../../../runtime/routing/routing-table';
import { aChange } from '../../runtime/directory/a-change';
import { aCall } from '../../runtime/handlers/a-call';
import { aCaller } from '../../runtime/limits/a-caller';
import { deployment, routerConfig } from '../../support/gateway-config-builder';
import { ManualClock } from '../../support/manual-clock';
import type { ConformanceRule } from './conformance-rule';
import { equal } from './selections';

const section = 'keys';
const SECRET = 'sk-0123456789-0123456789';
const PEPPER = derivePepper('a salt');
const ID = hashKey(SECRET, PEPPER);
const ROUTER = routerConfig({ defaultPriority: 5 });
const TABLE = createRoutingTable(
  [
    deployment({ id: 'one', accessGroups: ['large'] }),
    deployment({ id: 'two', modelName: 'gpt-4o-mini' }),
  ],
  routerConfig({ modelGroupAlias: { fast: 'gpt-4o-mini' } }),
);

/** A gateway that knows what the changes say, and a minute later is shown a key. */
class Door {
  private readonly directory = new Directory();
  private made = 0;

  change(fields: Readonly<Record<string, JsonValue>>): this {
    this.made += 1;
    const atMs = new ManualClock().wallMs() + this.made;
    this.directory.apply([aChange(fields, { entityId: ID, atMs })]);
    return this;
  }

  /** `key`, or the code of the refusal. */
  show(token: string, serving: 'yes' | 'no' = 'yes'): string {
    const clock = new ManualClock();
    clock.advance(60_000);
    const known = { directory: this.directory, serving };
    const door = new KeyAuthenticator({
      masterKey: 'sk-master',
      pepper: PEPPER,
      known,
      clock,
      keyHeader: null,
    });
    return codeOf(() => door.authenticate({ authorization: `Bearer ${token}` }, '10.0.0.1').kind);
  }
}

function codeOf(ask: () => string): string {
  try {
    return ask();
  } catch (error) {
    if (error instanceof GatewayError) return error.code;
    throw error;
  }
}

const admit = (caller: Caller, body: Readonly<Record<string, unknown>>): string =>
  codeOf(() => admitCall(aCall(body), caller, { table: TABLE, router: ROUTER }).model.group);

/** Who may ask, and for what. */
export const KEY_RULES: readonly ConformanceRule[] = [
  {
    id: 'keys.storage',
    section,
    liteLlm: 'A virtual key is stored as the SHA-256 of its secret.',
    ours: 'It is stored as an HMAC with `LITELLM_SALT_KEY`, else with the master key.',
    why: 'Without what the server alone knows nobody can try secrets against a stolen table.',
    prove: () => {
      equal(ID === createHash('sha256').update(SECRET).digest('hex'), false);
      equal(ID === hashKey(SECRET, derivePepper('another salt')), false);
    },
  },
  {
    id: 'keys.models',
    section,
    liteLlm:
      '`models` of a key holds names, wildcards and access groups; an empty list means every model. `aliases` of a key name models for its client alone.',
    ours: 'The same.',
    why: null,
    prove: () => {
      const access = (models: readonly string[], asked: string): string =>
        selectModelAccess(aCaller({ models, aliases: { mine: 'gpt-4o' } }), asked, TABLE).kind;
      equal(access([], 'gpt-4o'), 'allowed');
      equal(access(['gpt-4o'], 'gpt-4o-mini'), 'denied');
      equal(access(['gpt-4o-*'], 'gpt-4o-mini'), 'allowed');
      equal(access(['large'], 'gpt-4o'), 'allowed');
      equal(access(['large'], 'gpt-4o-mini'), 'denied');
      equal(access(['gpt-4o-mini'], 'fast'), 'allowed');
      equal(access(['gpt-4o'], 'mine'), 'allowed');
    },
  },
  {
    id: 'keys.blocked',
    section,
    liteLlm: '`/key/block` refuses a key until `/key/unblock`.',
    ours: 'The same; what is deleted or rotated away never comes back, in whatever order replicas hear of it.',
    why: null,
    prove: () => {
      equal(new Door().change({ blocked: true }).show(SECRET), 'key_blocked');
      equal(new Door().change({ blocked: true }).change({ blocked: false }).show(SECRET), 'key');
      const revoked = new Door().change({ revoked: true }).change({ revoked: false });
      equal(revoked.show(SECRET), 'authentication_failed');
    },
  },
  {
    id: 'keys.expired',
    section,
    liteLlm: 'A key whose `duration` is over is answered 400 `expired_key`.',
    ours: '401, with the same type.',
    why: 'Clients take a 400 for a fault of their request, and a 401 for one of their key.',
    prove: () => {
      const expired = new Door().change({ expiresAtMs: new ManualClock().wallMs() + 1000 });
      equal(expired.show(SECRET), 'expired_key');
      equal(new GatewayError('expired_key', '').status, 401);
      equal(new GatewayError('expired_key', '').type, 'expired_key');
    },
  },
  {
    id: 'keys.database-away',
    section,
    liteLlm:
      'While the database is away, keys work that were used within the last minute. All others are refused, or, with `allow_requests_on_db_unavailable`, admitted whatever they are.',
    ours: 'Every known key works for as long as that takes, and no other one does. Without a snapshot of the keys the answer is 503 `keys_unavailable`, and readiness sends requests elsewhere.',
    why: 'An outage of the database must neither end the service nor open its door.',
    prove: () => {
      const door = new Door().change({ alias: 'known' });
      equal(door.show(SECRET), 'key');
      equal(door.show('sk-unknown-0123456789'), 'authentication_failed');
      equal(door.show(SECRET, 'no'), 'keys_unavailable');
      equal(door.show('sk-master', 'no'), 'master');
    },
  },
  {
    id: 'keys.mock',
    section,
    liteLlm: 'Any key may send `mock_response`, `mock_timeout` and the `mock_testing_` fields.',
    ours: 'The administrator may, and keys with `permissions: {"mock": true}`.',
    why: 'Answers that no model gave look real to whatever stands behind the client.',
    prove: () => {
      const mock = { mock_response: 'Hi' };
      equal(admit(aCaller({}), mock), 'permission_denied');
      equal(admit(aCaller({ permissions: { mock: true } }), mock), 'gpt-4o');
      equal(admit({ kind: 'master' }, mock), 'gpt-4o');
    },
  },
  {
    id: 'keys.priority',
    section,
    liteLlm: 'Any key may send any `priority`.',
    ours: 'A key is no more important than calls that say nothing, unless `permissions: {"priority": N}` lets it.',
    why: 'Whoever may choose is always the most important.',
    prove: () => {
      equal(selectPriority(aCaller({}), 0, ROUTER), 5);
      equal(selectPriority(aCaller({}), 9, ROUTER), 9);
      equal(selectPriority(aCaller({ permissions: { priority: 1 } }), 0, ROUTER), 1);
      equal(selectPriority({ kind: 'master' }, 0, ROUTER), 0);
    },
  },
];
