import type { Construct } from 'constructs';
import { type Endpoint, type Problem, SpecError } from '../../../lib';
import {
  DEFAULT_DATABASE_NAME,
  DEFAULT_DATABASE_PORT,
  DEFAULT_DATABASE_USER_NAME,
} from '../defaults';
import type { SecretKeyReference } from '../foundation/secret-key-reference';
import type { ExistingDatabaseChoice } from './choice';
import { Database } from './database';

const HOST = /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/;
/** Names that stand in URLs, scripts and SQL as they are. */
const NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * A PostgreSQL that is there already.
 *
 * Costs, survives, does not survive: what its owner provides for.
 */
export class ExistingDatabase extends Database {
  readonly kind = 'existing';
  readonly writer: Endpoint;
  readonly reader: Endpoint;
  readonly primary: Endpoint;
  readonly databaseName: string;
  readonly readerDatabaseName: string;
  readonly userName: string;
  readonly password: SecretKeyReference;
  readonly sslMode: NonNullable<ExistingDatabaseChoice['sslMode']>;
  readonly pods = null;

  /** @throws {SpecError} when a part of it cannot stand in a URL as it is. */
  constructor(scope: Construct, id: string, choice: ExistingDatabaseChoice) {
    super(scope, id);
    const { host, readerHost = host, directHost = host, port = DEFAULT_DATABASE_PORT } = choice;
    const { databaseName = DEFAULT_DATABASE_NAME, userName = DEFAULT_DATABASE_USER_NAME } = choice;
    const problems = [
      ...Object.entries({ host, readerHost, directHost }).flatMap(([name, value]) =>
        HOST.test(value) ? [] : [describeHost(name, value)],
      ),
      ...Object.entries({ databaseName, userName }).flatMap(([name, value]) =>
        NAME.test(value) ? [] : [describeName(name, value)],
      ),
      ...(Number.isInteger(port) && port >= 1 && port <= 65535 ? [] : [describePort(port)]),
    ];
    if (problems.length > 0) throw new SpecError('database', problems);
    this.writer = { host, port };
    this.reader = { host: readerHost, port };
    this.primary = { host: directHost, port };
    this.databaseName = databaseName;
    this.readerDatabaseName = databaseName;
    this.userName = userName;
    this.password = choice.password;
    this.sslMode = choice.sslMode ?? 'verify-full';
  }
}

function describeHost(name: string, value: string): Problem {
  return {
    rule: 'k8s.database.host',
    path: `database.${name}`,
    allowed: 'be a host name or an IPv4 address',
    // A URL may hold a password.
    got: `${value.length} characters that are none`,
    fix: 'write it like postgres.example.com, without scheme, user or port',
  };
}

function describeName(name: string, value: string): Problem {
  return {
    rule: 'k8s.database.name',
    path: `database.${name}`,
    allowed: 'consist of lower-case letters, digits and underscores',
    got: JSON.stringify(value),
    fix: 'give the gateway a database and a role of such a name',
  };
}

function describePort(port: number): Problem {
  return {
    rule: 'k8s.database.port',
    path: 'database.port',
    allowed: 'be a whole number from 1 to 65535',
    got: String(port),
    fix: 'correct it',
  };
}
