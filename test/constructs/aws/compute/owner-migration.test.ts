import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { planOwnerMigration } from '../../../../constructs/aws/compute/owner-migration';
import { AWS_TRAITS, planSingleRegion, resolveSpec } from '../../../../lib';
import { leastProps, testStack } from '../support';

describe('planOwnerMigration', () => {
  it('names the owner, who has the password beside the address, and the role to make', () => {
    const stack = testStack();
    const { spec } = resolveSpec(leastProps(stack), AWS_TRAITS, null);
    const [region] = planSingleRegion(spec, AWS_TRAITS).regions;
    if (region === undefined) throw new Error('no region was planned');
    const credentials = new Secret(stack, 'Owner');
    const { environment, secrets } = planOwnerMigration(
      { userName: 'owner', credentials },
      {
        databasePlan: { ...region.database, userName: 'litellm_gateway' },
        database: { writer: { host: 'db.example.com', port: 5432 } },
      },
    );
    expect(environment).toEqual({
      LITELLM_HA_COMMAND: 'migrate',
      DATABASE_URL:
        'postgresql://owner@db.example.com:5432/litellm?sslmode=require&uselibpqcompat=true',
      LITELLM_HA_DATABASE_LOGIN_ROLE: 'litellm_gateway',
    });
    expect(secrets).toEqual([
      { environmentName: 'DATABASE_PASSWORD', secret: credentials, field: 'password' },
    ]);
  });
});
