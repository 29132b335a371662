import { median } from './statistics.mjs';

const COLUMNS = [
  ['CPU µs', 'cpuMicros', 1],
  ['busy', 'busy', 2],
  ['per second', 'perSecond', 0],
  ['p50 ms', 'p50Ms', 2],
  ['p99 ms', 'p99Ms', 2],
  ['first chunk p50 ms', 'firstByteP50Ms', 2],
  ['chunk delay p99 ms', 'delayP99Ms', 2],
  ['start ms', 'startMs', 0],
  ['resident KiB', 'residentKib', 0],
  ['KiB per stream', 'kibPerStream', 1],
  ['heap KiB per region', 'heapKib', 0],
];

/** The report for people. Absolute numbers are of this machine and this minute; only the ratios can be compared. */
export function renderReport({ machine, scenarios, results, verdicts, faults, noise }) {
  return [
    '# Bench',
    '',
    ...Object.entries(machine).map(([name, value]) => `- ${name}: ${value}`),
    ...faults.map((fault) => `- **void**: ${fault}`),
    ...noise.map((line) => `- **noisy**: ${line}`),
    '',
    '| goal | ratio | lowest–highest | must | target | verdict |',
    '| --- | --- | --- | --- | --- | --- |',
    ...verdicts.map(renderVerdict),
    ...[...results].flatMap(([name, { measured }]) => renderScenario(scenarios[name], measured)),
    '',
  ].join('\n');
}

function renderVerdict({ goal, ratio, lowest, highest, must, target, verdict }) {
  const figures = ratio === null ? '– | –' : `${fixed(ratio)} | ${fixed(lowest)}–${fixed(highest)}`;
  return `| ${goal} | ${figures} | ≤ ${must} | ≤ ${target} | ${verdict} |`;
}

/** Medians, beside the ratio to the first case round by round. */
function renderScenario(scenario, measured) {
  const [[firstName, first]] = measured;
  const columns = COLUMNS.filter(([, metric]) =>
    [...measured.values()].some(([round]) => typeof round[metric] === 'number'),
  );
  const row = (cells) => `| ${cells.join(' | ')} |`;
  const unit = scenario.unit === undefined ? '' : ` (CPU per ${scenario.unit})`;
  return [
    '',
    `## ${scenario.title}${unit}`,
    '',
    row(['case', ...columns.map(([title]) => title), `CPU ÷ ${firstName}`]),
    row(Array.from({ length: columns.length + 2 }, () => '---')),
    ...[...measured].map(([name, rounds]) =>
      row([
        name,
        ...columns.map(([, metric, digits]) => renderMedian(rounds, metric, digits)),
        fixed(median(rounds.map(({ cpuMicros }, index) => cpuMicros / first[index].cpuMicros)), 3),
      ]),
    ),
  ];
}

function renderMedian(rounds, metric, digits) {
  const values = rounds.map((round) => round[metric]).filter((value) => typeof value === 'number');
  return values.length === 0 ? '–' : fixed(median(values), digits);
}

function fixed(value, digits = 2) {
  return Number.isFinite(value) ? value.toFixed(digits) : '–';
}
