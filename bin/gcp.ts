import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { RandomProvider } from '@cdktf/provider-random/lib/provider';
import { App, LocalBackend, TerraformStack, type AppConfig } from 'cdktf';
import { SingleRegionHA } from '../constructs/gcp';
import { mapReferences, readDeploymentInput } from './deployment-input';

/**
 * The app of cdktf.json. `GOOGLE_CLOUD_PROJECT` and `GOOGLE_CLOUD_REGION` say where; the value of each reference of the
 * configuration is expected in Secret Manager under its own NAME.
 */
export function createGcpApp(props: AppConfig = {}): App {
  const input = readDeploymentInput();
  const { config, domainName } = input;
  const project = process.env.GOOGLE_CLOUD_PROJECT ?? 'example-project';
  const region = process.env.GOOGLE_CLOUD_REGION ?? 'us-central1';
  const app = new App(props);
  const stack = new TerraformStack(app, 'litellm-single-region');
  // The default backend writes this machine's path into the output; a team replaces it by its GcsBackend.
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  new GoogleProvider(stack, 'google', { project, region });
  new RandomProvider(stack, 'random');
  const secrets = mapReferences(input, (name) => ({ secretId: name }));
  new SingleRegionHA(stack, 'gateway', {
    config,
    secrets,
    project,
    region,
    domain: { name: domainName },
  });
  return app;
}

if (require.main === module) createGcpApp().synth();
