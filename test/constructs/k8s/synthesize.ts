import { App } from 'cdk8s';
import { SingleRegionHA, type SingleRegionHAProps } from '../../../constructs/k8s';
import { aConfig } from '../../support/a-config';
import type { Manifest } from './manifests';

/** The smallest description, with a stand-in for the gateway's program. */
export function someProps(overrides: Partial<SingleRegionHAProps> = {}): SingleRegionHAProps {
  return {
    config: aConfig(),
    secrets: { OPENAI_API_KEY: { secretName: 'provider-keys', key: 'openai' } },
    domain: { name: 'api.example.com' },
    gatewayScript: '// the gateway',
    ...overrides,
  };
}

/** The manifests of the whole pattern. */
export function synthesizePattern(
  overrides: Partial<SingleRegionHAProps> = {},
): readonly Manifest[] {
  const app = new App();
  new SingleRegionHA(app, 'gateway', someProps(overrides));
  return app.charts.flatMap((chart) => chart.toJson() as Manifest[]);
}
