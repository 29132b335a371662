import {
  describePriority,
  parsePriority,
  selectAdmittedShare,
} from '../../../runtime/admission/priority';

describe('selectAdmittedShare', () => {
  it.each([
    [0, 1],
    [1, 0.95],
    [4, 0.8],
    [10, 0.5],
    [1000, 0.5],
  ])('lets priority %d fill %d of the limit', (priority, share) => {
    expect(selectAdmittedShare(priority)).toBeCloseTo(share);
  });
});

describe('parsePriority', () => {
  it.each([
    ['0', 0],
    ['12', 12],
    ['-1', null],
    ['high', null],
    ['1.5', null],
    ['', null],
    [undefined, null],
    [['1', '2'], null],
  ])('reads %j as %j', (header, priority) => {
    expect(parsePriority(header)).toBe(priority);
  });
});

describe('describePriority', () => {
  it('knows three words', () => {
    expect([0, 1, 9, 10, 77].map(describePriority)).toEqual([
      'high',
      'normal',
      'normal',
      'low',
      'low',
    ]);
  });
});
