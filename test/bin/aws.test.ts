import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAwsApp } from '../../bin/aws';
import type { DeploymentPattern } from '../../bin/deployment-pattern';
import { executorFolder } from '../constructs/aws/multi-region-support';
import { gatewayFolder } from '../constructs/aws/support';

const mockFolder = gatewayFolder();
const mockExecutor = executorFolder();
jest.mock('../../lib/gateway-bundle', () => ({
  gatewayBundleFolder: () => mockFolder,
  failoverBundleFolder: () => mockExecutor,
}));

function synthesize(pattern?: DeploymentPattern) {
  const outdir = mkdtempSync(join(tmpdir(), 'aws-app-'));
  const context = { 'aws:cdk:disable-asset-staging': true };
  return createAwsApp({ outdir, context, builtinCloudFormationValidation: false }, pattern).synth();
}

describe('createAwsApp', () => {
  it.each<readonly [DeploymentPattern | undefined, readonly string[]]>([
    [undefined, ['litellm-single-region']],
    ['active-passive', ['litellm-us-east-1', 'litellm-us-west-2']],
    ['active-active', ['litellm-ap-southeast-2', 'litellm-eu-west-1', 'litellm-us-east-1']],
  ])('makes of the pattern %s the stacks %j, and looks nothing up', (pattern, stacks) => {
    const assembly = synthesize(pattern);
    expect(assembly.stacks.map(({ stackName }) => stackName).sort()).toEqual(stacks);
    expect(assembly.manifest.missing).toBeUndefined();
  });

  it('names keys of the configuration by their place in Secrets Manager', () => {
    for (const { template } of synthesize('active-passive').stacks) {
      expect(JSON.stringify(template)).toContain('litellm/OPENAI_API_KEY');
    }
  });
});
