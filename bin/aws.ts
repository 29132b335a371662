import { App, Stack, type AppProps } from 'aws-cdk-lib';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { SingleRegionHA } from '../constructs/aws';
import { readDeploymentInput } from './deployment-input';

/**
 * The app of cdk.json. `LITELLM_HA_ZONE_ID` names the hosted zone of the domain; the value of each reference of the
 * configuration is expected in Secrets Manager under `litellm/NAME`.
 */
export function createAwsApp(props: AppProps = {}): App {
  const { config, domainName } = readDeploymentInput();
  const app = new App(props);
  const stack = new Stack(app, 'litellm-single-region');
  const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
    hostedZoneId: process.env.LITELLM_HA_ZONE_ID ?? 'Z0000000000EXAMPLE',
    zoneName: domainName.split('.').slice(1).join('.'),
  });
  const secrets = Object.fromEntries(
    config.requiredEnvironment.map((name) => [
      name,
      Secret.fromSecretNameV2(stack, name, `litellm/${name}`),
    ]),
  );
  new SingleRegionHA(stack, 'Gateway', { config, secrets, domain: { name: domainName, zone } });
  return app;
}

if (require.main === module) createAwsApp().synth();
