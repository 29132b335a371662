import fc from 'fast-check';
import { ByteBudget } from '../../../runtime/admission/byte-budget';

/** Of 1600 bytes of memory 400 are for requests, 300 of them for bodies, and 200 of these for one key. */
const MEMORY_BYTES = 1600;

describe('ByteBudget', () => {
  it('gives one key no more than its share, and others theirs', () => {
    const budget = new ByteBudget(MEMORY_BYTES);
    budget.take('one', 200);
    expect(() => budget.take('one', 1)).toThrow(
      expect.objectContaining({
        code: 'gateway_overloaded',
        retryAfterSeconds: 1,
        message:
          'requests of this key take all the memory there is for them; send the request again a little later',
      }),
    );
    budget.take('other', 100);
    expect(budget.heldBytes).toBe(300);
    budget.give('one', 200);
    budget.take('one', 1);
  });

  it('gives all together no more than the share of bodies, and keeps the rest for answers', () => {
    const budget = new ByteBudget(MEMORY_BYTES);
    budget.take('one', 200);
    budget.take('two', 100);
    expect(() => budget.take('three', 1)).toThrow(
      'requests of all keys take all the memory there is for them; send the request again a little later',
    );
    expect(budget.hold(100)).toBe('held');
    expect(budget.hold(1)).toBe('refused');
    budget.release(100);
    expect(budget.heldBytes).toBe(300);
  });

  it('takes a body that is alone, however large it is', () => {
    const budget = new ByteBudget(MEMORY_BYTES);
    budget.take('one', 1000);
    expect(() => budget.take('two', 1)).toThrow('requests of all keys');
    expect(() => budget.take('one', 1)).toThrow('requests of this key');
    budget.give('one', 1000);
    expect(budget.hold(1000)).toBe('held');
  });

  it('remembers nobody who holds nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 150 }))),
        (bodies) => {
          const budget = new ByteBudget(MEMORY_BYTES);
          const taken = bodies.filter(([account, bytes]) => {
            try {
              budget.take(account, bytes);
              return true;
            } catch {
              return false;
            }
          });
          expect(budget.heldBytes).toBe(taken.reduce((sum, [, bytes]) => sum + bytes, 0));
          expect(budget.heldBytes).toBeLessThanOrEqual(300);
          for (const [account, bytes] of taken) budget.give(account, bytes);
          expect([budget.heldBytes, budget.accounts]).toEqual([0, 0]);
        },
      ),
    );
  });
});
