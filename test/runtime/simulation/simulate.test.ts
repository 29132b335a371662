import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulateCommand } from '../../../bin/commands/simulate';

const ROOT = join(__dirname, '../../..');
const CONFIG = join(ROOT, 'examples/config/three-deployments.yaml');
const OUTAGE = join(ROOT, 'examples/scenarios/provider-outage.yaml');

async function run(...args: readonly string[]): Promise<string> {
  const written: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  try {
    await simulateCommand()
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
      .parseAsync([...args], { from: 'user' });
  } finally {
    write.mockRestore();
  }
  return written.join('');
}

describe('simulateCommand', () => {
  const folder = mkdtempSync(join(tmpdir(), 'simulate-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('shows how a configuration weathers a scenario', async () => {
    const text = await run('--config', CONFIG, '--scenario', OUTAGE);

    expect(text).toMatch(/^\d+ requests: \d+ answered, \d+ failed, \d+ cut, 0 abandoned\n/);
    expect(text).toMatch(/\nstrategy +success +attempts\/request +cost +first token p50 +p95 /);
    expect(text).toMatch(/\nsimple-shuffle +(100|9\d\.\d)% +1\.\d{3} +\$\d+\.\d\d +\d+ ms /);
    expect(text).toMatch(/\nshare of attempts +simple-shuffle\nopenai +\d\d\.\d%\nazure-east +/);
    expect(text).toMatch(/\n {2}azure-west +[▁▂▃▄▅▆▇█ ]{40}\n/);
    expect(text).toMatch(/\nevery invariant holds\n$/);
  }, 60_000);

  it('keeps every invariant in the example of a brown-out', async () => {
    const scenario = join(ROOT, 'examples/scenarios/brown-out.yaml');

    const text = await run('--config', CONFIG, '--scenario', scenario);

    expect(text).toMatch(/ [1-9]\d* abandoned\n/);
    expect(text).toMatch(/\nevery invariant holds\n$/);
  }, 60_000);

  it('writes the trace and the plot, the same for the same seed', async () => {
    const files = ['1', '2'].map((number) => ({
      trace: join(folder, `trace-${number}.jsonl`),
      plot: join(folder, `plot-${number}.svg`),
    }));
    for (const { trace, plot } of files) {
      await run('--swarm', '--seed', '5', '--trace', trace, '--plot', plot);
    }
    const [first, second] = files.map(({ trace, plot }) => ({
      trace: readFileSync(trace, 'utf8'),
      plot: readFileSync(plot, 'utf8'),
    }));

    expect(first).toEqual(second);
    expect(JSON.parse(first?.trace.split('\n')[0] ?? '')).toMatchObject({
      call: 1,
      kind: 'arrive',
    });
    expect(first?.plot).toMatch(/^<svg [^]*<polyline [^]*<\/svg>\n$/);
  });

  it('plays a world of the swarm again', async () => {
    const text = await run('--swarm', '--seed', '5');

    expect(text).toMatch(/^\d+ requests: /);
    expect(text).toContain('group-1-1');
  });

  it('says which strategies decide alike', async () => {
    const text = await run('--swarm', '--compare', 'simple-shuffle,simple-shuffle');

    expect(text.match(/^simple-shuffle +/gm)).toHaveLength(1);
  });

  it('rejects strategies that there are not', async () => {
    await expect(run('--swarm', '--compare', 'coin-toss')).rejects.toThrow(
      'simulate: 1 problem\n  - --compare must name routing strategies, got "coin-toss"; choose among simple-shuffle, round-robin, least-busy, least-connections, usage-based-routing, usage-based-routing-v2, latency-based-routing, cost-based-routing, provider-budget-routing, peak-ewma',
    );
  });

  it.each([
    ['--seed must be a whole number', ['--swarm', '--seed', 'lucky']],
    ['give --config and --scenario', ['--config', CONFIG]],
  ])('rejects a call: %s', async (message, args) => {
    await expect(run(...args)).rejects.toThrow(message);
  });
});
