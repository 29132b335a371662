import fc from 'fast-check';
import { parsePosition, renderPosition } from '../../../runtime/database/change-position';

describe('parsePosition', () => {
  it('reads what renderPosition writes', () => {
    const at = fc.record({ headMs: fc.nat(), recent: fc.nat() });
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.string().filter((name) => name !== '__proto__'),
            at,
          ),
        ),
        (entries) => {
          const position = new Map(entries);
          expect(parsePosition(renderPosition(position))).toEqual(position);
        },
      ),
    );
  });

  it('begins at the beginning without a position, or with one that is none', () => {
    for (const text of [null, '', 'nonsense', '{"eu":1}', '[]', '3']) {
      expect(parsePosition(text).size).toBe(0);
    }
  });
});
