import { App, type AppProps } from 'cdk8s';
import { ActiveActive, ActivePassive, Secrets, SingleRegionHA } from '../constructs/k8s';
import { mapReferences, readDeploymentInput, type DeploymentInput } from './deployment-input';
import {
  readHealthCheckIds,
  readPattern,
  readRegions,
  type DeploymentPattern,
} from './deployment-pattern';

/**
 * The app of cdk8s.yaml. The value of each reference of the configuration is expected in the Secret
 * `litellm-provider-keys`, under its own NAME, in each cluster. `LITELLM_HA_PATTERN`, `LITELLM_HA_REGIONS` and
 * `LITELLM_HA_HEALTH_CHECK_IDS` choose another pattern than one region.
 */
export function createK8sApp(
  props: AppProps = {},
  pattern: DeploymentPattern = readPattern(),
): App {
  const app = new App(props);
  const input = readDeploymentInput();
  switch (pattern) {
    case 'single-region-ha':
      new SingleRegionHA(app, 'litellm-single-region', describeForAll(input));
      break;
    case 'active-passive':
      createActivePassive(app, input);
      break;
    case 'active-active':
      createActiveActive(app, input);
      break;
  }
  return app;
}

function createActivePassive(app: App, input: DeploymentInput): void {
  const [primary, standby] = placeRegions('active-passive');
  new ActivePassive(app, 'litellm', { ...describeForAll(input), primary, standby });
}

function createActiveActive(app: App, input: DeploymentInput): void {
  new ActiveActive(app, 'litellm', {
    ...describeForAll(input),
    regions: placeRegions('active-active'),
    dataMode: 'regional-primaries',
  });
}

/** Keys are made up once, in the first region; the others expect a copy of them. */
function placeRegions(pattern: 'active-passive' | 'active-active') {
  const regions = readRegions(pattern);
  const healthCheckIds = readHealthCheckIds(regions);
  const [first, second, ...others] = regions;
  const place = (region: string) => ({ region, healthCheckId: healthCheckIds.get(region) ?? '' });
  const placeOther = (region: string) => ({
    ...place(region),
    secretSource: Secrets.existing('litellm-generated'),
  });
  return [place(first), placeOther(second), ...others.map(placeOther)] as const;
}

function describeForAll(input: DeploymentInput) {
  const { config, domainName } = input;
  return {
    config,
    domain: { name: domainName },
    secrets: mapReferences(input, (name) => ({ secretName: 'litellm-provider-keys', key: name })),
  };
}

if (require.main === module) createK8sApp().synth();
