import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import ts from 'typescript';
import type { Manifest } from './manifests';

const ROOT = join(__dirname, '..', '..', '..');

/** Wrong values and missing fields, by the published schema of each kind. */
export function schemaProblems(manifests: readonly Manifest[]): readonly string[] {
  const child = spawnSync(process.execPath, [join(__dirname, 'validate-manifests.mjs')], {
    input: JSON.stringify(manifests),
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout) as string[];
}

/**
 * Fields that no schema knows, at any depth; the API server drops them or refuses the object. The compiler finds them:
 * each manifest is written down as a literal of the published type of its kind.
 */
export function unknownFields(manifests: readonly Manifest[]): readonly string[] {
  const file = join(ROOT, 'manifests-as-types.ts');
  const source = manifests
    .map((manifest, index) => {
      const model = `import('kubernetes-models/${manifest.apiVersion}').I${manifest.kind}`;
      return `export const m${index}: ${model} = ${JSON.stringify(manifest, null, 1)};`;
    })
    .join('\n');
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const readFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === file
      ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2022, true)
      : readFile(name, ...rest);
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}
