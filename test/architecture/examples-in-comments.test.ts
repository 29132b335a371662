import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';
import { PROJECT_ROOT, projectFiles } from '../support/project-files';

interface Example {
  readonly file: string;
  readonly code: string;
}

/** What an example may take for granted: the framework of its target, and what stands around the construct. */
const AROUND: Readonly<Record<string, string>> = {
  aws: `
    import type { App, Stack } from 'aws-cdk-lib';
    import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
    import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
    import { ActiveActive, ActivePassive, Compute, Database, GatewayConfig, SingleRegionHA } from '../../constructs/aws';
    declare const app: App, stack: Stack, zone: IHostedZone, openAiKey: ISecret;`,
  gcp: `
    import type { TerraformStack } from 'cdktf';
    import { GatewayConfig, SingleRegionHA } from '../../constructs/gcp';
    declare const stack: TerraformStack;`,
  k8s: `
    import type { App } from 'cdk8s';
    import { ActiveActive, ActivePassive, SingleRegionHA, Spread } from '../../constructs/k8s';
    import { GatewayConfig } from '../../lib';
    declare const app: App;`,
};

const EXAMPLES = projectFiles()
  .filter((file) => /^constructs\/(aws|gcp|k8s)\/.*\.ts$/.test(file))
  .flatMap((file): readonly Example[] =>
    [
      ...readFileSync(join(PROJECT_ROOT, file), 'utf8').matchAll(
        /\* @example\n((?: \*(?! @|\/).*\n)+)/g,
      ),
    ].map(([, lines = '']) => ({ file, code: lines.replace(/^ \* ?/gm, '') })),
  );

describe('examples in comments', () => {
  it('stand on every pattern', () => {
    expect(EXAMPLES.map(({ file }) => file)).toEqual(
      expect.arrayContaining([
        'constructs/aws/patterns/active-active.ts',
        'constructs/aws/patterns/active-passive.ts',
        'constructs/aws/patterns/single-region-ha.ts',
        'constructs/gcp/patterns/single-region-ha.ts',
        'constructs/k8s/patterns/active-active.ts',
        'constructs/k8s/patterns/active-passive.ts',
        'constructs/k8s/patterns/single-region-ha.ts',
      ]),
    );
  });

  it('compile as they are', () => {
    mkdirSync(join(PROJECT_ROOT, '.lab'), { recursive: true });
    const folder = mkdtempSync(join(PROJECT_ROOT, '.lab', 'examples-'));
    const files = EXAMPLES.map(({ file, code }, index) => {
      const around = AROUND[file.split('/')[1] ?? ''] ?? '';
      const path = join(folder, `${index}.ts`);
      writeFileSync(path, `${around}\n${code}\nexport {};\n`);
      return path;
    });
    const options: ts.CompilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      types: ['node'],
    };
    const program = ts.createProgram(files, options);
    const faults = ts
      .getPreEmitDiagnostics(program)
      .filter(({ file }) => file !== undefined && files.includes(file.fileName))
      .map(
        ({ file, messageText }) =>
          `${EXAMPLES[files.indexOf(file?.fileName ?? '')]?.file}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
      );
    rmSync(folder, { recursive: true });
    expect(faults).toEqual([]);
  }, 120_000);
});
