import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isMap, ownValue } from '../../../lib/config/config-tree';
import { parseYaml } from '../../../lib/config/parse-yaml';
import { reportConfig } from '../../../runtime/config-report';
import { describeWithTool } from '../../support/lab-tool';
import { untoldSettings } from '../../support/untold-settings';

/** Whatever has one of these is a configuration, and not a list of words for a guardrail. */
const SECTIONS = ['model_list', 'litellm_settings', 'general_settings', 'guardrails'];

interface Outcome {
  readonly name: string;
  readonly verdict: 'accepted' | 'refused';
  readonly why: readonly string[];
  readonly warned: number;
  readonly skipped: number;
}

describeWithTool('litellm', (program) => {
  const files = configurationsOf(join(dirname(dirname(program)), 'lib'));
  const outcomes: Outcome[] = [];

  afterAll(() => {
    process.stdout.write(`${outcomes.map(describeOutcome).sort().join('\n')}\n`);
  });

  it('finds the configurations of the package', () => {
    expect(files.length).toBeGreaterThanOrEqual(20);
  });

  it.each(files.map((path) => [basename(path), path]))(
    'ignores nothing of %s in silence',
    (name, path) => {
      const text = readFileSync(path, 'utf8');
      const { tree, problems } = parseYaml(text);
      expect(problems).toEqual([]);
      expect(untoldSettings(tree)).toEqual([]);

      const report = reportConfig(text, { environment: 'unresolved', fileName: name });
      const why = [
        ...report.problems.map(({ path: place, rule }) => `${place} (${rule})`),
        ...report.refusals.map((refusal) => refusal.split('\n')[0] ?? ''),
      ];
      outcomes.push({
        name,
        verdict: why.length > 0 ? 'refused' : 'accepted',
        why: why.length > 0 ? why : report.warnings.map(({ path: place }) => place),
        warned: report.warnings.length,
        skipped: report.skipped.length + report.conditional.length,
      });
    },
  );
});

function configurationsOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /site-packages\/litellm\/proxy\/.*\.ya?ml$/.test(path))
    .map((path) => join(folder, path))
    .filter((path) => {
      const { tree } = parseYaml(readFileSync(path, 'utf8'));
      return isMap(tree) && SECTIONS.some((key) => ownValue(tree, key) !== undefined);
    })
    .sort();
}

function describeOutcome({ name, verdict, why, warned, skipped }: Outcome): string {
  const counts = `${warned} warned, ${skipped} skipped`;
  return `${name.padEnd(48)} ${verdict.padEnd(8)} ${counts.padEnd(22)} ${why.join(', ')}`;
}
