import type { Caller } from '../../../runtime/auth/caller';
import type { Call } from '../../../runtime/dispatch/call';
import type { GatewayError } from '../../../runtime/errors';
import { admitCall, selectPriority } from '../../../runtime/handlers/admit-call';
import type { AdmittedCall } from '../../../runtime/handlers/admit-call';
import { renderFallbackBody } from '../../../runtime/providers/client-body';
import { createRoutingTable } from '../../../runtime/routing/routing-table';
import { deployment, routerConfig } from '../../support/gateway-config-builder';
import { aCaller } from '../limits/a-caller';
import { aCall } from './a-call';

const ROUTER = routerConfig({ defaultPriority: 5 });
const TABLE = createRoutingTable(
  [deployment({ id: 'one' }), deployment({ id: 'two', modelName: 'secret' })],
  ROUTER,
);
const MASTER = { kind: 'master' } as const;

const admit = (call: Call, caller: Caller = MASTER): AdmittedCall =>
  admitCall(call, caller, { table: TABLE, router: ROUTER });

function refusal(call: Call, caller: Caller = MASTER): Pick<GatewayError, 'code' | 'message'> {
  try {
    admit(call, caller);
  } catch (error) {
    const { code, message } = error as GatewayError;
    return { code, message };
  }
  throw new Error('the call was admitted');
}

const NO_MOCKS = {
  code: 'permission_denied',
  message:
    'mock_ fields are for administrators; an administrator may give the key permissions: {"mock": true}',
};

describe('admitCall', () => {
  it('finds the model, and leaves a plain call as it is', () => {
    const call = aCall();
    const admitted = admit(call, aCaller({}));
    expect(admitted.model.group).toBe('gpt-4o');
    expect(admitted.call).toBe(call);
  });

  it('means by a name what the key means by it, in fallbacks, too', () => {
    const caller = aCaller({ models: ['gpt-4o'], aliases: { secret: 'gpt-4o', fast: 'gpt-4o' } });
    expect(admit(aCall({ model: 'fast' }), caller).model.group).toBe('gpt-4o');
    const { call } = admit(aCall({ fallbacks: ['secret', { model: 'fast', n: 2 }] }), caller);
    expect(call.body.fallbacks).toEqual([
      { model: 'gpt-4o', params: null },
      { model: 'gpt-4o', params: { n: 2 } },
    ]);
  });

  it('rejects a model that there is not', () => {
    expect(refusal(aCall({ model: 'absent' }))).toEqual({
      code: 'model_not_found',
      message: 'model "absent" is not configured; GET /v1/models lists the models there are',
    });
  });

  it('rejects a model that the key may not use, also as a fallback', () => {
    const caller = aCaller({ models: ['gpt-4o'] });
    const denied = {
      code: 'key_model_access_denied',
      message:
        'this key may not use the model "secret"; GET /v1/models lists the models there are for it',
    };
    expect(refusal(aCall({ model: 'secret' }), caller)).toEqual(denied);
    expect(refusal(aCall({ fallbacks: ['secret'] }), caller)).toEqual(denied);
  });

  it('rejects a drill of a key without the permission, also in a fallback', () => {
    const drills = [
      { mock_response: 'Hi' },
      { fallbacks: [{ model: 'secret', mock_timeout: true }] },
    ];
    for (const drill of drills) {
      expect(refusal(aCall(drill), aCaller({}))).toEqual(NO_MOCKS);
      expect(refusal(aCall(drill), aCaller({ permissions: { mock: 'yes' } }))).toEqual(NO_MOCKS);
      admit(aCall(drill), aCaller({ permissions: { mock: true } }));
      admit(aCall(drill));
      admit(aCall(drill), { kind: 'open' });
    }
  });

  it('makes a call no more important than its key may be, its fallbacks included', () => {
    const { call } = admit(
      aCall({ priority: 0, fallbacks: [{ model: 'secret', priority: 0 }] }),
      aCaller({ permissions: { priority: 2 } }),
    );
    expect(call.body.traits.priority).toBe(2);
    expect(renderFallbackBody(call.body, { priority: 0 }).traits.priority).toBe(2);
    expect(admit(aCall({ priority: 0 })).call.body.traits.priority).toBe(0);
  });
});

describe('selectPriority', () => {
  const ofKey = (permissions: Readonly<Record<string, number>>, requested: number | null): number =>
    selectPriority(aCaller({ permissions }), requested, ROUTER);

  it('is the standard one where nothing is said', () => {
    expect(selectPriority(MASTER, null, ROUTER)).toBe(5);
    expect(ofKey({ priority: 0 }, null)).toBe(5);
  });

  it('is what administrators say', () => {
    expect(selectPriority(MASTER, 0, ROUTER)).toBe(0);
    expect(selectPriority({ kind: 'open' }, 0, ROUTER)).toBe(0);
  });

  it('of a key goes no further up than its permission, and down as far as it likes', () => {
    expect(ofKey({}, 0)).toBe(5);
    expect(ofKey({}, 9)).toBe(9);
    expect(ofKey({ priority: 1 }, 0)).toBe(1);
    expect(ofKey({ priority: 1 }, 3)).toBe(3);
  });
});
