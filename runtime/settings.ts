import { GATEWAY_ENVIRONMENT } from '../lib/gateway-contract';
import type { JwtTrust } from './auth/jwt/token-verifier';
import type { TlsFiles } from './http/tls-identity';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says, as opposed to the configuration file. */
export interface GatewaySettings {
  readonly masterKey: string | null;
  /** What keys are hashed with; null: the master key. */
  readonly saltKey: string | null;
  /** Null: nothing is kept on disk. */
  readonly dataFolder: string | null;
  /** `elsewhere`: a job brings the schema up to date. */
  readonly schemaUpdates: 'here' | 'elsewhere';
  /** Every region of the deployment; empty: this one alone. */
  readonly regions: readonly string[];
  /** How many replicas there are at least; null: nobody said. */
  readonly replicas: number | null;
  /** A file whose first word says whether this region takes traffic; null: it does. */
  readonly regionSwitchFile: string | null;
  readonly region: string | null;
  readonly drainToken: string | null;
  /** What the process may use; null: what its container or its machine has. */
  readonly memoryBytes: number | null;
  /** Null: the gateway speaks HTTP, and TLS ends before it. */
  readonly tls: TlsFiles | null;
  /** Null: metrics and health are on the one port there is. */
  readonly metricsPort: number | null;
  readonly drainSeconds: number;
  readonly propagationSeconds: number;
  readonly keepAliveSeconds: number;
  /** Any variable of the environment, for what providers read; null: not set, or blank. */
  readonly variable: (name: string) => string | null;
  /** How tokens of identity providers are judged. */
  readonly jwtTrust: JwtTrust;
}

/** LiteLLM's bound on a graceful shutdown. */
const DRAIN_SECONDS = 30;
/** Above the 60 seconds of an ALB; Google's load balancer needs 600 and is given more by its deployment. */
const KEEP_ALIVE_SECONDS = 75;

export class SettingsError extends Error {}

export function parseSettings(environment: Environment): GatewaySettings {
  const text = (name: string): string | null => {
    const value = environment[name] ?? '';
    // A secret that failed to be filled in is often blank instead of absent.
    return value.trim() === '' ? null : value;
  };
  const seconds = (name: string, standard: number): number => {
    const value = text(name);
    if (value === null) return standard;
    const number = Number(value);
    if (Number.isFinite(number) && number >= 0 && number <= 86_400) return number;
    throw new SettingsError(
      `${name} must be a number of seconds from 0 to 86400; correct the environment variable`,
    );
  };
  return {
    masterKey: text(GATEWAY_ENVIRONMENT.masterKey),
    saltKey: text(GATEWAY_ENVIRONMENT.saltKey),
    dataFolder: text(GATEWAY_ENVIRONMENT.dataFolder),
    schemaUpdates: /^(true|1)$/i.test(text(GATEWAY_ENVIRONMENT.disableSchemaUpdate) ?? '')
      ? 'elsewhere'
      : 'here',
    regions: parseRegions(text(GATEWAY_ENVIRONMENT.regions), text(GATEWAY_ENVIRONMENT.region)),
    replicas: parseReplicas(text(GATEWAY_ENVIRONMENT.replicas)),
    regionSwitchFile: text(GATEWAY_ENVIRONMENT.regionSwitchFile),
    region: text(GATEWAY_ENVIRONMENT.region),
    drainToken: text(GATEWAY_ENVIRONMENT.drainToken),
    memoryBytes: parseMemory(text(GATEWAY_ENVIRONMENT.memoryMib)),
    tls: parseTls(
      text(GATEWAY_ENVIRONMENT.tlsCertificateFile),
      text(GATEWAY_ENVIRONMENT.tlsKeyFile),
    ),
    metricsPort: parseMetricsPort(text(GATEWAY_ENVIRONMENT.metricsPort)),
    drainSeconds: seconds(GATEWAY_ENVIRONMENT.drainSeconds, DRAIN_SECONDS),
    propagationSeconds: seconds(GATEWAY_ENVIRONMENT.propagationSeconds, 0),
    keepAliveSeconds: seconds(GATEWAY_ENVIRONMENT.keepAliveSeconds, KEEP_ALIVE_SECONDS),
    variable: text,
    jwtTrust: {
      keyUrls: parseList(text(GATEWAY_ENVIRONMENT.jwtPublicKeyUrl)),
      issuers: parseList(text(GATEWAY_ENVIRONMENT.jwtIssuer)),
      audiences: parseList(text(GATEWAY_ENVIRONMENT.jwtAudience)),
    },
  };
}

function parseList(list: string | null): readonly string[] {
  return (list ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function parseRegions(list: string | null, own: string | null): readonly string[] {
  const regions = parseList(list);
  if (regions.length === 0 || (own !== null && regions.includes(own))) return regions;
  throw new SettingsError(
    `${GATEWAY_ENVIRONMENT.regions} must name this region too, which is ${JSON.stringify(own)} by ` +
      `${GATEWAY_ENVIRONMENT.region}; correct one of the two`,
  );
}

function parseReplicas(text: string | null): number | null {
  if (text === null) return null;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 10_000) return count;
  throw new SettingsError(
    `${GATEWAY_ENVIRONMENT.replicas} must be a whole number from 1 to 10000; correct the environment variable`,
  );
}

function parseMemory(text: string | null): number | null {
  if (text === null) return null;
  const mebibytes = Number(text);
  if (Number.isInteger(mebibytes) && mebibytes >= 128 && mebibytes <= 1_048_576) {
    return mebibytes * 1024 * 1024;
  }
  throw new SettingsError(
    `${GATEWAY_ENVIRONMENT.memoryMib} must be a whole number of MiB from 128 to 1048576; correct the environment variable`,
  );
}

function parseTls(certificateFile: string | null, keyFile: string | null): TlsFiles | null {
  if (certificateFile === null && keyFile === null) return null;
  if (certificateFile !== null && keyFile !== null) return { certificateFile, keyFile };
  const { tlsCertificateFile, tlsKeyFile } = GATEWAY_ENVIRONMENT;
  throw new SettingsError(
    `${tlsCertificateFile} and ${tlsKeyFile} (--tls-cert, --tls-key) must be set together, got ` +
      `${keyFile === null ? tlsCertificateFile : tlsKeyFile} alone; set the other one too`,
  );
}

function parseMetricsPort(text: string | null): number | null {
  if (text === null) return null;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new SettingsError(
    `${GATEWAY_ENVIRONMENT.metricsPort} must be a port from 0 to 65535; correct the environment variable`,
  );
}
