import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../support/project-files';
import { describeWithTool } from '../support/lab-tool';

const TIMEOUT_MS = 120_000;

/** Runs a command of a framework in the project, as a user would: without credentials, and with nothing to answer. */
function run(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): void {
  execFileSync(command, args, {
    cwd: PROJECT_ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      CHECKPOINT_DISABLE: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...environment,
    },
  });
}

describe('cdk.json', () => {
  it(
    'lets the CDK command synthesize the app offline, without credentials',
    () => {
      run(join(PROJECT_ROOT, 'node_modules', '.bin', 'cdk'), ['synth', '-q', '--no-notices']);

      const manifest = JSON.parse(
        readFileSync(join(PROJECT_ROOT, 'cdk.out', 'manifest.json'), 'utf8'),
      ) as { readonly missing?: unknown; readonly artifacts: Record<string, unknown> };
      expect(manifest.missing).toBeUndefined();
      expect(Object.keys(manifest.artifacts)).toContain('litellm-single-region');
    },
    TIMEOUT_MS,
  );

  it(
    'leads to the stacks of two regions where the environment asks for them',
    () => {
      const output = mkdtempSync(join(tmpdir(), 'cdk-out-'));
      run(
        join(PROJECT_ROOT, 'node_modules', '.bin', 'cdk'),
        ['synth', '-q', '--no-notices', '--output', output],
        { LITELLM_HA_PATTERN: 'active-passive', LITELLM_HA_REGIONS: 'eu-west-1,eu-north-1' },
      );

      const manifest = readFileSync(join(output, 'manifest.json'), 'utf8');
      for (const name of ['litellm-eu-west-1', 'litellm-eu-north-1']) {
        expect(manifest).toContain(`"stackName": "${name}"`);
      }
    },
    TIMEOUT_MS,
  );
});

describeWithTool('cdktf', (cdktf) => {
  it(
    'synthesizes the app of cdktf.json offline, without credentials',
    () => {
      run(cdktf, ['synth']);

      const folder = join(PROJECT_ROOT, 'cdktf.out', 'stacks', 'litellm-single-region');
      expect(existsSync(join(folder, 'cdk.tf.json'))).toBe(true);
    },
    TIMEOUT_MS,
  );
});

describeWithTool('cdk8s', (cdk8s) => {
  it(
    'synthesizes the app of cdk8s.yaml offline, without a cluster',
    () => {
      run(cdk8s, ['synth']);

      expect(readdirSync(join(PROJECT_ROOT, 'cdk8s.out'))).toEqual([
        'litellm-single-region.k8s.yaml',
      ]);
    },
    TIMEOUT_MS,
  );
});
