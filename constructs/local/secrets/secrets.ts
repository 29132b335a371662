import { join } from 'node:path/posix';
import { GATEWAY_ENVIRONMENT, type GatewayConfig, type SecretsOutputs } from '../../../lib';
import { resolveVariableName } from '../foundation/environment-reference';
import type { LocalSecrets } from '../foundation/local-plan';

const MASTER_KEY_FILE = 'master-key';

/**
 * Files of the data folder that only their owner may read, made at the first start and kept. They survive every restart,
 * not the removal of the data folder. The provider's keys stay where they are, in the environment.
 */
export class Secrets implements SecretsOutputs {
  readonly resource: LocalSecrets;
  readonly masterKeyLocation: string;

  constructor(props: { readonly config: GatewayConfig; readonly dataFolder: string }) {
    this.resource = {
      masterKeyName: resolveVariableName(
        props.config.general.masterKey,
        GATEWAY_ENVIRONMENT.masterKey,
      ),
      generated: [
        MASTER_KEY_FILE,
        'salt-key',
        'drain-token',
        'database-password',
        'database-admin-password',
      ],
    };
    this.masterKeyLocation = join(props.dataFolder, MASTER_KEY_FILE);
  }
}
