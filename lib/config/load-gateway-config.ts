import { loadConfigText } from './config-file';
import type { GatewayConfig as GatewayConfigValue } from './gateway-config';
import { parseGatewayConfig } from './parse-gateway-config';

/** What a configuration says, typed. */
export type GatewayConfig = GatewayConfigValue;

/** Reads a configuration at synth: `os.environ/NAME` stays a reference, for the runtime to resolve. */
export const GatewayConfig = {
  /** The file and what it includes, such as `GatewayConfig.fromFile('config.yaml')`. */
  fromFile(path: string): GatewayConfig {
    const text = loadConfigText(path);
    return parseGatewayConfig(text, { environment: 'unresolved', fileName: path });
  },

  /** A configuration given as text; `include` has no folder to be relative to and is refused. */
  fromYaml(text: string): GatewayConfig {
    return parseGatewayConfig(text, { environment: 'unresolved' });
  },
} as const;
