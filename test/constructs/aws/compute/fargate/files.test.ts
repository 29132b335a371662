import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  packConfig,
  PACKED_CONFIG,
  renderPrepareScript,
} from '../../../../../constructs/aws/compute/fargate/files';

describe('renderPrepareScript', () => {
  it('writes the configuration that was packed, and opens the folders to write to', () => {
    const root = mkdtempSync(join(tmpdir(), 'task-'));
    for (const folder of ['gateway', 'tmp', 'data']) mkdirSync(join(root, folder), { mode: 0o755 });
    const yaml = 'model_list:\n  - model_name: gpt-4o # ünïcode\n';
    const script = renderPrepareScript().replace(/'\/(gateway|tmp|data)/g, `'${root}/$1`);

    const run = spawnSync(process.execPath, ['-e', script], {
      env: { ...process.env, [PACKED_CONFIG]: packConfig(yaml) },
      encoding: 'utf8',
    });

    expect(run.stderr).toBe('');
    expect(readFileSync(join(root, 'gateway/config.yaml'), 'utf8')).toBe(yaml);
    expect(statSync(join(root, 'data')).mode & 0o7777).toBe(0o1777);
    expect(statSync(join(root, 'gateway')).mode & 0o7777).toBe(0o755);
  });
});

describe('packConfig', () => {
  it('rejects a configuration that no task definition holds', () => {
    const noise = randomBytes(30_000).toString('base64');
    expect(() => packConfig(noise)).toThrow(
      /^litellm-ha\/aws: 1 problem\n {2}- config must fit into a task definition \(32768 bytes, compressed\), got \d+ bytes; split the models over two gateways, or choose Compute\.eks\(\)$/,
    );
  });
});
