import { GATEWAY_ENVIRONMENT } from '../../lib/gateway-contract';
import type { Sql, SqlRunner } from './sql';

/** Who is a member logs in to RDS with a token, and with nothing else. */
const TOKEN_ROLE = 'rds_iam';
/** Stands for the length of one transaction. */
const CREATOR = 'litellm_ha_role_creator';
/** Any number but that of migrations, as long as it stays the same: whoever makes the role holds it. */
const LOCK = 4_715_001_934;

/** Owner, server and the role for replicas do not fit together; the message says what to mend. */
export class LoginRoleError extends Error {}

interface Surroundings {
  readonly owner: string;
  readonly database: string;
  readonly schema: string;
  readonly known: boolean;
  readonly tokens: boolean;
}

/**
 * Makes what replicas log in as with tokens of RDS: a role that reads and writes rows, also those of tables that the owner
 * makes later, and changes no table. It can be run again, and all of it happens or nothing.
 */
export function createLoginRole(sql: Sql, name: string): Promise<'created' | 'there already'> {
  return sql.transaction(async (transaction) => {
    await transaction.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    const found = await readSurroundings(transaction, name);
    checkSurroundings(found, name);
    if (!found.known) await createUnowned(transaction, name);
    for (const statement of renderGrants(found, name)) await transaction.query(statement);
    await checkOwner(transaction, found.owner, name);
    return found.known ? 'there already' : 'created';
  });
}

async function readSurroundings(sql: SqlRunner, name: string): Promise<Surroundings> {
  const [found] = await sql.query<Surroundings>(
    `SELECT current_user::text AS owner, current_database()::text AS database, current_schema()::text AS schema,
       EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1) AS known,
       EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $2) AS tokens`,
    [name, TOKEN_ROLE],
  );
  if (found === undefined) throw new Error('the server did not say who is logged in');
  return found;
}

function checkSurroundings({ owner, tokens }: Surroundings, name: string): void {
  const variable = GATEWAY_ENVIRONMENT.databaseLoginRole;
  if (!tokens) {
    throw new LoginRoleError(
      `${variable} must be left unset on a server without the role ${TOKEN_ROLE}, got ${JSON.stringify(name)}; ` +
        'switch IAM database authentication on at RDS or Aurora, or unset it',
    );
  }
  if (name === owner) {
    throw new LoginRoleError(
      `${variable} must name another role than the owner of the schema, got ${JSON.stringify(name)}; ` +
        'the owner logs in with a password, which the server would take from it no more',
    );
  }
}

/**
 * Since PostgreSQL 16 whoever creates a role becomes a member of it, and cannot leave. The owner would thereby be a member of
 * `rds_iam`, by way of the new role, and RDS would never take its password again. So a third creates the role and goes, and
 * what it was a member of goes with it.
 *
 * @see https://www.postgresql.org/docs/16/role-attributes.html, "role creation"
 */
async function createUnowned(sql: SqlRunner, name: string): Promise<void> {
  await sql.query(`CREATE ROLE ${CREATOR} NOLOGIN CREATEROLE`);
  await sql.query(`GRANT ${CREATOR} TO CURRENT_USER`);
  await sql.query(`SET LOCAL ROLE ${CREATOR}`);
  await sql.query(`CREATE ROLE ${quote(name)} LOGIN`);
  await sql.query('RESET ROLE');
  await sql.query(`DROP ROLE ${CREATOR}`);
}

/** The gateway calls no functions but PostgreSQL's own, and has no sequences. What was migrated it reads, no more. */
function renderGrants({ database, schema }: Surroundings, name: string): readonly string[] {
  const role = quote(name);
  const rows = 'SELECT, INSERT, UPDATE, DELETE';
  return [
    `GRANT ${TOKEN_ROLE} TO ${role}`,
    `GRANT CONNECT ON DATABASE ${quote(database)} TO ${role}`,
    `GRANT USAGE ON SCHEMA ${quote(schema)} TO ${role}`,
    `GRANT ${rows} ON ALL TABLES IN SCHEMA ${quote(schema)} TO ${role}`,
    `ALTER DEFAULT PRIVILEGES IN SCHEMA ${quote(schema)} GRANT ${rows} ON TABLES TO ${role}`,
    `REVOKE INSERT, UPDATE, DELETE ON ${quote(schema)}.gateway_migrations FROM ${role}`,
  ];
}

/** Looks as the server does when somebody logs in: any membership counts, also one that gives no rights. */
async function checkOwner(sql: SqlRunner, owner: string, name: string): Promise<void> {
  const [found] = await sql.query<{ readonly locked: boolean }>(
    `WITH RECURSIVE held (role) AS (
       SELECT oid FROM pg_roles WHERE rolname = $1
       UNION SELECT m.roleid FROM pg_auth_members m JOIN held ON m.member = held.role
     )
     SELECT EXISTS (SELECT 1 FROM held JOIN pg_roles r ON r.oid = held.role WHERE r.rolname = $2) AS locked`,
    [owner, TOKEN_ROLE],
  );
  if (found?.locked !== true) return;
  throw new LoginRoleError(
    `the owner ${owner} must not be a member of ${TOKEN_ROLE}, nor of a role that is, got one by way of ${name}; ` +
      `the server would take no password from it any more: drop the role ${name} and run the migration again`,
  );
}

function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
