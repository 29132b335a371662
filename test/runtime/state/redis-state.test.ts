import { createRedisState } from '../../../runtime/state/redis-state';
import { ManualClock } from '../../support/manual-clock';

describe('createRedisState', () => {
  it('stands without Redis: says so, refuses at once, and leaves nothing behind', async () => {
    const clock = new ManualClock();
    const lines: string[] = [];
    const state = createRedisState({
      config: {
        kind: 'single',
        // Nobody listens on the port of tcpmux.
        nodes: [{ host: '127.0.0.1', port: 1 }],
        sentinelServiceName: null,
        sentinelPassword: null,
        username: null,
        password: null,
        tls: false,
        tlsCaFile: null,
        database: 0,
      },
      certificateAuthorities: null,
      namespace: 'test',
      boot: 'b1',
      ports: { clock, random: { next: () => 0.5 }, writeLog: (line) => lines.push(line) },
      createReport: () => ({ boot: 'b1', atMs: 0, directoryPosition: null, deployments: {} }),
    });
    state.start();
    const quota = { id: 'key:a:rpm', kind: 'concurrent', limit: 1, amount: 1 } as const;
    const verdict = state.quotas.reserve([{ ...quota, window: 0, windowEndsMs: null, known: 0 }]);
    await expect(verdict).rejects.toThrow('Redis is away; the call was not sent');
    await expect(state.responses.read('a')).resolves.toBeNull();
    await expect(state.healthResults.read()).rejects.toThrow();
    expect(state.reports.neighbours).toEqual({ replicas: 1, reports: [] });
    expect(state.status).toEqual({
      breaker: 'open',
      connected: 'disconnected',
      counts: { calls: 2, timeouts: 0, failures: 0, refused: 2, trips: 1 },
    });
    await state.stop();
    expect(clock.waiting).toBe(0);
    expect(lines[0]).toBe('{"redis":"away: each replica goes on by what it knows itself"}\n');
  });
});
