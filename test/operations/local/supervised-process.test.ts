import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { PartEvent } from '../../../operations/local/part';
import type { LivenessSettings } from '../../../operations/local/supervised-process';
import type { ProbeOutcome } from '../../../operations/local/readiness';
import { SupervisedProcess } from '../../../operations/local/supervised-process';

const running: SupervisedProcess[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((process) => process.kill()));
});

/** A process that runs `script` and is ready once it has written the file `ready`. */
function supervise(script: string, liveness: LivenessSettings | null = null) {
  const folder = mkdtempSync(join(tmpdir(), 'supervised-'));
  const ready = join(folder, 'ready');
  const file = join(folder, 'script.js');
  writeFileSync(file, script.replaceAll('READY', JSON.stringify(ready)));
  const events: PartEvent[] = [];
  const process = new SupervisedProcess({
    name: 'gateway-1',
    launch: {
      command: globalThis.process.execPath,
      args: [file],
      environment: {},
      workingFolder: folder,
      logFile: join(folder, 'log'),
      userId: null,
    },
    isReady: () => Promise.resolve(existsSync(ready)),
    liveness,
    report: (event) => events.push(event),
  });
  running.push(process);
  return { process, events, ready };
}

const SERVE =
  "require('fs').writeFileSync(READY, String(process.pid)); setInterval(() => {}, 1000);";

describe('SupervisedProcess', () => {
  it('starts a killed process again and says so', async () => {
    const { process: supervised, events } = supervise(SERVE);
    await supervised.start();
    const { pid } = supervised.status();
    process.kill(pid ?? 0, 'SIGKILL');
    while (events.length < 2) await wait(20);
    expect(events[0]).toEqual({ part: 'gateway-1', text: 'killed (SIGKILL) → restarting' });
    expect(events[1]?.text).toMatch(/^ready again after \d\.\d s \(pid \d+\)$/);
    expect(supervised.status().pid).not.toBe(pid);
    expect(supervised.status().state).toBe('ready');
  });

  it('replaces a process that answers no probe any more, and says so', async () => {
    let outcome: ProbeOutcome = 'ready';
    const liveness = {
      probe: () => Promise.resolve(outcome),
      everySeconds: 0.02,
      silentProbes: 5,
    };
    const { process: supervised, events } = supervise(SERVE, liveness);
    await supervised.start();
    const { pid } = supervised.status();
    process.kill(pid ?? 0, 'SIGSTOP');
    outcome = 'silent';
    while (events.length < 1) await wait(5);
    outcome = 'ready';
    while (events.length < 3) await wait(20);
    expect(events.map(({ text }) => text)).toEqual([
      'frozen for 0.1 s → killed',
      'killed (SIGKILL) → restarting',
      expect.stringMatching(/^ready again/) as unknown,
    ]);
    expect(supervised.status().pid).not.toBe(pid);
  });

  it('leaves a process alone that refuses its probes, as one that drains', async () => {
    let probes = 0;
    const liveness = {
      probe: () => {
        probes += 1;
        return Promise.resolve('refused' as const);
      },
      everySeconds: 0.01,
      silentProbes: 2,
    };
    const { process: supervised, events } = supervise(SERVE, liveness);
    await supervised.start();
    while (probes < 10) await wait(5);
    expect(events).toEqual([]);
    expect(supervised.status().state).toBe('ready');
  });

  it('lets the process end by itself and does not start it again', async () => {
    const {
      process: supervised,
      events,
      ready,
    } = supervise(
      `process.on('SIGTERM', () => setTimeout(() => { require('fs').writeFileSync(READY, 'bye'); process.exit(0); }, 100)); ${SERVE}`,
    );
    await supervised.start();
    await supervised.stop(5000);
    expect(readFileSync(ready, 'utf8')).toBe('bye');
    await wait(300);
    expect(events).toEqual([]);
    expect(supervised.status()).toEqual({ pid: null, state: 'stopped' });
  });

  it('kills a process that does not end within its grace', async () => {
    const { process: supervised } = supervise(`process.on('SIGTERM', () => {}); ${SERVE}`);
    await supervised.start();
    const startedMs = Date.now();
    await supervised.stop(100);
    expect(Date.now() - startedMs).toBeLessThan(2000);
    expect(supervised.status().pid).toBeNull();
  });

  it('rejects a process that ends before it is ready, with what it said', async () => {
    const { process: supervised } = supervise(
      "console.error('config.yaml: 1 problem'); process.exit(2)",
    );
    await expect(supervised.start()).rejects.toThrow(
      'gateway-1 exited with code 2\nconfig.yaml: 1 problem',
    );
  });
});
