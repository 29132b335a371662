import {
  decideClusterAction,
  type ClusterAction,
  type MemberView,
} from '../../../operations/local/decide-cluster-action';

function member(name: string, change: Partial<MemberView> = {}): MemberView {
  return {
    name,
    running: true,
    failedProbes: 0,
    receivedBytes: 100n,
    probesWithoutStream: 0,
    ...change,
  };
}

const ended: Partial<MemberView> = { running: false, failedProbes: 1, receivedBytes: null };
const silent = (failedProbes: number): Partial<MemberView> => ({
  failedProbes,
  receivedBytes: null,
});

describe('decideClusterAction', () => {
  it.each<[string, readonly MemberView[], ClusterAction]>([
    ['waits while all is well', [member('a'), member('b'), member('c')], { kind: 'wait' }],
    [
      'promotes as soon as the process of the primary ended',
      [member('a', ended), member('b'), member('c')],
      { kind: 'fail-over', to: 'b', because: 'process ended' },
    ],
    [
      'promotes the replica that received most',
      [member('a', ended), member('b', { receivedBytes: 99n }), member('c')],
      { kind: 'fail-over', to: 'c', because: 'process ended' },
    ],
    [
      'looks a second time when the primary is silent',
      [member('a', silent(1)), member('b')],
      { kind: 'wait' },
    ],
    [
      'promotes when the primary was silent twice',
      [member('a', silent(2)), member('b')],
      { kind: 'fail-over', to: 'b', because: 'no answer' },
    ],
    [
      'never promotes a replica that does not answer',
      [member('a', ended), member('b', silent(1)), member('c', ended)],
      { kind: 'restart-primary' },
    ],
    ['restarts a primary that has no replica', [member('a', ended)], { kind: 'restart-primary' }],
    [
      'clones a replica whose process ended',
      [member('a'), member('b'), member('c', ended)],
      { kind: 'clone', member: 'c' },
    ],
    [
      'gives a silent replica a second look',
      [member('a'), member('b', silent(1))],
      { kind: 'wait' },
    ],
    [
      'clones a replica that was silent twice',
      [member('a'), member('b', silent(2))],
      { kind: 'clone', member: 'b' },
    ],
    [
      'lets a replica find its new primary',
      [member('a'), member('b', { probesWithoutStream: 9 })],
      { kind: 'wait' },
    ],
    [
      'clones a replica that never finds its primary',
      [member('a'), member('b', { probesWithoutStream: 10 })],
      { kind: 'clone', member: 'b' },
    ],
    [
      'clones nothing from a primary that may be about to fail',
      [member('a', silent(1)), member('b', ended)],
      { kind: 'wait' },
    ],
    [
      'promotes before it clones',
      [member('a', ended), member('b', ended), member('c')],
      { kind: 'fail-over', to: 'c', because: 'process ended' },
    ],
  ])('%s', (_, members, action) => {
    expect(decideClusterAction({ primary: 'a', members })).toEqual(action);
  });
});
