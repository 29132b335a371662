import * as fc from 'fast-check';
import { selectReplica, type ReplicaLoad } from '../../../operations/local/select-replica';

function load(name: string, outstanding: number, change: Partial<ReplicaLoad> = {}): ReplicaLoad {
  return { name, isUp: true, outstanding, lastRequest: 0, ...change };
}

describe('selectReplica', () => {
  it('chooses the replica with the fewest requests under way', () => {
    expect(selectReplica([load('a', 2), load('b', 1), load('c', 3)], new Set())).toBe('b');
  });

  it('takes turns among equals', () => {
    const replicas = [load('a', 1, { lastRequest: 9 }), load('b', 1, { lastRequest: 7 })];
    expect(selectReplica(replicas, new Set())).toBe('b');
  });

  it('leaves out replicas that are down or were tried', () => {
    const replicas = [load('a', 0, { isUp: false }), load('b', 0), load('c', 5)];
    expect(selectReplica(replicas, new Set(['b']))).toBe('c');
    expect(selectReplica(replicas, new Set(['b', 'c']))).toBeNull();
  });

  it('never chooses a busier replica than another that is up and untried', () => {
    const loads = fc.uniqueArray(
      fc.record({
        name: fc.string(),
        isUp: fc.boolean(),
        outstanding: fc.nat(5),
        lastRequest: fc.nat(9),
      }),
      { selector: ({ name }) => name },
    );
    fc.assert(
      fc.property(loads, fc.array(fc.string()), (replicas, tried) => {
        const possible = replicas.filter(({ name, isUp }) => isUp && !tried.includes(name));
        const chosen = selectReplica(replicas, new Set(tried));
        if (possible.length === 0) return chosen === null;
        const found = possible.find(({ name }) => name === chosen);
        return found?.outstanding === Math.min(...possible.map(({ outstanding }) => outstanding));
      }),
    );
  });
});
