import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GATEWAY_FOLDER } from '../../../../constructs/k8s/compute/workload/mounted-files';

/** What the image of the gateway is built from. */
const LINES = readFileSync(join(__dirname, '../../../../runtime/Dockerfile'), 'utf8').split('\n');

function instruction(name: string): string {
  return LINES.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? '';
}

describe('runtime/Dockerfile', () => {
  it('builds on an image that cannot change', () => {
    expect(instruction('FROM')).toMatch(/@sha256:[0-9a-f]{64}$/);
  });

  it('runs the gateway as a user whom Kubernetes can tell from root, without a shell', () => {
    expect(instruction('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(JSON.parse(instruction('ENTRYPOINT'))).toEqual(['node', '/app/gateway.js']);
  });

  it('keeps the gateway out of the folder over which the configuration is mounted', () => {
    const [, target] = instruction('COPY').split(' ');
    expect(target).toBe('/app/gateway.js');
    expect(target?.startsWith(`${GATEWAY_FOLDER}/`)).toBe(false);
  });
});
