import { Command, Option } from 'commander';
import { describeProblem, describeWarning, SpecError } from '../../lib';
import { loadConfigText } from '../../lib/config';
import { reportConfig, type ConfigReport } from '../../runtime/config-report';
import { describeSkipped } from '../../runtime/providers/prepare-deployments';

interface CheckOptions {
  readonly config: string;
  readonly withEnvironment?: true;
  readonly strict?: true;
  readonly format: 'text' | 'json';
}

/** `litellm-ha check`: reads a configuration as the gateway would, and says what is wrong and what has a better form. */
export function checkCommand(): Command {
  return new Command('check')
    .description('read a configuration and name everything wrong in it')
    .requiredOption('--config <file>', "a LiteLLM config.yaml, or the guide's dialect of it")
    .option('--with-environment', 'take variables from this environment, as the gateway would')
    .option('--strict', 'fail on warnings and skipped deployments too')
    .addOption(
      new Option('--format <format>', 'how to say it').choices(['text', 'json']).default('text'),
    )
    .action((options: CheckOptions) => {
      const report = readReport(options);
      const verdict = judge(report, options);
      const text =
        options.format === 'json'
          ? renderJson(options.config, report, verdict)
          : renderText(options.config, report);
      process.stdout.write(text);
      if (verdict === 'refused') process.exitCode = 1;
    });
}

type Verdict = 'accepted' | 'refused';

function readReport({ config, withEnvironment }: CheckOptions): ConfigReport {
  try {
    const environment = withEnvironment ? process.env : 'unresolved';
    return reportConfig(loadConfigText(config), { environment, fileName: config });
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    const { problems, warnings } = error;
    return { config: null, problems, warnings, refusals: [], skipped: [], conditional: [] };
  }
}

function judge(report: ConfigReport, { strict }: CheckOptions): Verdict {
  const { problems, refusals, warnings, skipped } = report;
  if (problems.length > 0 || refusals.length > 0) return 'refused';
  return strict && warnings.length + skipped.length > 0 ? 'refused' : 'accepted';
}

function renderText(file: string, report: ConfigReport): string {
  const { config, problems, refusals, warnings, skipped, conditional } = report;
  const needs = config?.requiredEnvironment ?? [];
  const found = [
    count(problems.length + refusals.length, 'problem'),
    count(warnings.length, 'warning'),
    count(skipped.length, 'skipped deployment'),
  ].join(', ');
  const what =
    config === null
      ? ''
      : `${count(config.deployments.length, 'deployment')} of ${count(countModels(config), 'model')}, `;
  const lines = [
    `${file}: ${what}${found}`,
    ...problems.map((problem) => `  - ${describeProblem(problem)}`),
    ...refusals.map((refusal) => `  - ${refusal.replaceAll('\n', '\n  ')}`),
    ...warnings.map((warning) => `  - warning: ${describeWarning(warning)}`),
    ...skipped.map((one) => `  - skipped: ${describeSkipped(one)}`),
    ...conditional.map(
      (one) => `  - skipped unless the environment says more: ${describeSkipped(one)}`,
    ),
    ...(needs.length > 0 ? [`needs in the environment: ${needs.join(', ')}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function renderJson(file: string, report: ConfigReport, verdict: Verdict): string {
  const { config, problems, refusals, warnings, skipped, conditional } = report;
  const listed = (list: ConfigReport['skipped']) =>
    list.map(({ config: { id, modelName, litellmModel }, reason, kind }) => ({
      id,
      model_name: modelName,
      model: litellmModel,
      kind,
      reason,
    }));
  const json = {
    file,
    verdict,
    deployments: config?.deployments.length ?? null,
    models: config === null ? null : countModels(config),
    problems: problems.map((problem) => ({ ...problem, message: describeProblem(problem) })),
    refusals,
    warnings,
    skipped: listed(skipped),
    skipped_unless_environment: listed(conditional),
    accepted_without: config?.acceptedWithout ?? [],
    needs: config?.requiredEnvironment ?? [],
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

const count = (number: number, noun: string): string =>
  number === 1 ? `1 ${noun}` : `${number} ${noun}s`;

function countModels({ deployments }: NonNullable<ConfigReport['config']>): number {
  return new Set(deployments.map((deployment) => deployment.modelName)).size;
}
