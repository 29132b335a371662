import fc from 'fast-check';
import { refuseEscalation } from '../../../runtime/management/escalation';
import { reduceChange } from '../../../runtime/directory/entity-state';
import type { JsonValue } from '../../../runtime/directory/change';
import { parseKey } from '../../../runtime/directory/parse-records';
import type { KeyRecord } from '../../../runtime/directory/records';

function key(fields: Readonly<Record<string, JsonValue>>): KeyRecord {
  const stamp = '018bcfe56800-0000-r1';
  const act = { actor: 'master', region: 'eu', kind: 'key', entityId: 'k', stamp } as const;
  return parseKey(reduceChange(null, { ...act, fields: { userId: 'u', ...fields } }));
}

const own = key({ expiresAtMs: 1000, allowedRoutes: ['/v1/*'], permissions: { a: { b: 1 } } });

describe('refuseEscalation', () => {
  it.each<[Readonly<Record<string, JsonValue>>, string]>([
    [{ expiresAtMs: null }, 'duration must end before the key that asks does'],
    [{ expiresAtMs: 1001 }, 'duration must end before the key that asks does'],
    [{ allowedRoutes: [] }, 'allowed_routes must be among those of the key that asks'],
    [{ permissions: { a: { b: 2 } } }, 'permissions must be among those of the key that asks'],
  ])('rejects %j', (fields, message) => {
    const grant = { expiresAtMs: 1000, allowedRoutes: ['/v1/*'], permissions: {}, ...fields };
    expect(() => refuseEscalation(own, key(grant))).toThrow(message);
  });

  it('lets a key hand out exactly what it has', () => {
    const bound = fc.option(fc.nat(50));
    const fields = fc.record({
      maxBudgetDollars: bound,
      tpmLimit: bound,
      rpmLimit: bound,
      maxParallelRequests: bound,
      budgetSeconds: fc.option(fc.integer({ min: 1, max: 9 })),
      expiresAtMs: bound,
      models: fc.array(fc.constantFrom('a', 'b', 'c')),
      modelRpmLimit: fc.dictionary(fc.constantFrom('a', 'b'), fc.nat(9)),
    });
    fc.assert(
      fc.property(fields, (given) => {
        expect(() => refuseEscalation(key(given), key(given))).not.toThrow();
      }),
    );
  });

  it('never lets a bound grow over two steps', () => {
    const bound = fc.option(fc.nat(5));
    fc.assert(
      fc.property(bound, bound, bound, (first, second, third) => {
        const passes = (a: number | null, b: number | null): boolean => {
          try {
            refuseEscalation(key({ tpmLimit: a }), key({ tpmLimit: b }));
            return true;
          } catch {
            return false;
          }
        };
        fc.pre(passes(first, second) && passes(second, third));
        expect(third ?? Infinity).toBeLessThanOrEqual(first ?? Infinity);
      }),
    );
  });
});
