import { AWS_TRAITS, K8S_TRAITS } from '../../../lib';
import { explainDescription } from '../../../lib/explain/explain-description';
import { aConfig } from '../../support/a-config';
import { problemsOf } from '../multi-region';

const DESCRIPTION = {
  config: aConfig(),
  regions: ['us-east-1', 'us-west-2', 'eu-west-1'],
  dataMode: 'shared-writer',
} as const;

describe('explainDescription', () => {
  it('explains each pattern', () => {
    const titleOf = (pattern: 'single-region' | 'active-passive' | 'active-active') =>
      explainDescription(
        {
          ...DESCRIPTION,
          pattern,
          dataMode: pattern === 'active-active' ? 'regional-primaries' : 'shared-writer',
        },
        K8S_TRAITS,
      ).split('\n')[0];

    expect(titleOf('single-region')).toBe('litellm: single-region on k8s');
    expect(titleOf('active-passive')).toBe('litellm: active-passive on k8s');
    expect(titleOf('active-active')).toBe('litellm: active-active on k8s');
  });

  it('takes the first region for the primary', () => {
    const text = explainDescription({ ...DESCRIPTION, pattern: 'active-passive' }, AWS_TRAITS);

    expect(text).toContain('us-east-1: primary');
    expect(text).toContain('us-west-2: standby');
    expect(text).not.toContain('eu-west-1');
  });

  it('rejects a pattern without its regions', () => {
    const attempt = () =>
      explainDescription(
        { ...DESCRIPTION, regions: ['us-east-1'], pattern: 'active-active' },
        K8S_TRAITS,
      );

    expect(problemsOf(attempt)).toEqual([
      'regions must name 2 to 8 regions, got 1; add a region, or use SingleRegionHA',
    ]);
  });
});
