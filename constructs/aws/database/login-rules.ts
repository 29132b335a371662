import { GATEWAY_ENVIRONMENT, GatewayConfig, type Problem } from '../../../lib';
import type { DatabaseLogin } from '../secrets/secrets';
import type { DatabaseChoice } from './choice';
import { resolvePooler } from './pooler/rules';

export function resolveDatabaseLogin(database: DatabaseChoice): DatabaseLogin {
  if (database.kind === 'distributed') return 'dsql-iam';
  return asksForTokens(database) ? 'rds-iam' : 'password';
}

export function asksForTokens(database: DatabaseChoice | undefined): boolean {
  return (database?.kind === 'rds' || database?.kind === 'aurora') && database.login === 'iam';
}

/** What a login by tokens does not go with, in a region. */
export function findLoginFaults(input: {
  readonly database: DatabaseChoice;
  readonly image: 'packaged' | 'registry';
  readonly configYaml: string;
}): readonly Problem[] {
  if (!asksForTokens(input.database)) return [];
  const fault = (allowed: string, fix: string): Problem => ({
    rule: 'aws.database-login',
    path: 'database.login',
    allowed,
    got: '"iam"',
    fix,
  });
  return [
    ...(input.image === 'packaged'
      ? []
      : [
          fault(
            "be 'password' with an image that is brought, because LiteLLM's changes its tables itself when it starts, for " +
              'which replicas would have to own them',
            'leave it out, or run the gateway of this package',
          ),
        ]),
    ...(resolvePooler(input.database) === null
      ? []
      : [
          fault(
            "be 'password' behind Pooler.rdsProxy(), which logs in to the server with the password of the owner, so that its " +
              'clients were the owner, too',
            'leave out one of the two',
          ),
        ]),
    ...findAddressFault(input.configYaml),
  ];
}

/** What the configuration names goes before the environment, for replicas and migration alike. */
function findAddressFault(configYaml: string): readonly Problem[] {
  const { databaseUrl } = GatewayConfig.fromYaml(configYaml).general;
  const reference = `os.environ/${GATEWAY_ENVIRONMENT.databaseUrl}`;
  if (databaseUrl === null || databaseUrl === reference) return [];
  return [
    {
      rule: 'aws.database-login',
      path: 'config.general_settings.database_url',
      allowed: `be ${reference} where replicas log in by tokens, because they and the owner have addresses of their own`,
      got: 'another',
      fix: 'leave it out',
    },
  ];
}

/** Of several regions: a failover logs in as the owner, and leads replicas to names that no token is signed for. */
export function findRegionsLoginFault(database: DatabaseChoice | undefined): readonly Problem[] {
  if (!asksForTokens(database)) return [];
  return [
    {
      rule: 'aws.database-login',
      path: 'database.login',
      allowed:
        "be 'password' where there are several regions: a failover leads replicas to databases by names that tokens are not " +
        "signed for, and logs in with the owner's password in each of them",
      got: '"iam"',
      fix: 'leave it out',
    },
  ];
}
