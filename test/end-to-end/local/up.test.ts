import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { detectMachine } from '../../../operations/local/machine';

const ROOT = join(__dirname, '../../..');
const STAND_IN = join(__dirname, 'stand-in-gateway.cjs');
/** Inside node_modules, so that the driver finds its packages. */
const DRIVER = join(ROOT, 'node_modules/.cache/litellm-ha-test', `up-driver-${process.pid}.cjs`);

const CONFIG = `
model_list:
  - model_name: gpt-4o
    litellm_params: { model: gpt-4o, api_key: os.environ/OPENAI_API_KEY }
  - model_name: claude
    litellm_params: { model: anthropic/claude-x, api_key: os.environ/ANTHROPIC_API_KEY }
`;

interface Up {
  readonly child: ChildProcess;
  readonly folder: string;
  output(): string;
  url(): string;
  pids(): readonly number[];
  pid(name: string): number;
  waitFor(text: string | RegExp): Promise<void>;
}

const running: ChildProcess[] = [];

function startUp(port: number, folder = mkdtempSync(join(tmpdir(), 'up-'))): Up {
  const config = join(folder, 'config.yaml');
  writeFileSync(config, CONFIG);
  const child = spawn(
    process.execPath,
    [DRIVER, config, join(folder, 'data'), String(port), STAND_IN],
    {
      env: { PATH: process.env.PATH ?? '' },
    },
  );
  running.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const pid = (name: string): number =>
    Number(new RegExp(`^  ${name}\\s+127\\S+\\s+(\\d+)`, 'm').exec(output)?.[1]);
  return {
    child,
    folder,
    output: () => output,
    url: () => /URL +(\S+)/.exec(output)?.[1] ?? '',
    pid,
    pids: () =>
      [...output.matchAll(/^ {2}(?:gateway|postgres)-\d\s+\S+\s+(\d+)/gm)].map((row) =>
        Number(row[1]),
      ),
    async waitFor(text) {
      while (!(typeof text === 'string' ? output.includes(text) : text.test(output))) {
        if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}:\n${output}`);
        await wait(20);
      }
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    // A zombie that nobody has collected yet is dead.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Every process that works in a folder: PostgreSQL's own children too. */
function processesOf(folder: string): string {
  const list = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' });
  return list
    .split('\n')
    .filter((line) => line.includes(folder) && !line.includes('ps -eo'))
    .join('\n');
}

async function endOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

describe('runUp', () => {
  beforeAll(() => {
    mkdirSync(join(DRIVER, '..'), { recursive: true });
    execFileSync(join(ROOT, 'node_modules/.bin/esbuild'), [
      join(__dirname, 'up-driver.ts'),
      '--bundle',
      '--platform=node',
      '--packages=external',
      '--log-level=error',
      `--outfile=${DRIVER}`,
    ]);
  });

  afterAll(() => {
    for (const child of running) child.kill('SIGKILL');
  });

  it('serves, survives the death of a replica and of the primary, and leaves nothing behind', async () => {
    const up = startUp(0);
    await up.waitFor('Ctrl-C stops everything');
    expect(up.output()).toContain(
      'Note  OPENAI_API_KEY is not set: answers come from a simulated provider.',
    );
    expect(up.output()).toContain('Note  ANTHROPIC_API_KEY is not set: placeholders stand in');
    expect(up.pids()).toHaveLength(6);

    const key = readFileSync(join(up.folder, 'data/master-key'), 'utf8').trim();
    expect(statSync(join(up.folder, 'data/master-key')).mode & 0o777).toBe(0o600);
    expect(up.output()).toContain(`Authorization: Bearer sk-${key}`);
    const first = await fetch(up.url());
    expect(first.headers.get('x-key')).toBe(`sk-${key}`);
    expect(first.headers.get('x-base')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);

    // Fifty requests a second while a replica and then the primary are killed.
    let underWay = 0;
    const results: Promise<number>[] = [];
    const send = async (): Promise<number> => {
      underWay += 1;
      try {
        const answer = await fetch(up.url(), { method: 'POST', body: '{}' });
        await answer.text();
        return answer.status;
      } catch {
        return 0;
      } finally {
        underWay -= 1;
      }
    };
    let atRisk = -1;
    for (let index = 0; index < 100; index += 1) {
      results.push(send());
      await wait(20);
      if (index === 30) {
        atRisk = underWay;
        process.kill(up.pid('gateway-2'), 'SIGKILL');
      }
      if (index === 60) process.kill(up.pid('postgres-1'), 'SIGKILL');
    }
    const failed = (await Promise.all(results)).filter((status) => status !== 200);
    // The least busy replica is chosen, so a third of what is under way stands on each.
    expect(failed.length).toBeLessThanOrEqual(Math.ceil(atRisk / 3) + 1);
    await up.waitFor(/gateway-2 +killed \(SIGKILL\) → restarting/);
    await up.waitFor(/gateway-2 +ready again after/);
    await up.waitFor(/postgres-1 +primary lost \(process ended\) → postgres-\d promoted in/);
    await up.waitFor(/postgres-1 +cloned in .* → replica of postgres-\d/);

    const late = send();
    await wait(50);
    up.child.kill('SIGINT');
    expect(await late).toBe(200);
    expect(await endOf(up.child)).toBe(0);
    expect(up.output()).toContain('Stopped; nothing is left running.');
    expect(processesOf(up.folder)).toBe('');
    expect(up.pids().filter(isAlive)).toEqual([]);
    expect(existsSync(join(up.folder, 'data/supervisor.pid'))).toBe(false);
  }, 60_000);

  it('cuts the calls of a replica that is frozen, and puts another in its place', async () => {
    const up = startUp(0);
    await up.waitFor('Ctrl-C stops everything');
    // One on each replica: the least busy one is chosen.
    const streams = await Promise.all(
      ['gateway-1', 'gateway-2', 'gateway-3'].map(() => fetch(`${up.url()}/endless`)),
    );
    const frozen = up.pid('gateway-2');
    const frozenMs = Date.now();
    process.kill(frozen, 'SIGSTOP');
    const endings = streams.map(async (stream) => {
      await stream.text().catch(() => undefined);
      return Date.now() - frozenMs;
    });

    const firstMs = await Promise.race(endings);
    expect(up.output()).toMatch(/gateway-2 +frozen: 1 open calls are cut/);
    await up.waitFor(/gateway-2 +frozen for 30 s → killed/);
    await up.waitFor(/gateway-2 +ready again after/);
    const replacedMs = Date.now() - frozenMs;
    process.stderr.write(
      `frozen replica: call cut after ${firstMs} ms, replaced after ${replacedMs} ms\n`,
    );
    expect(isAlive(frozen)).toBe(false);
    expect((await fetch(up.url())).status).toBe(200);

    // The other two go on until their client has had enough.
    const undecided = await Promise.race([Promise.all(endings), wait(100).then(() => 'open')]);
    expect(undecided).toBe('open');
    up.child.kill('SIGINT');
    // Two signals that come at once are one.
    await up.waitFor('Stopping');
    up.child.kill('SIGINT');
    await endOf(up.child);
    await Promise.all(endings);
    expect(processesOf(up.folder)).toBe('');
  }, 120_000);

  it('takes all its children along when it is killed, and finds its data again', async () => {
    const up = startUp(0);
    await up.waitFor('Ctrl-C stops everything');
    const pids = up.pids();
    up.child.kill('SIGKILL');
    await endOf(up.child);
    if (detectMachine().diesWithParent.length > 0) {
      const deadline = Date.now() + 3000;
      while (pids.some(isAlive) && Date.now() < deadline) await wait(20);
      expect(pids.filter(isAlive)).toEqual([]);
    } else {
      for (const pid of pids.filter(isAlive)) process.kill(pid, 'SIGKILL');
    }
    const again = startUp(0, up.folder);
    await again.waitFor('Ctrl-C stops everything');
    const keyOf = (output: string): string | undefined => /Key +(\S+)/.exec(output)?.[1];
    expect(keyOf(again.output())).toBe(keyOf(up.output()));
    again.child.kill('SIGINT');
    again.child.kill('SIGINT');
    await endOf(again.child);
    expect(processesOf(up.folder)).toBe('');
  }, 60_000);

  it.each([
    ['database', 'data/postgres/postgres-1'],
    ['gateways', 'data/logs/gateway-1.log'],
  ])(
    'stops while the %s is being started, and leaves nothing behind',
    async (_, sign) => {
      const up = startUp(0);
      while (!existsSync(join(up.folder, sign))) await wait(5);
      up.child.kill('SIGINT');
      expect(await endOf(up.child)).toBe(130);
      expect(processesOf(up.folder)).toBe('');
    },
    30_000,
  );

  it('rejects a port that is taken, by name', async () => {
    const taken = createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      const up = startUp(port);
      expect(await endOf(up.child)).toBe(1);
      expect(up.output()).toContain(`${port} (load-balancer)`);
      expect(up.output()).toContain(
        'already in use; stop the program that listens there, or move all ports with --port',
      );
    } finally {
      taken.close();
    }
  }, 20_000);
});
