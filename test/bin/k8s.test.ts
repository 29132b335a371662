import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeploymentPattern } from '../../bin/deployment-pattern';
import { createK8sApp } from '../../bin/k8s';

function synthesize(pattern?: DeploymentPattern): ReadonlyMap<string, string> {
  const outdir = mkdtempSync(join(tmpdir(), 'k8s-app-'));
  createK8sApp({ outdir }, pattern).synth();
  return new Map(
    readdirSync(outdir).map((name) => [name, readFileSync(join(outdir, name), 'utf8')]),
  );
}

describe('createK8sApp', () => {
  it.each<readonly [DeploymentPattern | undefined, readonly string[]]>([
    [undefined, ['litellm-single-region']],
    ['active-passive', ['litellm-edge', 'litellm-us-east-1', 'litellm-us-west-2']],
    [
      'active-active',
      ['litellm-ap-southeast-2', 'litellm-edge', 'litellm-eu-west-1', 'litellm-us-east-1'],
    ],
  ])('writes for the pattern %s the charts %j', (pattern, charts) => {
    expect([...synthesize(pattern).keys()].sort()).toEqual(
      charts.map((name) => `${name}.k8s.yaml`),
    );
  });

  it('makes keys up in the first cluster alone', () => {
    const files = synthesize('active-passive');
    const makesUp = (region: string): boolean =>
      (files.get(`litellm-${region}.k8s.yaml`) ?? '').includes('name: secret-generator');
    expect([makesUp('us-east-1'), makesUp('us-west-2')]).toEqual([true, false]);
  });
});
