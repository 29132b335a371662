import { describeProblem } from '../../../lib';
import {
  type LiveClaim,
  type LiveVolumes,
  planVolumeGrowth,
} from '../../../lib/volumes/plan-volume-growth';

const DESCRIBED = {
  namespace: 'models',
  set: 'litellm-postgres',
  storageByTemplate: { data: '200Gi' },
};

function claim(index: number | string, storage: string, growth: LiveClaim['growth'] = 'allowed') {
  return { name: `data-litellm-postgres-${index}`, storage, growth };
}

function live(claims: readonly LiveClaim[], storage: string | null = '100Gi'): LiveVolumes {
  return { storageByTemplate: storage === null ? null : { data: storage }, claims };
}

const RECREATE = { kind: 'recreate', namespace: 'models', set: 'litellm-postgres' };
const expand = (index: number) => ({
  kind: 'expand',
  namespace: 'models',
  claim: `data-litellm-postgres-${index}`,
  storage: '200Gi',
});

describe('planVolumeGrowth', () => {
  it('expands each claim, and makes the set again last', () => {
    expect(planVolumeGrowth(DESCRIBED, live([claim(0, '100Gi'), claim(1, '100Gi')]))).toEqual({
      steps: [expand(0), expand(1), RECREATE],
      problems: [],
    });
  });

  it('has nothing to do where all is as described, in whatever words', () => {
    expect(planVolumeGrowth(DESCRIBED, live([claim(0, '204800Mi')], '204800Mi')).steps).toEqual([]);
  });

  it('goes on from where it was interrupted', () => {
    expect(planVolumeGrowth(DESCRIBED, live([claim(0, '200Gi'), claim(1, '100Gi')])).steps).toEqual(
      [expand(1), RECREATE],
    );
    expect(planVolumeGrowth(DESCRIBED, live([claim(0, '200Gi')])).steps).toEqual([RECREATE]);
    expect(planVolumeGrowth(DESCRIBED, live([claim(0, '200Gi')], null)).steps).toEqual([RECREATE]);
  });

  it("leaves claims of others alone, also of a set whose name begins with this one's", () => {
    const others = [claim('replica-0', '1Gi'), { ...claim(0, '1Gi'), name: 'backups' }];

    expect(planVolumeGrowth(DESCRIBED, live([...others, claim(7, '100Gi')])).steps).toEqual([
      expand(7),
      RECREATE,
    ]);
  });

  it('rejects to shrink, and to grow where the class does not allow it', () => {
    const { problems } = planVolumeGrowth(
      DESCRIBED,
      live([claim(0, '300Gi'), claim(1, '100Gi', 'refused'), claim(2, '200Gi', 'refused')]),
    );

    expect(problems.map(describeProblem)).toEqual([
      'StatefulSet models/litellm-postgres must ask for 300Gi or more, because volumes never shrink and data-litellm-postgres-0 has that, got 200Gi; raise the size, or restore a dump into a new deployment',
      'PersistentVolumeClaim models/data-litellm-postgres-1 must be of a storage class with allowVolumeExpansion to grow to 200Gi, got 100Gi of one without; allow it there, or restore a dump into a new deployment',
    ]);
  });

  it('rejects a size that is none', () => {
    expect(() =>
      planVolumeGrowth({ ...DESCRIBED, storageByTemplate: { data: 'large' } }, live([])),
    ).toThrow(new Error('"large" is no size of a volume'));
  });
});
