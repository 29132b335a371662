import { type DatabasePlan, GATEWAY_ENVIRONMENT } from '../../../lib';
import type { Database } from '../database/database';
import { REPLICA_ROLE, type SchemaOwner } from '../database/login';
import { type PodSecret, renderDatabaseUrl } from './pod-secrets';

/** What a migration runs with: its environment, and the secrets beside it. */
export interface MigrationInput {
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly PodSecret[];
}

/**
 * A migration by the owner of the schema, which then makes what replicas log in as. The password stands beside the address: it
 * changes without a deployment, and CloudFormation would put an old one into the address.
 */
export function planOwnerMigration(
  owner: SchemaOwner,
  input: { readonly databasePlan: DatabasePlan; readonly database: Pick<Database, 'writer'> },
): MigrationInput {
  const url = renderDatabaseUrl({
    plan: { ...input.databasePlan, userName: owner.userName },
    host: input.database.writer.host,
    login: 'password',
    password: null,
  });
  return {
    environment: {
      [GATEWAY_ENVIRONMENT.command]: 'migrate',
      [GATEWAY_ENVIRONMENT.databaseUrl]: url,
      [GATEWAY_ENVIRONMENT.databaseLoginRole]: REPLICA_ROLE,
    },
    secrets: [
      {
        environmentName: GATEWAY_ENVIRONMENT.databasePassword,
        secret: owner.credentials,
        field: 'password',
      },
    ],
  };
}
