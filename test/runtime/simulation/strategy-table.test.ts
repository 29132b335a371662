import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfigText, parseGatewayConfig } from '../../../lib/config';
import { compareStrategies } from '../../../runtime/simulation/compare-strategies';
import { ROUTING_STRATEGIES } from '../../../runtime/simulation/routing-strategies';
import { parseScenario } from '../../../runtime/simulation/parse-scenario';
import {
  renderStrategySection,
  renderWithSection,
} from '../../../runtime/simulation/strategy-table';

const ROOT = join(__dirname, '../../..');
const DOCUMENT = join(ROOT, 'docs/simulation.md');
const read = (path: string) => loadConfigText(join(ROOT, 'examples', path));

describe('docs/simulation.md', () => {
  it('shows what the simulator says of each strategy (UPDATE_DOCS=1 writes it anew)', async () => {
    const config = parseGatewayConfig(read('config/three-deployments.yaml'), {
      environment: 'unresolved',
    });
    const scenario = parseScenario(read('scenarios/one-slow-one-dead-one-limited.yaml'));
    const runs = await compareStrategies({ config, scenario, seed: 1 }, ROUTING_STRATEGIES);
    const written = readFileSync(DOCUMENT, 'utf8');

    const expected = renderWithSection(written, renderStrategySection(runs));
    if (process.env.UPDATE_DOCS === '1') writeFileSync(DOCUMENT, expected);

    expect(readFileSync(DOCUMENT, 'utf8')).toBe(expected);
  }, 300_000);
});

describe('renderWithSection', () => {
  it('rejects a document without a place for the table', () => {
    expect(() => renderWithSection('# Title\n', 'table')).toThrow(
      'the document has no place between <!-- strategies: generated, see "The table of strategies" --> and <!-- strategies: end -->',
    );
  });
});
