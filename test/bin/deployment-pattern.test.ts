import { readHealthCheckIds, readPattern, readRegions } from '../../bin/deployment-pattern';

describe('readPattern', () => {
  it('is one region where nothing is said', () => {
    expect(readPattern({})).toBe('single-region-ha');
    expect(readPattern({ LITELLM_HA_PATTERN: 'active-active' })).toBe('active-active');
  });

  it('rejects a pattern that there is not', () => {
    expect(() => readPattern({ LITELLM_HA_PATTERN: 'active' })).toThrow(
      new Error(
        'LITELLM_HA_PATTERN must be one of single-region-ha, active-passive, active-active, got "active"; ' +
          'leave it out for single-region-ha',
      ),
    );
  });
});

describe('readRegions', () => {
  it('reads them in their order, and has some to show where none is named', () => {
    expect(readRegions('active-passive', {})).toEqual(['us-east-1', 'us-west-2']);
    expect(readRegions('active-active', {})).toHaveLength(3);
    expect(readRegions('active-active', { LITELLM_HA_REGIONS: 'eu-west-1, eu-north-1' })).toEqual([
      'eu-west-1',
      'eu-north-1',
    ]);
  });

  it.each([
    ['active-passive', 'eu-west-1', 'must name two regions for active-passive'],
    [
      'active-passive',
      'eu-west-1,eu-north-1,us-east-1',
      'must name two regions for active-passive',
    ],
    ['active-active', 'eu-west-1', 'must name two or more regions for active-active'],
  ] as const)('rejects for %s %s', (pattern, written, fault) => {
    const example = readRegions(pattern, {}).join(',');
    expect(() => readRegions(pattern, { LITELLM_HA_REGIONS: written })).toThrow(
      new Error(`LITELLM_HA_REGIONS ${fault}, got ${written}; write them as ${example}`),
    );
  });
});

describe('readHealthCheckIds', () => {
  const regions = ['us-east-1', 'us-west-2'];

  it('gives each region the id at its place, and one to show where none is named', () => {
    expect([...readHealthCheckIds(regions, { LITELLM_HA_HEALTH_CHECK_IDS: 'a,b' })]).toEqual([
      ['us-east-1', 'a'],
      ['us-west-2', 'b'],
    ]);
    expect(readHealthCheckIds(regions, {}).get('us-west-2')).toBe('example-us-west-2');
  });

  it('rejects fewer than there are regions', () => {
    expect(() => readHealthCheckIds(regions, { LITELLM_HA_HEALTH_CHECK_IDS: 'a' })).toThrow(
      new Error(
        'LITELLM_HA_HEALTH_CHECK_IDS must name one health check for each of us-east-1, us-west-2, got 1; ' +
          'write them in that order with commas between them',
      ),
    );
  });
});
