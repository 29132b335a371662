import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderLocalPlan, SingleRegionHA } from '../constructs/local';
import { createAwsApp } from './aws';
import { packageRoot, readDeploymentInput } from './deployment-input';
import { DEPLOYMENT_PATTERNS, type DeploymentPattern } from './deployment-pattern';
import { createGcpApp } from './gcp';
import { createK8sApp } from './k8s';

/**
 * Synthesizes the example for every target, in every pattern that its app knows, into `out/<target>/<pattern>/`. No other
 * place decides these paths.
 */
export function writeSynthesis(): void {
  const scratch = mkdtempSync(join(tmpdir(), 'litellm-ha-synth-'));
  try {
    for (const pattern of DEPLOYMENT_PATTERNS) {
      const aws = join(scratch, `aws-${pattern}`);
      const context = { 'aws:cdk:disable-asset-staging': true };
      createAwsApp({ outdir: aws, context }, pattern).synth();
      publish({ target: 'aws', pattern, from: aws, ending: '.template.json' });
      const k8s = join(scratch, `k8s-${pattern}`);
      createK8sApp({ outdir: k8s }, pattern).synth();
      publish({ target: 'k8s', pattern, from: k8s, ending: '.yaml' });
    }
    const gcp = join(scratch, 'gcp');
    createGcpApp({ outdir: gcp }).synth();
    const stack = join(gcp, 'stacks', 'litellm-single-region');
    publish({ target: 'gcp', pattern: 'single-region-ha', from: stack, ending: 'cdk.tf.json' });
    const { plan } = new SingleRegionHA({ config: readDeploymentInput().config });
    const local = patternFolder('local', 'single-region-ha');
    writeFileSync(join(local, 'plan.json'), renderLocalPlan(plan));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function patternFolder(target: string, pattern: DeploymentPattern): string {
  const folder = join(packageRoot(), 'out', target, pattern);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

function publish(files: {
  readonly target: string;
  readonly pattern: DeploymentPattern;
  readonly from: string;
  readonly ending: string;
}): void {
  const { target, pattern, from, ending } = files;
  const folder = patternFolder(target, pattern);
  for (const name of readdirSync(from).filter((file) => file.endsWith(ending))) {
    cpSync(join(from, name), join(folder, name));
    process.stdout.write(`out/${target}/${pattern}/${name}\n`);
  }
}

if (require.main === module) writeSynthesis();
