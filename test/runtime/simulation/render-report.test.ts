import { compareStrategies } from '../../../runtime/simulation/compare-strategies';
import { renderPlot } from '../../../runtime/simulation/render-plot';
import { renderReport, type NamedRun } from '../../../runtime/simulation/render-report';
import { renderSparkline } from '../../../runtime/simulation/render-sparkline';
import {
  describeDuration,
  describeShare,
  renderMarkdownTable,
  renderTable,
} from '../../../runtime/simulation/render-table';
import type { Summary } from '../../../runtime/simulation/summarize';
import { aWorld } from './a-world';

const SUMMARY: Summary = {
  requests: 10,
  successes: 8,
  failed: 1,
  cut: 1,
  abandoned: 0,
  successRate: 0.8,
  attempts: 12,
  attemptsPerRequest: 1.2,
  retries: 2,
  fallbacks: 0,
  cost: { promptTokens: 1000, completionTokens: 500, wastedTokens: 0, dollars: null },
  firstTokenMs: { p50: 400, p95: 1500, p99: 2000 },
  totalMs: { p50: 2000, p95: 4000, p99: null },
  deployments: [
    { id: 'a', label: 'a', attempts: 9, share: 0.75, answered: 8, rests: 0 },
    { id: 'b<c', label: 'b<c', attempts: 3, share: 0.25, answered: 0, rests: 1 },
  ],
  buckets: [
    { fromSeconds: 0, requests: 5, successRate: 1, p95Ms: 2000, attempts: [5, 3] },
    { fromSeconds: 10, requests: 5, successRate: 0.6, p95Ms: 4000, attempts: [4, 0] },
  ],
};

const RUN: NamedRun = { name: 'simple-shuffle', summary: SUMMARY, sameAs: null };

describe('renderReport', () => {
  it('shows counts, a row for each strategy, shares and the course', () => {
    const same: NamedRun = { name: 'least-busy', summary: SUMMARY, sameAs: 'simple-shuffle' };

    expect(renderReport([RUN, same])).toBe(
      [
        '10 requests: 8 answered, 1 failed, 1 cut, 0 abandoned',
        '',
        'strategy        success  attempts/request          cost  first token p50     p95  answer p50     p95  p99',
        'simple-shuffle    80.0%             1.200  1.5 k tokens           400 ms  1.50 s      2.00 s  4.00 s    –',
        '',
        'share of attempts  simple-shuffle',
        'a                           75.0%',
        'b<c                         25.0%',
        '',
        'simple-shuffle, in slices of 10 s',
        '  success    █▅',
        '  answer p95 ▅█ up to 4.00 s',
        '  a          █▇',
        '  b<c        ▅▁',
        '',
        'least-busy made the same choices as simple-shuffle',
        '',
      ].join('\n'),
    );
  });

  it('tells the cost in dollars when the prices are known', () => {
    const summary = { ...SUMMARY, cost: { ...SUMMARY.cost, dollars: 12.345 } };

    expect(renderReport([{ ...RUN, summary }])).toContain('  $12.35  ');
  });
});

describe('renderPlot', () => {
  it('draws each series from left to right and from zero to its most', () => {
    const plot = renderPlot([RUN]);

    const lines = [...plot.matchAll(/<polyline points="([^"]*)"/g)].map(([, points]) => points);
    expect(lines).toEqual([
      '40.0,40.0 380.0,88.0',
      '440.0,100.0 780.0,40.0',
      '840.0,40.0 1180.0,64.0',
      '840.0,88.0 1180.0,160.0',
    ]);
  });

  it('escapes what names may hold', () => {
    const plot = renderPlot([RUN]);

    expect(plot).toContain('>b&lt;c</text>');
    expect(plot).not.toContain('b<c');
  });
});

describe('renderSparkline', () => {
  it('draws from the lowest bar to the highest, and nothing for nothing', () => {
    expect(renderSparkline([0, 0.5, 1, null, 2], 1)).toBe('▁▅█ █');
  });
});

describe('renderTable and renderMarkdownTable', () => {
  it('line up their columns', () => {
    const rows = [
      ['long name', '1'],
      ['b', '22'],
    ];

    expect(renderTable(['a', 'n'], rows)).toBe('a           n\nlong name   1\nb          22');
    expect(renderMarkdownTable(['a', 'n'], rows)).toBe(
      [
        '| a         |   n |',
        '| --------- | --: |',
        '| long name |   1 |',
        '| b         |  22 |',
      ].join('\n'),
    );
  });
});

describe('describeShare and describeDuration', () => {
  it('never round a failure away', () => {
    expect([1, 0.99999, 0.5, 0].map(describeShare)).toEqual(['100%', '99.9%', '50.0%', '0.0%']);
  });

  it('use seconds from a second on', () => {
    expect([12.4, 999, 1000, null].map(describeDuration)).toEqual([
      '12 ms',
      '999 ms',
      '1.00 s',
      '–',
    ]);
  });
});

describe('compareStrategies', () => {
  it('tells a strategy that decides nothing differently', async () => {
    const runs = await compareStrategies(aWorld('load: { duration_seconds: 5 }'), [
      'simple-shuffle',
      'simple-shuffle',
    ]);

    expect(runs.map(({ sameAs }) => sameAs)).toEqual([null, 'simple-shuffle']);
  });
});
