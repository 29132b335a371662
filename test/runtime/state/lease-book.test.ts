import fc from 'fast-check';
import { LeaseBook } from '../../../runtime/state/lease-book';

describe('LeaseBook', () => {
  it('knows what is held, and forgets what is given back', () => {
    const book = new LeaseBook();
    book.recordChanged('a', 2);
    book.recordChanged('b', 1);
    book.recordChanged('a', -1);
    expect(book.leases).toEqual([
      { key: 'a', count: 1 },
      { key: 'b', count: 1 },
    ]);
    book.recordChanged('a', -1);
    expect(book.leases).toEqual([{ key: 'b', count: 1 }]);
  });

  it('never holds less than nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 3 })), (changes) => {
        const book = new LeaseBook();
        for (const change of changes) book.recordChanged('a', change);
        for (const { count } of book.leases) expect(count).toBeGreaterThan(0);
      }),
    );
  });
});
