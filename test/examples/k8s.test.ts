import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { parseAllDocuments } from 'yaml';
import { customResourceProblems } from '../constructs/k8s/custom-resources/custom-resource-problems';
import type { Manifest } from '../constructs/k8s/manifests';
import { PROJECT_ROOT } from '../support/project-files';

const FOLDER = join(PROJECT_ROOT, 'examples', 'k8s');

/** Runs an example as a user would, with the sources in place of the installed package. */
function runExample(name: string): readonly Manifest[] {
  const out = mkdtempSync(join(tmpdir(), `example-${name}-`));
  const program = join(PROJECT_ROOT, 'node_modules', '.cache', 'examples', `${name}.cjs`);
  buildSync({
    entryPoints: [join(FOLDER, name, 'app.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    // The frameworks are found from where the program is.
    external: ['cdk8s', 'cdk8s-plus-28', 'constructs', 'yaml', 'zod'],
    alias: {
      'litellm-ha/k8s': join(PROJECT_ROOT, 'constructs', 'k8s', 'index.ts'),
      'litellm-ha': join(PROJECT_ROOT, 'lib', 'index.ts'),
    },
  });
  execFileSync(process.execPath, [program], { cwd: out, stdio: ['ignore', 'pipe', 'pipe'] });
  return readdirSync(join(out, 'dist')).flatMap((file) =>
    parseAllDocuments(readFileSync(join(out, 'dist', file), 'utf8')).map((document): Manifest =>
      document.toJS(),
    ),
  );
}

describe('examples/k8s', () => {
  const names = readdirSync(FOLDER).sort();
  const outputs = new Map<string, readonly Manifest[]>();
  const kindsOf = (name: string): readonly string[] => [
    ...new Set((outputs.get(name) ?? []).map(({ kind }) => String(kind))),
  ];

  beforeAll(() => {
    for (const name of names) outputs.set(name, runExample(name));
  }, 120_000);

  it('has an app of its own, one in a chart that is there, one with operators, and two of several clusters', () => {
    expect(names).toEqual([
      'active-active',
      'active-passive',
      'cloud-native-pg-keda',
      'existing-chart',
      'fresh-app',
    ]);
  });

  it('synthesizes what clusters take', () => {
    for (const name of names) expect(customResourceProblems(outputs.get(name) ?? [])).toEqual([]);
  });

  it('brings everything along in a new app', () => {
    expect(kindsOf('fresh-app')).toEqual(
      expect.arrayContaining([
        'Namespace',
        'StatefulSet',
        'Deployment',
        'HTTPRoute',
        'Certificate',
      ]),
    );
  });

  it('makes no data store beside those that are there', () => {
    expect(kindsOf('existing-chart')).toEqual(
      expect.arrayContaining(['Deployment', 'ExternalSecret', 'ConfigMap']),
    );
    expect(kindsOf('existing-chart')).not.toContain('StatefulSet');
  });

  it('leads to two clusters and to three by one name', () => {
    const targetsOf = (name: string): readonly string[] =>
      (outputs.get(name) ?? [])
        .filter(({ kind }) => kind === 'DNSEndpoint')
        .flatMap(({ spec }) => spec.endpoints.map(({ targets }: Manifest) => targets[0]));

    expect(targetsOf('active-passive')).toEqual([
      'us-east-1.api.example.com',
      'us-west-2.api.example.com',
    ]);
    expect(targetsOf('active-active')).toHaveLength(3);
    expect(kindsOf('active-active')).toEqual(expect.arrayContaining(['Cluster', 'CronJob']));
  });

  it('leaves PostgreSQL and scaling to the operators that are there', () => {
    expect(kindsOf('cloud-native-pg-keda')).toEqual(
      expect.arrayContaining(['Cluster', 'Pooler', 'ScaledObject', 'HTTPRoute', 'PrometheusRule']),
    );
    expect(kindsOf('cloud-native-pg-keda')).not.toContain('HorizontalPodAutoscaler');
  });
});
