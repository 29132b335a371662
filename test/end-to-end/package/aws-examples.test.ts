import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');
const EXAMPLES = join(ROOT, 'examples', 'aws');

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

/** What a user of AWS brings along: workloads of EKS are written by cdk8s. */
const PEERS = [
  'aws-cdk-lib',
  'constructs',
  '@aws-cdk/lambda-layer-kubectl-v34',
  'cdk8s',
  'cdk8s-plus-28',
  '@types/node',
];

describe('examples of AWS beside the packed package', () => {
  jest.setTimeout(300_000);

  let folder: string;

  beforeAll(() => {
    if (!existsSync(join(ROOT, 'dist', '.built'))) run(ROOT, 'npm', 'run', 'build');
    folder = mkdtempSync(join(tmpdir(), 'aws-consumer-'));
    install(folder);
    cpSync(join(EXAMPLES, 'config.yaml'), join(folder, 'out', 'config.yaml'));
    for (const name of ['fresh-app', 'active-passive', 'active-active']) {
      cpSync(join(EXAMPLES, name, 'main.ts'), join(folder, name, 'main.ts'));
    }
    const compilerOptions = {
      target: 'es2022',
      module: 'node16',
      moduleResolution: 'node16',
      rootDir: '.',
      outDir: 'out',
      strict: true,
      types: ['node'],
      skipLibCheck: true,
    };
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, include: ['*/main.ts'] }),
    );
    run(folder, process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.');
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each<readonly [string, readonly string[]]>([
    ['fresh-app', ['Gateway']],
    ['active-passive', ['litellm-us-east-1', 'litellm-us-west-2']],
    ['active-active', ['litellm-ap-southeast-2', 'litellm-eu-west-1', 'litellm-us-east-1']],
  ])('synthesizes %s to the stacks %j', (name, stacks) => {
    const output = join(folder, `${name}-cdk.out`);
    run(folder, 'env', `CDK_OUTDIR=${output}`, process.execPath, join('out', name, 'main.js'));
    expect(readStackNames(output)).toEqual(stacks);
  });

  it('builds images from what the package brings', () => {
    const assets = readdirSync(join(folder, 'fresh-app-cdk.out'));
    const images = assets.filter((each) =>
      existsSync(join(folder, 'fresh-app-cdk.out', each, 'gateway.js')),
    );
    expect(images).toHaveLength(1);
  });
});

/** Unpacks what npm would publish, and links what it needs: the same folders without a registry. */
function install(folder: string): void {
  run(ROOT, 'npm', 'pack', '--ignore-scripts', '--pack-destination', folder);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack wrote no file');
  const installed = join(folder, 'node_modules', 'litellm-ha');
  mkdirSync(installed, { recursive: true });
  run(folder, 'tar', '-xzf', tarball, '--strip-components=1', '-C', installed);
  for (const name of [...Object.keys(MANIFEST.dependencies), ...PEERS]) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), link);
  }
}

function readStackNames(output: string): readonly string[] {
  const { artifacts } = JSON.parse(readFileSync(join(output, 'manifest.json'), 'utf8')) as {
    readonly artifacts: Readonly<
      Record<
        string,
        { readonly type: string; readonly properties?: { readonly stackName?: string } }
      >
    >;
  };
  return Object.entries(artifacts)
    .filter(([, { type }]) => type === 'aws:cloudformation:stack')
    .map(([id, { properties }]) => properties?.stackName ?? id)
    .sort();
}

function run(cwd: string, command: string, ...args: readonly string[]): string {
  const child = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1e8 });
  if (child.status !== 0) {
    throw new Error(`${command} ${args.join(' ')} failed: ${child.stdout}\n${child.stderr}`);
  }
  return child.stdout;
}
