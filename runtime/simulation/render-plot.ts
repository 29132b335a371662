import type { NamedRun } from './render-report';
import { describeDuration, describeShare } from './render-table';
import type { Bucket, Summary } from './summarize';

const WIDTH = 340;
const HEIGHT = 120;
const GAP = 60;
const MARGIN = 40;
const TITLE = 24;
/** Told apart by people who see colours differently too (Okabe and Ito). */
const COLOURS = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#d55e00',
  '#56b4e9',
  '#f0e442',
  '#000000',
];

/** The course of each run as an SVG: a row for each, with success, latency and attempts by deployment. */
export function renderPlot(runs: readonly NamedRun[]): string {
  const width = MARGIN + 3 * (WIDTH + GAP);
  const height = MARGIN + runs.length * (HEIGHT + GAP);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...runs.map(({ name, summary }, row) =>
      renderRow(name, summary, MARGIN + row * (HEIGHT + GAP)),
    ),
    '</svg>',
    '',
  ].join('\n');
}

interface Panel {
  readonly title: string;
  readonly most: number;
  readonly describe: (value: number) => string;
  readonly series: readonly (readonly (number | null)[])[];
  readonly labels: readonly string[];
}

function renderRow(name: string, summary: Summary, top: number): string {
  const { buckets, deployments } = summary;
  const slowest = Math.max(1, ...buckets.map(({ p95Ms }) => p95Ms ?? 0));
  const busiest = Math.max(1, ...buckets.flatMap(({ attempts }) => attempts));
  const panels: readonly Panel[] = [
    {
      title: `${name}: success`,
      most: 1,
      describe: describeShare,
      series: [buckets.map(({ successRate }) => successRate)],
      labels: [],
    },
    {
      title: 'answer p95',
      most: slowest,
      describe: describeDuration,
      series: [buckets.map(({ p95Ms }) => p95Ms)],
      labels: [],
    },
    {
      title: 'attempts',
      most: busiest,
      describe: String,
      series: deployments.map((_, index) => buckets.map(({ attempts }) => attempts[index] ?? 0)),
      labels: deployments.map(({ label }) => label),
    },
  ];
  return panels
    .map((panel, column) =>
      renderPanel(panel, {
        left: MARGIN + column * (WIDTH + GAP),
        top,
        seconds: lastSeconds(buckets),
      }),
    )
    .join('\n');
}

interface Place {
  readonly left: number;
  readonly top: number;
  readonly seconds: number;
}

function renderPanel(panel: Panel, { left, top, seconds }: Place): string {
  const base = top + HEIGHT;
  const legend = panel.labels.map(
    (label, index) =>
      `<text x="${left + WIDTH}" y="${top + 4 + index * 13}" text-anchor="end" fill="${colour(index)}">${escapeText(label)}</text>`,
  );
  return [
    `<text x="${left}" y="${top - TITLE / 3}" font-weight="bold">${escapeText(panel.title)}</text>`,
    `<path d="M${left} ${top}V${base}H${left + WIDTH}" fill="none" stroke="#888888"/>`,
    `<text x="${left - 4}" y="${top + 4}" text-anchor="end">${escapeText(panel.describe(panel.most))}</text>`,
    `<text x="${left - 4}" y="${base}" text-anchor="end">0</text>`,
    `<text x="${left + WIDTH}" y="${base + 14}" text-anchor="end">${seconds} s</text>`,
    ...panel.series.map((values, index) => renderLine(values, { panel, left, top, index })),
    ...legend,
  ].join('\n');
}

interface LinePlace {
  readonly panel: Panel;
  readonly left: number;
  readonly top: number;
  readonly index: number;
}

function renderLine(
  values: readonly (number | null)[],
  { panel, left, top, index }: LinePlace,
): string {
  const step = WIDTH / Math.max(1, values.length - 1);
  const points = values.flatMap((value, at) => {
    if (value === null) return [];
    const height = (Math.max(0, Math.min(value, panel.most)) / panel.most) * HEIGHT;
    return [`${(left + at * step).toFixed(1)},${(top + HEIGHT - height).toFixed(1)}`];
  });
  return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour(index)}" stroke-width="1.5"/>`;
}

const colour = (index: number): string => COLOURS[index % COLOURS.length] ?? '#000000';

function lastSeconds(buckets: readonly Bucket[]): number {
  const width = buckets[1]?.fromSeconds ?? 0;
  return (buckets.at(-1)?.fromSeconds ?? 0) + width;
}

function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
