import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

interface Run {
  readonly status: number | null;
  readonly text: string;
}

describe('describeWithTool', () => {
  let folder: string;

  beforeEach(() => {
    mkdirSync(join(ROOT, '.lab'), { recursive: true });
    folder = mkdtempSync(join(ROOT, '.lab', 'suites-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('runs the suite with the path of a tool that exists', () => {
    const run = runSuites(['a'], { tool: 'sh', lab: '' });

    expect(run.status).toBe(0);
    expect(run.text).toContain('1 passed');
    expect(run.text).not.toContain('skipped:');
  });

  it('skips with one line per run where the tool is missing', () => {
    const run = runSuites(['a', 'b', 'c'], { tool: 'no-such-tool', lab: '' });

    expect(run.status).toBe(0);
    expect(run.text).toContain('3 skipped');
    expect(run.text.match(/^skipped: no-such-tool not found$/gm)).toHaveLength(1);
  });

  it('fails where the lab is required and the tool is missing', () => {
    const run = runSuites(['a'], { tool: 'no-such-tool', lab: 'required' });

    expect(run.status).toBe(1);
    expect(run.text).toContain('no-such-tool was not found; install it with: npm run setup:lab');
    expect(run.text).not.toContain('skipped:');
  });

  function runSuites(
    names: readonly string[],
    { tool, lab }: { readonly tool: string; readonly lab: string },
  ): Run {
    for (const name of names) {
      writeFileSync(
        join(folder, `${name}.test.ts`),
        `import { describeWithTool } from '${join(ROOT, 'test/support/lab-tool')}';
describeWithTool('${tool}', (path) => {
  it('is found', () => expect(path).toMatch(/^\\/.*\\/${tool}$/));
});
`,
      );
    }
    const { modulePathIgnorePatterns: _, ...config } = jest.requireActual<Record<string, unknown>>(
      join(ROOT, 'jest.config.cjs'),
    );
    const configFile = join(folder, 'jest.config.json');
    writeFileSync(configFile, JSON.stringify({ ...config, rootDir: ROOT, roots: [folder] }));
    const child = spawnSync(
      process.execPath,
      [join(ROOT, 'node_modules/jest/bin/jest.js'), '--config', configFile],
      { cwd: ROOT, encoding: 'utf8', env: { ...process.env, LITELLM_HA_LAB: lab } },
    );
    return { status: child.status, text: child.stdout + child.stderr };
  }
});
