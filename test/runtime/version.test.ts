import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GATEWAY_VERSION } from '../../runtime/version';

describe('GATEWAY_VERSION', () => {
  it('is the version of the package', () => {
    const file = readFileSync(join(__dirname, '../../package.json'), 'utf8');
    expect(GATEWAY_VERSION).toBe((JSON.parse(file) as { readonly version: string }).version);
  });
});
