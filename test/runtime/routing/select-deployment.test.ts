import fc from 'fast-check';
import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import { UNTRIED } from '../../../runtime/routing/cooldown';
import type { Health } from '../../../runtime/routing/cooldown';
import { selectDeployment, selectSimpleShuffle } from '../../../runtime/routing/select-deployment';
import type { SelectionContext } from '../../../runtime/routing/select-deployment';
import { deployment } from '../../support/gateway-config-builder';

const A = deployment({ id: 'a' });
const B = deployment({ id: 'b' });

function context(parts: Partial<SelectionContext> = {}): SelectionContext {
  return { nowMs: 1000, random: 0, health: new Map(), tried: [], whenAllRest: 'try-one', ...parts };
}

function resting(untilMs: number, reason: Health['restReason'] = 'failures'): Health {
  return { ...UNTRIED, restUntilMs: untilMs, restReason: reason };
}

function chosen(group: readonly DeploymentConfig[], parts: Partial<SelectionContext>): unknown {
  const selection = selectDeployment(group, context(parts));
  return selection.kind === 'chosen' ? selection.deployment.id : selection;
}

describe('selectDeployment', () => {
  it('leaves resting deployments out until their rest ends', () => {
    const health = new Map([['a', resting(1001)]]);
    expect(chosen([A, B], { health })).toBe('b');
    expect(chosen([A, B], { health, nowMs: 1001 })).toBe('a');
  });

  it('prefers what was not tried, and takes what was when nothing else is left', () => {
    expect(chosen([A, B], { tried: ['a'] })).toBe('b');
    expect(chosen([A, B], { tried: ['a', 'b'] })).toBe('a');
  });

  it('takes the lowest order that is awake', () => {
    const [first, second] = [
      deployment({ id: 'first', order: 1 }),
      deployment({ id: 'second', order: 2 }),
    ];
    expect(chosen([second, first, B], {})).toBe('first');
    expect(chosen([second, first, B], { health: new Map([['first', resting(2000)]]) })).toBe(
      'second',
    );
  });

  it('never ejects a whole group: the deployment whose rest ends first is tried', () => {
    const health = new Map([
      ['a', resting(3000)],
      ['b', resting(2000)],
    ]);
    expect(chosen([A, B], { health })).toBe('b');
  });

  it('passes when all rest and a fallback waits', () => {
    const health = new Map([['a', resting(3000)]]);
    expect(chosen([A], { health, whenAllRest: 'pass' })).toEqual({ kind: 'none', waitMs: 2000 });
  });

  it('does not force a rate-limited deployment', () => {
    const health = new Map([['a', resting(3000, 'rate-limit')]]);
    expect(chosen([A], { health })).toEqual({ kind: 'none', waitMs: 2000 });
  });

  it('has nothing to choose from an empty group', () => {
    expect(chosen([], {})).toEqual({ kind: 'none', waitMs: 0 });
  });
});

describe('selectSimpleShuffle', () => {
  it('shares by weight before rpm before tpm', () => {
    const light = deployment({ id: 'light', weight: 1, rpm: 900 });
    const heavy = deployment({ id: 'heavy', weight: 3, rpm: 1 });
    expect(selectSimpleShuffle([light, heavy], 0.24)?.id).toBe('light');
    expect(selectSimpleShuffle([light, heavy], 0.26)?.id).toBe('heavy');
    const few = deployment({ id: 'few', rpm: 1, tpm: 900 });
    const many = deployment({ id: 'many', rpm: 9 });
    expect(selectSimpleShuffle([few, many], 0.2)?.id).toBe('many');
  });

  it('gives nothing to a candidate without the key that a sibling has, wherever it stands', () => {
    const weighted = deployment({ id: 'weighted', weight: 2 });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.9999, noNaN: true }), (random) => {
        expect(selectSimpleShuffle([A, weighted, B], random)?.id).toBe('weighted');
      }),
    );
  });

  it('shares evenly when every weight is zero', () => {
    const zeros = ['a', 'b'].map((id) => deployment({ id, weight: 0 }));
    expect(selectSimpleShuffle(zeros, 0.4)?.id).toBe('a');
    expect(selectSimpleShuffle(zeros, 0.6)?.id).toBe('b');
  });

  it('always chooses somebody from a group that is not empty', () => {
    const weights = fc.array(fc.option(fc.integer({ min: 0, max: 5 })), { minLength: 1 });
    fc.assert(
      fc.property(weights, fc.double({ min: 0, max: 0.9999, noNaN: true }), (list, random) => {
        const group = list.map((weight, index) => deployment({ id: String(index), weight }));
        expect(selectSimpleShuffle(group, random)).not.toBeNull();
      }),
    );
  });
});
