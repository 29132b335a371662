import { describeDuration, describeShare, renderTable } from './render-table';
import { renderSparkline } from './render-sparkline';
import type { DeploymentSummary, Summary } from './summarize';

/** One simulated run under the name it is compared by. */
export interface NamedRun {
  readonly name: string;
  readonly summary: Summary;
  /** The earlier run that made exactly the same choices; null: it made its own. */
  readonly sameAs: string | null;
}

export const REPORT_COLUMNS = [
  'strategy',
  'success',
  'attempts/request',
  'cost',
  'first token p50',
  'p95',
  'answer p50',
  'p95',
  'p99',
] as const;

/** What a person wants to know of the runs, in a terminal. */
export function renderReport(runs: readonly NamedRun[]): string {
  const first = runs[0];
  if (first === undefined) return '';
  const own = runs.filter(({ sameAs }) => sameAs === null);
  return [
    renderCounts(first.summary),
    '',
    renderTable(REPORT_COLUMNS, own.map(renderReportRow)),
    '',
    renderTable(['share of attempts', ...own.map(({ name }) => name)], renderShares(own)),
    '',
    ...own.flatMap(({ name, summary }) => renderCourse(name, summary)),
    ...runs.flatMap(({ name, sameAs }) =>
      sameAs === null ? [] : [`${name} made the same choices as ${sameAs}`],
    ),
    '',
  ].join('\n');
}

export function renderReportRow({ name, summary }: NamedRun): readonly string[] {
  const { firstTokenMs, totalMs } = summary;
  return [
    name,
    describeShare(summary.successRate),
    summary.attemptsPerRequest.toFixed(3),
    describeCost(summary),
    describeDuration(firstTokenMs.p50),
    describeDuration(firstTokenMs.p95),
    describeDuration(totalMs.p50),
    describeDuration(totalMs.p95),
    describeDuration(totalMs.p99),
  ];
}

export function renderShares(runs: readonly NamedRun[]): readonly (readonly string[])[] {
  const deployments = runs[0]?.summary.deployments ?? [];
  return deployments.map((deployment, index) => [
    deployment.label,
    ...runs.map(({ summary }) => describeDeploymentShare(summary.deployments[index])),
  ]);
}

function describeDeploymentShare(deployment: DeploymentSummary | undefined): string {
  return describeShare(deployment?.share ?? 0);
}

function describeCost({ cost }: Summary): string {
  if (cost.dollars !== null) return `$${cost.dollars.toFixed(2)}`;
  const thousands = (cost.promptTokens + cost.completionTokens) / 1000;
  return `${thousands.toFixed(1)} k tokens`;
}

function renderCounts(summary: Summary): string {
  return `${summary.requests} requests: ${summary.successes} answered, ${summary.failed} failed, ${summary.cut} cut, ${summary.abandoned} abandoned`;
}

/** How the run went, slice by slice. */
function renderCourse(name: string, { buckets, deployments }: Summary): readonly string[] {
  const width = Math.max(...deployments.map(({ label }) => label.length), 'answer p95'.length);
  const line = (label: string, values: readonly (number | null)[], most: number) =>
    `  ${label.padEnd(width)} ${renderSparkline(values, most)}`;
  const slowest = Math.max(1, ...buckets.map(({ p95Ms }) => p95Ms ?? 0));
  const busiest = Math.max(1, ...buckets.flatMap(({ attempts }) => attempts));
  return [
    `${name}, ${describeSlices(buckets.length, buckets[1]?.fromSeconds ?? 0)}`,
    line(
      'success',
      buckets.map(({ successRate }) => successRate),
      1,
    ),
    `${line(
      'answer p95',
      buckets.map(({ p95Ms }) => p95Ms),
      slowest,
    )} up to ${describeDuration(slowest)}`,
    ...deployments.map(({ label }, index) =>
      line(
        label,
        buckets.map(({ attempts }) => attempts[index] ?? 0),
        busiest,
      ),
    ),
    '',
  ];
}

function describeSlices(count: number, seconds: number): string {
  return count === 1 ? 'in one slice of time' : `in slices of ${seconds} s`;
}
