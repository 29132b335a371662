import fc from 'fast-check';
import { coversModel } from '../../../runtime/auth/model-list';
import { createRoutingTable } from '../../../runtime/routing/routing-table';
import { routerConfig } from '../../support/gateway-config-builder';

const EMPTY = createRoutingTable([], routerConfig());

describe('coversModel', () => {
  it('takes an empty list for every model', () => {
    expect(coversModel([], 'anything', EMPTY)).toBe(true);
  });

  it('reads a star as any text, like the routing table does', () => {
    const pattern = fc.array(fc.constantFrom('a', 'b', '*'), { minLength: 1, maxLength: 6 });
    const name = fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 });
    fc.assert(
      fc.property(pattern, name, (parts, letters) => {
        fc.pre(parts.includes('*'));
        const expression = new RegExp(`^${parts.join('').replaceAll('*', '.*')}$`);
        const text = letters.join('');
        expect(coversModel([parts.join('')], text, EMPTY)).toBe(expression.test(text));
      }),
      { numRuns: 1_000 },
    );
  });
});
