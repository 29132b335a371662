import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderLocalPlan, SingleRegionHA } from '../constructs/local';
import { createAwsApp } from './aws';
import { packageRoot, readDeploymentInput } from './deployment-input';
import { createGcpApp } from './gcp';
import { createK8sApp } from './k8s';

/** Synthesizes the example for every target into `out/<target>/<pattern>/`. No other place decides these paths. */
export function writeSynthesis(): void {
  const scratch = mkdtempSync(join(tmpdir(), 'litellm-ha-synth-'));
  try {
    const aws = join(scratch, 'aws');
    createAwsApp({ outdir: aws, context: { 'aws:cdk:disable-asset-staging': true } }).synth();
    publish('aws', { from: aws, ending: '.template.json' });
    const gcp = join(scratch, 'gcp');
    createGcpApp({ outdir: gcp }).synth();
    publish('gcp', { from: join(gcp, 'stacks', 'litellm-single-region'), ending: 'cdk.tf.json' });
    const k8s = join(scratch, 'k8s');
    createK8sApp({ outdir: k8s }).synth();
    publish('k8s', { from: k8s, ending: '.yaml' });
    const { plan } = new SingleRegionHA({ config: readDeploymentInput().config });
    writeFileSync(join(patternFolder('local'), 'plan.json'), renderLocalPlan(plan));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function patternFolder(target: string): string {
  const folder = join(packageRoot(), 'out', target, 'single-region-ha');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

function publish(target: string, files: { readonly from: string; readonly ending: string }): void {
  const folder = patternFolder(target);
  for (const name of readdirSync(files.from).filter((file) => file.endsWith(files.ending))) {
    cpSync(join(files.from, name), join(folder, name));
    process.stdout.write(`out/${target}/single-region-ha/${name}\n`);
  }
}

if (require.main === module) writeSynthesis();
