/** The local target as `litellm-ha up` runs it, for tests that need it in a process of its own. */
import { GatewayConfig } from '../../../lib';
import { SingleRegionHA } from '../../../constructs/local';
import { runUp } from '../../../operations/local';

const [configFile, dataFolder, port, gatewayScript] = process.argv.slice(2) as [
  string,
  string,
  string,
  string?,
];
const { plan } = new SingleRegionHA({
  config: GatewayConfig.fromFile(configFile),
  port: Number(port),
  dataFolder,
});
void runUp({
  plan,
  environment: process.env,
  stdout: process.stdout,
  ...(gatewayScript === undefined ? {} : { gatewayScript }),
}).then((code) => {
  process.exitCode = code;
});
