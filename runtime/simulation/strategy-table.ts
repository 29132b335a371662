import type { StrategyRun } from './compare-strategies';
import { REPORT_COLUMNS, renderReportRow, renderShares } from './render-report';
import { renderMarkdownTable } from './render-table';

const BEGIN = '<!-- strategies: generated, see "The table of strategies" -->';
const END = '<!-- strategies: end -->';

/** The comparison of strategies as docs/simulation.md shows it. */
export function renderStrategySection(runs: readonly StrategyRun[]): string {
  const own = runs.filter(({ sameAs }) => sameAs === null);
  const same = runs.filter(({ sameAs }) => sameAs !== null);
  return [
    renderMarkdownTable(REPORT_COLUMNS, own.map(renderReportRow)),
    '',
    renderMarkdownTable(['share of attempts', ...own.map(({ name }) => name)], renderShares(own)),
    ...same.map(({ name, sameAs }) => `\n\`${name}\` made the same choices as \`${sameAs}\`.`),
  ].join('\n');
}

/** The document with a new table in place of the old one. */
export function renderWithSection(document: string, section: string): string {
  const start = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (start === -1 || end < start)
    throw new Error(`the document has no place between ${BEGIN} and ${END}`);
  return `${document.slice(0, start)}${BEGIN}\n\n${section}\n\n${document.slice(end)}`;
}
