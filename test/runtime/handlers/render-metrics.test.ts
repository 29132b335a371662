import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GATEWAY_METRICS } from '../../../lib/gateway-contract';

const RUNTIME = join(__dirname, '../../../runtime');

describe('renderMetrics', () => {
  const sources = readdirSync(RUNTIME, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file, text: readFileSync(join(RUNTIME, file), 'utf8') }));

  it.each(Object.entries(GATEWAY_METRICS))(
    'takes the name of %s from the contract, where the alerts read it too',
    (key, name) => {
      const spellers = sources.filter(({ text }) => text.includes(`'${name}'`));
      const readers = sources.filter(({ text }) => text.includes(`GATEWAY_METRICS.${key}`));
      expect(spellers).toEqual([]);
      expect(readers.map(({ file }) => file)).not.toEqual([]);
    },
  );
});
