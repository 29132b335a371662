import { execute, NotYet, type ExecutorEvent } from '../../../../operations/failover/aws/executor';
import { FakeWorld } from './fake-world';

const HERE = 'us-west-2';
const THERE = 'us-east-1';

/** Executes an event in one region; what it hands on or logs is kept. */
function createExecution(region: string) {
  const world = new FakeWorld([THERE, HERE], THERE);
  const forwarded: unknown[] = [];
  const lines: string[] = [];
  const run = (event: ExecutorEvent): Promise<unknown> =>
    execute(event, {
      region,
      ports: world.portsOf(region),
      forward: (other, handed) => {
        forwarded.push([other, handed]);
        return Promise.resolve('handed on');
      },
      writeLog: (line) => void lines.push(line),
    });
  return { world, run, forwarded, lines };
}

function closing(kind: 'step' | 'undo', runsIn: string, mode: 'real' | 'rehearsal'): ExecutorEvent {
  return {
    kind,
    mode,
    step: {
      id: 'shift.us-east-1',
      runsIn,
      action: { kind: 'set-region-switch', target: THERE, state: 'closed', heldIn: HERE },
    },
  };
}

describe('execute', () => {
  it('asks to be called again until a step is done, and logs each look', async () => {
    const { run, lines } = createExecution(HERE);
    await expect(run(closing('step', HERE, 'real'))).rejects.toThrow(
      new NotYet('the switch of us-east-1 reads open'),
    );
    expect(await run(closing('step', HERE, 'real'))).toEqual({
      step: 'shift.us-east-1',
      status: 'done',
      detail: 'the switch of us-east-1 reads closed',
    });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ step: 'shift.us-east-1', mode: 'real', status: 'waiting' }),
      expect.objectContaining({ step: 'shift.us-east-1', mode: 'real', status: 'done' }),
    ]);
  });

  it('names the error by which the machine looks again', () => {
    expect(new NotYet('soon').name).toBe('NotYet');
  });

  it('waits for nothing in a rehearsal', async () => {
    const { run, world } = createExecution(HERE);
    expect(await run(closing('step', HERE, 'rehearsal'))).toMatchObject({ status: 'waiting' });
    expect(world.deeds).toEqual([]);
  });

  it.each(['step', 'undo'] as const)('hands a %s of another region to it', async (kind) => {
    const { run, forwarded, world } = createExecution(HERE);
    const event = closing(kind, THERE, 'real');
    expect(await run(event)).toBe('handed on');
    expect(forwarded).toEqual([[THERE, event]]);
    expect(world.deeds).toEqual([]);
  });

  it('takes a step back for real, and in a rehearsal nothing', async () => {
    const { run, world } = createExecution(HERE);
    world.at(HERE).closed.add(THERE);
    expect(await run(closing('undo', HERE, 'rehearsal'))).toMatchObject({ status: 'undone' });
    expect(world.at(HERE).closed).toEqual(new Set([THERE]));
    await run(closing('undo', HERE, 'real'));
    expect(world.at(HERE).closed).toEqual(new Set());
  });

  it('stops a writer, and looks without stopping it', async () => {
    const { run, world } = createExecution(THERE);
    expect(await run({ kind: 'look-at-writes' })).toEqual({ refuses: false });
    expect(await run({ kind: 'stop-writes' })).toEqual({ refuses: true });
    expect(await run({ kind: 'look-at-writes' })).toEqual({ refuses: true });
    expect(world.deeds).toEqual([`stop writes in ${THERE}`]);
  });

  it('leaves a replica as it is, which refuses writes anyway', async () => {
    const { run, world } = createExecution(HERE);
    expect(await run({ kind: 'stop-writes' })).toEqual({ refuses: true });
    expect(world.deeds).toEqual([]);
  });

  it('answers what its database holds', async () => {
    const { run, world } = createExecution(THERE);
    world.at(THERE).records = [{ id: 1 }, { id: 2 }, { id: 3 }];
    expect(await run({ kind: 'read-digests' })).toEqual([
      { table: 'gateway_ledger', part: 'one', count: 3 },
    ]);
    const page = { table: 'gateway_ledger', part: 'one', offset: 1, limit: 1 } as const;
    expect(await run({ kind: 'read-records', page })).toEqual([{ id: 2 }]);
  });
});
