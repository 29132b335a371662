import { App, Stack, type AppProps } from 'aws-cdk-lib';
import { HostedZone, type HostedZoneAttributes } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ActiveActive, ActivePassive, Database, SingleRegionHA } from '../constructs/aws';
import { mapReferences, readDeploymentInput, type DeploymentInput } from './deployment-input';
import { readPattern, readRegions, type DeploymentPattern } from './deployment-pattern';

/**
 * The app of cdk.json. `LITELLM_HA_ZONE_ID` names the hosted zone of the domain; the value of each reference of the
 * configuration is expected in Secrets Manager under `litellm/NAME`, in each region. `LITELLM_HA_PATTERN` and
 * `LITELLM_HA_REGIONS` choose another pattern than one region.
 */
export function createAwsApp(
  props: AppProps = {},
  pattern: DeploymentPattern = readPattern(),
): App {
  const app = new App(props);
  const input = readDeploymentInput();
  switch (pattern) {
    case 'single-region-ha':
      createSingleRegion(app, input);
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

function createSingleRegion(app: App, input: DeploymentInput): void {
  const { config, domainName } = input;
  const stack = new Stack(app, 'litellm-single-region');
  const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', readZone(domainName));
  const secrets = mapReferences(input, (name) =>
    Secret.fromSecretNameV2(stack, name, `litellm/${name}`),
  );
  new SingleRegionHA(stack, 'Gateway', { config, secrets, domain: { name: domainName, zone } });
}

function createActivePassive(app: App, input: DeploymentInput): void {
  const [primary, standby] = readRegions('active-passive');
  new ActivePassive(app, 'litellm', {
    ...describeForAll(input),
    primary: { region: primary },
    standby: { region: standby },
  });
}

function createActiveActive(app: App, input: DeploymentInput): void {
  new ActiveActive(app, 'litellm', {
    ...describeForAll(input),
    regions: readRegions('active-active').map((region) => ({ region })),
    dataMode: 'global-database',
    // The replicas of all regions write to one database.
    database: Database.aurora({ maxConnections: 700 }),
  });
}

function describeForAll(input: DeploymentInput) {
  const { config, domainName } = input;
  return {
    config,
    domain: { name: domainName, zone: readZone(domainName) },
    secrets: mapReferences(input, (name) => `litellm/${name}`),
  };
}

function readZone(domainName: string): HostedZoneAttributes {
  return {
    hostedZoneId: process.env.LITELLM_HA_ZONE_ID ?? 'Z0000000000EXAMPLE',
    zoneName: domainName.split('.').slice(1).join('.'),
  };
}

if (require.main === module) createAwsApp().synth();
