import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { runSimulation } from '../../../runtime/simulation/run-simulation';
import { drawStorm, drawSwarm } from '../../../runtime/simulation/swarm';

/** CI plays ten thousand (`npm run swarm`). */
const SEEDS = Number(process.env.LITELLM_HA_SWARM ?? 1_000);

describe('drawSwarm', () => {
  it(`breaks no invariant in ${SEEDS} worlds`, () => {
    // In a process of its own: each call between modules costs twice as much inside jest.
    const driver = join(mkdtempSync(join(tmpdir(), 'swarm-')), 'driver.cjs');
    buildSync({
      entryPoints: [join(__dirname, 'swarm-driver.ts')],
      outfile: driver,
      bundle: true,
      platform: 'node',
      target: 'node20',
      external: ['pg-native'],
      logLevel: 'error',
    });

    const lines = execFileSync(process.execPath, [driver, String(SEEDS)], { encoding: 'utf8' })
      .trimEnd()
      .split('\n');

    // The first few say enough; each names the command that plays it again.
    expect(lines.slice(0, 5)).toEqual([`played ${SEEDS}`]);
  }, 600_000);

  it('draws worlds that differ and that hurt', async () => {
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, index) => runSimulation(drawSwarm(index + 1))),
    );
    const kinds = new Set(
      results.flatMap(({ scenario }) =>
        scenario.rules.flatMap(({ faults }) => faults.map(({ kind }) => kind)),
      ),
    );
    const sizes = new Set(results.map(({ config }) => config.deployments.length));
    const sum = (count: (result: (typeof results)[number]) => number) =>
      results.reduce((total, result) => total + count(result), 0);

    expect(kinds.size).toBe(11);
    expect(sizes.size).toBeGreaterThan(10);
    for (const what of ['failed', 'cut', 'abandoned', 'retries', 'fallbacks'] as const) {
      expect(sum(({ summary }) => summary[what])).toBeGreaterThan(50);
    }
    expect(sum(({ summary }) => summary.successes)).toBeGreaterThan(
      sum(({ summary }) => summary.requests) / 2,
    );
  });

  it('draws the same world from the same seed', () => {
    expect(drawSwarm(7)).toEqual(drawSwarm(7));
    expect(drawSwarm(7)).not.toEqual(drawSwarm(8));
  });
});

describe('drawStorm', () => {
  it('draws outages of everything and of less, with enough traffic to spend what budgets have saved', () => {
    const storms = Array.from({ length: 100 }, (_, index) => drawStorm(index + 1));
    const outages = storms.filter(
      ({ config, scenario }) => scenario.rules.length === config.deployments.length + 1,
    );

    expect(outages.length).toBeGreaterThan(20);
    expect(outages.length).toBeLessThan(80);
    expect(Math.min(...storms.map(({ scenario }) => scenario.load.requestsPerSecond))).toBe(5);
    expect(drawStorm(7)).toEqual(drawStorm(7));
  });
});
