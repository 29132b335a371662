import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKubectl } from '../../../operations/volumes/kubectl';

/** Says what it was told, or fails as kubectl does. */
const PROGRAM = `#!${process.execPath}
if (process.argv.includes('fail')) {
  process.stderr.write('error: the server is away\\n');
  process.exit(1);
}
let input = '';
process.stdin.on('data', (chunk) => { input += chunk; });
process.stdin.on('end', () => console.log(JSON.stringify({ args: process.argv.slice(2), input })));
`;

describe('createKubectl', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
  const program = join(folder, 'kubectl');

  beforeAll(() => {
    writeFileSync(program, PROGRAM);
    chmodSync(program, 0o755);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('hands over arguments, the context and the input', async () => {
    const told = JSON.parse(
      await createKubectl('west', program)(['apply', '--filename', '-'], '{}'),
    );

    expect(told).toEqual({ args: ['--context', 'west', 'apply', '--filename', '-'], input: '{}' });
    expect(JSON.parse(await createKubectl(null, program)(['get', 'pods']))).toEqual({
      args: ['get', 'pods'],
      input: '',
    });
  });

  it('says what kubectl said when it fails', async () => {
    await expect(createKubectl(null, program)(['get', 'fail'])).rejects.toThrow(
      new Error('kubectl get fail: error: the server is away'),
    );
  });
});
