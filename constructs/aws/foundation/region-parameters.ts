import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import {
  AwsCustomResource,
  AwsCustomResourcePolicy,
  PhysicalResourceId,
} from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';
import { acknowledgeProvidedSingleton, managedPolicyFinding } from './acknowledge';

/**
 * What a region tells whoever stands between regions: ids that AWS makes up. A region writes them down at home and asks
 * nobody, so that its own stack is deployed without the others; only stacks between regions look into more than one.
 */
export type RegionParameter =
  'network' | 'route-tables' | 'load-balancer' | 'endpoint-groups' | 'database' | `link-${string}`;

/** Writes an id down in the Parameter Store of the stack's own region. */
export function publishParameter(
  scope: Construct,
  input: {
    /** Name of the gateway. */
    readonly name: string;
    readonly parameter: RegionParameter;
    readonly value: string;
  },
): StringParameter {
  return new StringParameter(scope, `Published-${input.parameter}`, {
    parameterName: parameterName(input.name, input.parameter),
    stringValue: input.value,
    description: 'What stacks between the regions of the gateway look up',
  });
}

/** Reads, each time a stack is deployed, what another stack of its own region wrote down. */
export function readParameter(
  scope: Construct,
  input: { readonly name: string; readonly parameter: RegionParameter },
): string {
  return StringParameter.valueForStringParameter(scope, parameterName(input.name, input.parameter));
}

/** Looks up, while a stack is deployed, what another region wrote down. */
export function lookUpParameter(
  scope: Construct,
  input: {
    readonly name: string;
    readonly parameter: RegionParameter;
    readonly region: string;
    /** What is looked up again whenever this changes. Left out: as long as the stack stands it is looked up once. */
    readonly generation?: string;
  },
): string {
  const { name, parameter, region, generation = '' } = input;
  const parameterNamed = parameterName(name, parameter);
  const lookup = new AwsCustomResource(scope, `LookUp-${parameter}-${region}`, {
    resourceType: 'Custom::RegionParameter',
    onUpdate: {
      service: 'SSM',
      action: 'GetParameter',
      parameters: { Name: parameterNamed },
      region,
      physicalResourceId: PhysicalResourceId.of(`${region}${parameterNamed}${generation}`),
      outputPaths: ['Parameter.Value'],
    },
    policy: AwsCustomResourcePolicy.fromStatements([
      new iam.PolicyStatement({
        actions: ['ssm:GetParameter'],
        resources: [
          `arn:${Aws.PARTITION}:ssm:${region}:${Aws.ACCOUNT_ID}:parameter${parameterNamed}`,
        ],
      }),
    ]),
    // The one that comes with Lambda knows this call.
    installLatestAwsSdk: false,
  });
  acknowledgeProvidedSingleton(scope, HANDLER, [
    managedPolicyFinding('service-role/AWSLambdaBasicExecutionRole'),
    'L1',
  ]);
  return lookup.getResponseField('Parameter.Value');
}

/** How CDK calls the function by which its `AwsCustomResource` calls AWS, of which a stack has one. */
const HANDLER = 'AWS679f53fac002430cb0da5b7982bd2287';

/** What a parameter is called, for whoever reads it while it runs. */
export function parameterName(name: string, parameter: RegionParameter): string {
  return `/litellm-ha/${name}/${parameter}`;
}
