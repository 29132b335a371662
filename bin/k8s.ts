import { App, type AppProps } from 'cdk8s';
import { SingleRegionHA } from '../constructs/k8s';
import { readDeploymentInput } from './deployment-input';

/**
 * The app of cdk8s.yaml. The value of each reference of the configuration is expected in the Secret
 * `litellm-provider-keys`, under its own NAME.
 */
export function createK8sApp(props: AppProps = {}): App {
  const { config, domainName } = readDeploymentInput();
  const app = new App(props);
  const secrets = Object.fromEntries(
    config.requiredEnvironment.map((name) => [
      name,
      { secretName: 'litellm-provider-keys', key: name },
    ]),
  );
  new SingleRegionHA(app, 'litellm-single-region', {
    config,
    secrets,
    domain: { name: domainName },
  });
  return app;
}

if (require.main === module) createK8sApp().synth();
