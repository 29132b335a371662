import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { RandomProvider } from '@cdktf/provider-random/lib/provider';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { SingleRegionHA } from '../../../constructs/gcp';
import { someProps } from './synthesize';

/** A user's whole app, with providers and a backend, on disk: the folder that Terraform runs in. */
export function synthesizeFolder(): string {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'cdktf-')) });
  const stack = new TerraformStack(app, 'gateway');
  new GoogleProvider(stack, 'Google', { project: 'my-project', region: 'us-central1' });
  new RandomProvider(stack, 'Random');
  // The default backend names the current folder.
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  new SingleRegionHA(stack, 'Gateway', someProps());
  app.synth();
  return join(app.outdir, 'stacks', 'gateway');
}

/** The `cdk.tf.json` of that folder. */
export function synthesizeApp(): string {
  return readFileSync(join(synthesizeFolder(), 'cdk.tf.json'), 'utf8');
}
