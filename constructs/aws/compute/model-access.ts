import { Arn, ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { BedrockAccess, ModelAccess } from '../../../lib/config/model-access';
import { acknowledge } from '../foundation/acknowledge';

/** Converse and ConverseStream ask for these two as well. */
const ASK = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];

/**
 * Lets replicas ask the models on Bedrock that the configuration names, and no others.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
 */
export function grantModels(role: iam.Role, { bedrock, assumedRoles }: ModelAccess): void {
  const models = bedrock.filter(({ id }) => !isProfile(id));
  const profiles = bedrock.filter(({ id }) => isProfile(id)).map((each) => arnOf(role, each));
  if (models.length > 0) {
    const resources = models.map((each) => arnOf(role, each));
    role.addToPolicy(new iam.PolicyStatement({ sid: 'AskModels', actions: ASK, resources }));
  }
  if (profiles.length > 0) grantProfiles(role, profiles);
  if (assumedRoles.length > 0) {
    const actions = ['sts:AssumeRole', 'sts:TagSession'];
    role.addToPolicy(
      new iam.PolicyStatement({ sid: 'TakeRoles', actions, resources: [...assumedRoles] }),
    );
  }
}

/** A profile leads to a model in regions that AWS chooses: there it may be asked through the profile alone. */
function grantProfiles(role: iam.Role, profiles: readonly string[]): void {
  role.addToPolicy(
    new iam.PolicyStatement({ sid: 'AskProfiles', actions: ASK, resources: [...profiles] }),
  );
  const anywhere = ['*', ''].map(
    (region) => `arn:${Aws.PARTITION}:bedrock:${region}::foundation-model/*`,
  );
  role.addToPolicy(
    new iam.PolicyStatement({
      sid: 'AskThroughProfiles',
      actions: ASK,
      resources: anywhere,
      conditions: { ArnEquals: { 'bedrock:InferenceProfileArn': [...profiles] } },
    }),
  );
  acknowledge(role, {
    findings: anywhere.map(
      (arn) => `IAM5[Resource::${arn.replace(Aws.PARTITION, '<AWS::Partition>')}]`,
    ),
    reason:
      'An inference profile asks its model in the regions that AWS chooses for it. The condition lets models be asked ' +
      'through the profiles of the configuration alone.',
  });
}

/** `us.anthropic.…` and ARNs of profiles; what begins with a vendor is a model. */
function isProfile(id: string): boolean {
  return /^(us-gov|us|eu|apac|jp|au|ca|global)\./.test(id) || id.includes('inference-profile/');
}

function arnOf(role: iam.Role, { region, id }: BedrockAccess): string {
  if (id.startsWith('arn:')) return id;
  const own = region === null ? {} : { region };
  const common = { service: 'bedrock', arnFormat: ArnFormat.SLASH_RESOURCE_NAME, ...own };
  const named = isProfile(id)
    ? { ...common, resource: 'inference-profile', resourceName: id }
    : { ...common, resource: 'foundation-model', resourceName: id, account: '' };
  return Arn.format(named, Stack.of(role));
}
