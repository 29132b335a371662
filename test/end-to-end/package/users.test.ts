import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as ts from 'typescript';

const ROOT = join(__dirname, '..', '..', '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

/** The table of the README: who installs what. */
const USERS: readonly (readonly [string, readonly string[]])[] = [
  ...(README.split('## Install it')[1]?.split('\n## ')[0] ?? '').matchAll(
    /^\| (.+?) +\| (.+?) +\|$/gm,
  ),
]
  .map(([, user = '', packages = '']): readonly [string, readonly string[]] => [
    user,
    [...packages.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  ])
  .filter(([user]) => user !== 'for' && !user.startsWith('-'));

const CONFIG = JSON.stringify(`model_list:
  - model_name: gpt-4o
    litellm_params: { model: openai/gpt-4o, api_key: os.environ/OPENAI_API_KEY }
`);

const onAws = (compute: string): string => `
import { App, Stack } from 'aws-cdk-lib';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Compute, GatewayConfig, SingleRegionHA } from 'litellm-ha/aws';
const app = new App({ outdir: 'synthesized' });
const stack = new Stack(app, 'Gateway');
const zone = { hostedZoneId: 'Z0000000000000', zoneName: 'example.com' };
new SingleRegionHA(stack, 'litellm', {
  config: GatewayConfig.fromYaml(${CONFIG}),
  secrets: { OPENAI_API_KEY: new Secret(stack, 'Key') },
  domain: { name: 'api.example.com', zone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', zone) },
  compute: Compute.${compute}(),
});
app.synth();
`;

/** The first app of each of them. */
const APPS: Readonly<Record<string, string>> = {
  'AWS, tasks on Fargate': onAws('fargate'),
  'AWS, pods on EKS': onAws('eks'),
  'Google Cloud': `
import { App, TerraformStack } from 'cdktf';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { RandomProvider } from '@cdktf/provider-random/lib/provider';
import { GatewayConfig, SingleRegionHA } from 'litellm-ha/gcp';
const app = new App({ outdir: 'synthesized' });
const stack = new TerraformStack(app, 'gateway');
new GoogleProvider(stack, 'google', {});
new RandomProvider(stack, 'random', {});
new SingleRegionHA(stack, 'litellm', {
  config: GatewayConfig.fromYaml(${CONFIG}),
  project: 'my-project',
  region: 'europe-west1',
  secrets: { OPENAI_API_KEY: { secretId: 'openai-api-key' } },
  domain: { name: 'api.example.com' },
});
app.synth();
`,
  Kubernetes: `
import { App } from 'cdk8s';
import { GatewayConfig } from 'litellm-ha';
import { SingleRegionHA } from 'litellm-ha/k8s';
const app = new App({ outdir: 'synthesized' });
new SingleRegionHA(app, 'litellm', {
  config: GatewayConfig.fromYaml(${CONFIG}),
  secrets: { OPENAI_API_KEY: { secretName: 'provider-keys', key: 'OPENAI_API_KEY' } },
  domain: { name: 'api.example.com' },
});
app.synth();
`,
  'the gateway by itself': `
import { mkdirSync, writeFileSync } from 'node:fs';
import { GatewayConfig } from 'litellm-ha';
import { createGateway } from 'litellm-ha/runtime';
const { deployments } = GatewayConfig.fromYaml(${CONFIG});
mkdirSync('synthesized');
writeFileSync('synthesized/gateway', typeof createGateway + deployments.length);
`,
};

describe("the README's table of what to install", () => {
  jest.setTimeout(300_000);

  const root = mkdtempSync(join(tmpdir(), 'users-'));

  beforeAll(() => {
    if (!existsSync(join(ROOT, 'dist', '.built'))) run(ROOT, 'npm', 'run', 'build');
    run(ROOT, 'npm', 'pack', '--ignore-scripts', '--pack-destination', root);
  });

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('names every kind of user', () => {
    expect(USERS.map(([user]) => user)).toEqual(Object.keys(APPS));
  });

  it.each(USERS)('is enough for %s', (user, packages) => {
    const folder = install(packages);
    writeFileSync(join(folder, 'main.ts'), APPS[user] ?? '');
    const compilerOptions = {
      target: 'es2022',
      module: 'node16',
      moduleResolution: 'node16',
      strict: true,
      types: ['node'],
      // The declarations of this package, too, must be whole with what is installed.
      skipLibCheck: false,
    };
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['main.ts'] }),
    );
    run(folder, process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.');
    run(folder, process.execPath, 'main.js');
    expect(readdirSync(join(folder, 'synthesized'))).not.toEqual([]);
  });

  it('says in one sentence what pods on EKS need besides', () => {
    const fargate = USERS.find(([user]) => user === 'AWS, tasks on Fargate')?.[1] ?? [];
    const folder = install(fargate);
    const app = ts.transpile(onAws('eks'), { module: ts.ModuleKind.CommonJS });
    writeFileSync(join(folder, 'main.js'), app);
    const told = spawnSync(process.execPath, ['main.js'], { cwd: folder, encoding: 'utf8' });
    expect(told.stderr).toContain(
      'Compute.eks() needs cdk8s and cdk8s-plus-28, which are not installed; ' +
        'run npm install cdk8s cdk8s-plus-28',
    );
  });

  /** Unpacks what npm would publish, and links the packages beside it: the same folders without a registry. */
  function install(packages: readonly string[]): string {
    const folder = mkdtempSync(join(root, 'user-'));
    const tarball = readdirSync(root).find((name) => name.endsWith('.tgz'));
    if (tarball === undefined) throw new Error('npm pack wrote no file');
    const installed = join(folder, 'node_modules', 'litellm-ha');
    mkdirSync(installed, { recursive: true });
    run(folder, 'tar', '-xzf', join(root, tarball), '--strip-components=1', '-C', installed);
    for (const name of [...Object.keys(MANIFEST.dependencies), '@types/node', ...packages]) {
      const link = join(folder, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', name), link);
    }
    return folder;
  }
});

function run(cwd: string, command: string, ...args: readonly string[]): void {
  const child = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1e8 });
  if (child.status !== 0) {
    throw new Error(`${command} ${args.join(' ')} failed: ${child.stdout}\n${child.stderr}`);
  }
}
