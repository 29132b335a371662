import type { SimulationPlan } from './plan-simulation';

export interface StatusRow {
  readonly name: string;
  readonly address: string;
  /** Null: part of the supervisor. */
  readonly pid: number | null;
  readonly state: string;
}

/** Aligned, two spaces in from the margin. */
export function renderStatusTable(rows: readonly StatusRow[]): string {
  const cells = [
    ['NAME', 'ADDRESS', 'PID', 'STATE'],
    ...rows.map(({ name, address, pid, state }) => [name, address, String(pid ?? '·'), state]),
  ];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  return cells
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`)
    .join('');
}

/** A line for the shell that works when pasted. */
export function renderCurl(input: {
  readonly url: string;
  readonly key: string;
  readonly model: string;
}): string {
  const body = JSON.stringify({
    model: input.model,
    messages: [{ role: 'user', content: 'Hello!' }],
  });
  return [
    `curl ${input.url}/v1/chat/completions`,
    `-H ${quote(`Authorization: Bearer ${input.key}`)}`,
    `-H 'Content-Type: application/json'`,
    `-d ${quote(body)}`,
  ].join(' ');
}

/** What is not real here, each in one line. */
export function renderSimulation(simulation: SimulationPlan): readonly string[] {
  const { simulatedKeys, placeholders } = simulation;
  return [
    ...(simulatedKeys.length === 0
      ? []
      : [`${renderUnset(simulatedKeys)}: answers come from a simulated provider.`]),
    ...(placeholders.length === 0
      ? []
      : [`${renderUnset(placeholders)}: placeholders stand in, their deployments cannot answer.`]),
  ];
}

function renderUnset(names: readonly string[]): string {
  return `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} not set`;
}

/** Single quotes, which the shell leaves alone. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
