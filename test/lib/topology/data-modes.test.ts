import { listDataModes, listTargetsOffering, selectDataMode } from '../../../lib';

const TARGETS = ['aws', 'gcp', 'k8s', 'local'] as const;

describe('listTargetsOffering', () => {
  it('knows which targets have a product for a mode', () => {
    expect(listTargetsOffering('shared-writer')).toEqual(['aws', 'gcp', 'k8s', 'local']);
    expect(listTargetsOffering('global-database')).toEqual(['aws', 'gcp']);
    expect(listTargetsOffering('regional-primaries')).toEqual(['aws', 'gcp', 'k8s', 'local']);
    expect(listTargetsOffering('distributed-sql')).toEqual(['aws']);
  });
});

describe('selectDataMode', () => {
  it('lags nowhere but where writes are acknowledged early', () => {
    for (const target of TARGETS) {
      for (const mode of listDataModes(target)) {
        const traits = selectDataMode(target, mode);
        const synchronous = traits?.replication === 'synchronous';

        expect([target, mode, traits?.expectedLagSeconds.value === 0]).toEqual([
          target,
          mode,
          synchronous,
        ]);
        expect(traits?.promotionSeconds === null).toBe(traits?.writers === 'every-region');
      }
    }
  });

  it('offers nothing that a target has no product for', () => {
    expect(selectDataMode('k8s', 'global-database')).toBeNull();
  });
});
