import { Fn, Token } from 'cdktf';
import { type ComputePlan, GATEWAY_DATA_FOLDER, GATEWAY_ENVIRONMENT } from '../../../lib';
import type { Cache } from '../cache/cache';
import type { Database } from '../database/database';
import type { Placement } from '../foundation/placement';
import type { GivenSecret } from '../secrets/given-secret';
import type { Secrets } from '../secrets/secrets';
import type { SecretEntry } from './prepare-script';
import { CONFIG_FILE, FOLDER, type ReplicaProgram } from './replica-metadata';

/** The neighbours whose addresses and certificates a replica is told. */
export interface DataTier {
  readonly database: Database;
  readonly cache: Cache;
}

const WRITER_CERTIFICATE = 'database-ca.pem';
const READER_CERTIFICATE = 'database-reader-ca.pem';
const CACHE_CERTIFICATE = 'cache-ca.pem';

/** Environment of a replica that is no secret. Addresses are bound late. */
export function planReplicaEnvironment(
  plan: ComputePlan,
  placement: Placement,
  dataTier: DataTier,
): Readonly<Record<string, string>> {
  const { host, port } = dataTier.cache.primary;
  return {
    ...plan.environment,
    [GATEWAY_ENVIRONMENT.configFile]: CONFIG_FILE,
    [GATEWAY_ENVIRONMENT.dataFolder]: GATEWAY_DATA_FOLDER,
    [GATEWAY_ENVIRONMENT.region]: plan.regionName ?? placement.region,
    [GATEWAY_ENVIRONMENT.redisHost]: host,
    [GATEWAY_ENVIRONMENT.redisPort]: Token.asString(port),
    [GATEWAY_ENVIRONMENT.redisTls]: 'true',
    [GATEWAY_ENVIRONMENT.redisTlsCaFile]: `${FOLDER}/${CACHE_CERTIFICATE}`,
  };
}

/** Certificates that Google makes for the instances, in base64 because they span lines. */
export function planLateFiles(dataTier: DataTier): Readonly<Record<string, string>> {
  const { database, cache } = dataTier;
  return {
    [WRITER_CERTIFICATE]: Fn.base64encode(database.resource.serverCaCert.get(0).cert),
    [READER_CERTIFICATE]: Fn.base64encode(database.readerResource.serverCaCert.get(0).cert),
    [CACHE_CERTIFICATE]: Fn.base64encode(cache.resource.serverCaCerts.get(0).cert),
  };
}

/** Environment of a replica that is secret, and where each value comes from. What the user gives replaces what is generated. */
export function planSecretEntries(
  input: DataTier & {
    readonly secrets: Secrets;
    readonly program: ReplicaProgram;
    readonly given: readonly GivenSecret[];
  },
): readonly SecretEntry[] {
  const { database, cache, secrets, program, given } = input;
  const password = `${secrets.resource['database-password'].id}/versions/latest`;
  const generated: readonly SecretEntry[] = [
    {
      name: GATEWAY_ENVIRONMENT.masterKey,
      version: `${secrets.resource['master-key'].id}/versions/latest`,
      before: '',
      after: '',
    },
    {
      name: GATEWAY_ENVIRONMENT.saltKey,
      version: `${secrets.resource['salt-key'].id}/versions/latest`,
      before: '',
      after: '',
    },
    {
      name: GATEWAY_ENVIRONMENT.databaseUrl,
      version: password,
      ...urlAround(
        database,
        { host: database.writer.host, certificate: WRITER_CERTIFICATE },
        program,
      ),
    },
    {
      name: GATEWAY_ENVIRONMENT.databaseReaderUrl,
      version: password,
      ...urlAround(
        database,
        { host: database.reader.host, certificate: READER_CERTIFICATE },
        program,
      ),
    },
    {
      name: GATEWAY_ENVIRONMENT.redisPassword,
      version: `${cache.password.secret}/versions/latest`,
      before: '',
      after: '',
    },
  ];
  const replaced = new Set(given.map((secret) => secret.environmentName));
  return [
    ...generated.filter((entry) => !replaced.has(entry.name)),
    ...given.map((secret) => ({
      name: secret.environmentName,
      version: `projects/${secret.project}/secrets/${secret.secretId}/versions/${secret.version}`,
      before: '',
      after: '',
    })),
  ];
}

/** The two parts of a connection string that stand before and after the password. */
function urlAround(
  database: Database,
  instance: { readonly host: string; readonly certificate: string },
  program: ReplicaProgram,
): { readonly before: string; readonly after: string } {
  const { userName, databaseName, writer } = database;
  return {
    before: `postgresql://${userName}:`,
    after: `@${instance.host}:${writer.port}/${databaseName}?${tlsParameters(instance.certificate, program)}`,
  };
}

/**
 * Cloud SQL signs each instance with a certificate authority of its own and names no address in the certificate, so that
 * the authority is what can be verified. Clients of an image that is brought (LiteLLM's is Prisma) know only `require`.
 */
function tlsParameters(certificate: string, program: ReplicaProgram): string {
  if (program.kind === 'image') return 'sslmode=require';
  return `sslmode=verify-ca&sslrootcert=${FOLDER}/${certificate}&uselibpqcompat=true`;
}
