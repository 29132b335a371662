import fc from 'fast-check';
import type { DeploymentConfig } from '../../../../lib/config/gateway-config';
import { selectSimpleShuffle } from '../../../../runtime/routing/strategies/simple-shuffle';
import { deployment } from '../../../support/gateway-config-builder';
import { strategyContext } from './strategy.contract';

const A = deployment({ id: 'a' });
const B = deployment({ id: 'b' });

const shuffle = (group: readonly DeploymentConfig[], random: number): string | undefined =>
  selectSimpleShuffle(group, strategyContext({ random }))?.id;

describe('selectSimpleShuffle', () => {
  it('shares by weight before rpm before tpm', () => {
    const light = deployment({ id: 'light', weight: 1, rpm: 900 });
    const heavy = deployment({ id: 'heavy', weight: 3, rpm: 1 });
    expect(shuffle([light, heavy], 0.24)).toBe('light');
    expect(shuffle([light, heavy], 0.26)).toBe('heavy');
    const few = deployment({ id: 'few', rpm: 1, tpm: 900 });
    const many = deployment({ id: 'many', rpm: 9 });
    expect(shuffle([few, many], 0.2)).toBe('many');
    const small = deployment({ id: 'small', tpm: 100 });
    const large = deployment({ id: 'large', tpm: 900 });
    expect(shuffle([small, large], 0.2)).toBe('large');
  });

  it('gives nothing to a candidate without the key that a sibling has, wherever it stands', () => {
    const weighted = deployment({ id: 'weighted', weight: 2 });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.9999, noNaN: true }), (random) => {
        expect(shuffle([A, weighted, B], random)).toBe('weighted');
      }),
    );
  });

  it('shares evenly when every weight is zero', () => {
    const zeros = ['a', 'b'].map((id) => deployment({ id, weight: 0 }));
    expect(shuffle(zeros, 0.4)).toBe('a');
    expect(shuffle(zeros, 0.6)).toBe('b');
  });
});
