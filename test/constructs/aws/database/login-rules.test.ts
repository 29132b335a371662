import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  Database,
  GatewayConfig,
  Pooler,
  type SingleRegionHAProps,
} from '../../../../constructs/aws';
import { buildActiveActive, buildActivePassive } from '../multi-region-support';
import { build } from '../support';

const IMAGE = { reference: `ghcr.io/berriai/litellm@sha256:${'0'.repeat(64)}` };

const buildWith = (change: Partial<SingleRegionHAProps>) => (): unknown =>
  build((props) => ({ ...props, ...change }));

describe('findLoginFaults', () => {
  it('rejects tokens for an image that is brought, and behind a pooler, all at once', () => {
    const database = Database.rds({ login: 'iam', pooler: Pooler.rdsProxy() });
    expect(buildWith({ image: IMAGE, database })).toThrow(
      new Error(
        'litellm-ha/aws: 2 problems\n' +
          "  - database.login must be 'password' with an image that is brought, because LiteLLM's changes its tables itself " +
          'when it starts, for which replicas would have to own them, got "iam"; leave it out, or run the gateway of this ' +
          'package\n' +
          "  - database.login must be 'password' behind Pooler.rdsProxy(), which logs in to the server with the password of " +
          'the owner, so that its clients were the owner, too, got "iam"; leave out one of the two',
      ),
    );
  });

  it('rejects another address in the configuration', () => {
    expect(() => buildWithAddress('os.environ/MY_DATABASE')).toThrow(
      new Error(
        'litellm-ha/aws: 1 problem\n' +
          '  - config.general_settings.database_url must be os.environ/DATABASE_URL where replicas log in by tokens, because ' +
          'they and the owner have addresses of their own, got another; leave it out',
      ),
    );
  });

  it('lets the configuration refer to the address that replicas are given', () => {
    expect(() => buildWithAddress('os.environ/DATABASE_URL')).not.toThrow();
  });
});

function buildWithAddress(databaseUrl: string): unknown {
  const config = GatewayConfig.fromYaml(`
model_list:
  - model_name: gpt-4o
    litellm_params: { model: openai/gpt-4o, api_key: os.environ/OPENAI_API_KEY }
general_settings: { database_url: ${databaseUrl} }
`);
  return build((props, stack) => ({
    ...props,
    config,
    secrets: { ...props.secrets, MY_DATABASE: new Secret(stack, 'MyDatabase') },
    database: Database.aurora({ login: 'iam' }),
  }));
}

describe('findRegionsLoginFault', () => {
  const refusal = new Error(
    'litellm on aws: 1 problem\n' +
      "  - database.login must be 'password' where there are several regions: a failover leads replicas to databases by names " +
      'that tokens are not signed for, and logs in with the owner\'s password in each of them, got "iam"; leave it out',
  );

  it('rejects tokens of RDS in a region and its standby', () => {
    expect(() => buildActivePassive({ database: Database.rds({ login: 'iam' }) })).toThrow(refusal);
  });

  it('rejects tokens of Aurora where all regions serve', () => {
    expect(() =>
      buildActiveActive({ database: Database.aurora({ login: 'iam', maxConnections: 2000 }) }),
    ).toThrow(refusal);
  });
});
