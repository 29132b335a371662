import { type Endpoint, type Problem, SpecError } from '../../../lib';
import type { DatabaseAccess, ExistingDatabase } from './choice';

const HOST = /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/;
/** Names that stand in URLs, scripts and SQL as they are. */
const NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * How a database that is brought is reached.
 *
 * @throws {SpecError} when a part of it cannot stand in a URL as it is.
 */
export function describeExistingDatabase(target: ExistingDatabase): DatabaseAccess {
  const { host, readerHost = host, directHost = host, port = 5432 } = target;
  const { databaseName = 'litellm', userName = 'litellm' } = target;
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
  const endpoint = (name: string): Endpoint => ({ host: name, port });
  return {
    writer: endpoint(host),
    reader: endpoint(readerHost),
    primary: endpoint(directHost),
    databaseName,
    readerDatabaseName: databaseName,
    userName,
    password: target.password,
    sslMode: target.sslMode ?? 'verify-full',
    pods: null,
  };
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
