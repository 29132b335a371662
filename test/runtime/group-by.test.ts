import { groupBy } from '../../runtime/group-by';

describe('groupBy', () => {
  it('keeps the order of groups and of their members', () => {
    const groups = groupBy(['b1', 'a1', 'b2', 'a2'], (name) => name.charAt(0));
    expect([...groups]).toEqual([
      ['b', ['b1', 'b2']],
      ['a', ['a1', 'a2']],
    ]);
  });
});
