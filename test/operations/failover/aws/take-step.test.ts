import type { FailoverAction } from '../../../../lib';
import { takeStep } from '../../../../operations/failover/aws/take-step';
import type { ExecutorPorts } from '../../../../operations/failover/aws/executor-ports';
import { FakeWorld } from './fake-world';

const HERE = 'us-west-2';
const THERE = 'us-east-1';

function createWorld(): FakeWorld {
  return new FakeWorld([THERE, HERE], THERE);
}

function take(
  world: FakeWorld,
  action: FailoverAction,
  {
    mode = 'real',
    ports = {},
  }: { mode?: 'real' | 'rehearsal'; ports?: Partial<ExecutorPorts> } = {},
) {
  return takeStep({ action }, mode, { ...world.portsOf(HERE), ...ports });
}

const FENCE = { kind: 'fence-writer', writer: THERE, silenceSeconds: 30 } as const;
const PROMOTE = { kind: 'promote-database', replica: HERE, from: THERE, mode: 'forced' } as const;
const CLOSE = { kind: 'set-region-switch', target: THERE, state: 'closed', heldIn: HERE } as const;

describe('takeStep of fence-writer', () => {
  it('has the executor beside the writer stop it', async () => {
    const world = createWorld();
    expect(await take(world, FENCE)).toEqual({
      status: 'done',
      detail: 'the writer of us-east-1 refuses writes',
    });
    expect(world.at(THERE).readOnly).toBe(true);
  });

  it('waits for silence where nobody answers, and takes it for a fence', async () => {
    const world = createWorld();
    world.at(THERE).lost = true;
    const waits: number[] = [];
    const wait = (delayMs: number): Promise<void> => {
      waits.push(delayMs);
      return Promise.resolve();
    };
    expect(await take(world, FENCE, { ports: { wait } })).toEqual({
      status: 'done',
      detail: 'nothing was heard of us-east-1 for 30 s',
    });
    expect(waits).toEqual([30_000]);
  });

  it('rejects a writer that cannot be told and is still heard', async () => {
    const world = createWorld();
    world.at(THERE).lost = true;
    world.logArrives = true;
    await expect(take(world, FENCE)).rejects.toThrow(
      new Error(
        'the writer of us-east-1 cannot be told to stop (no answer from us-east-1), and its log still arrives',
      ),
    );
  });

  it('rejects a writer that was told and goes on', async () => {
    const peers = { ask: () => Promise.resolve({ refuses: false }) };
    await expect(take(createWorld(), FENCE, { ports: { peers } })).rejects.toThrow(
      new Error('the writer of us-east-1 was told to stop and still takes writes'),
    );
  });

  it('only asks in a rehearsal, and rejects one that does not answer', async () => {
    const world = createWorld();
    expect((await take(world, FENCE, { mode: 'rehearsal' })).detail).toBe(
      'the writer of us-east-1 can be told to stop',
    );
    expect(world.at(THERE).readOnly).toBe(false);
    world.at(THERE).lost = true;
    await expect(take(world, FENCE, { mode: 'rehearsal' })).rejects.toThrow(
      new Error('the executor of us-east-1 does not answer: no answer from us-east-1'),
    );
  });
});

describe('takeStep of promote-database', () => {
  it('asks once, and is done when the replica has become a writer', async () => {
    const world = createWorld();
    expect((await take(world, PROMOTE)).status).toBe('waiting');
    expect(await take(world, PROMOTE)).toEqual({
      status: 'done',
      detail: 'the database of us-west-2 takes writes',
    });
    expect(world.deeds).toEqual(['promote us-west-2']);
  });

  it('takes a fence back that travelled with the data', async () => {
    const world = createWorld();
    world.at(HERE).readOnly = true;
    await take(world, PROMOTE);
    await take(world, PROMOTE);
    expect(world.at(HERE)).toMatchObject({ role: 'writer', readOnly: false });
  });
});

describe('takeStep', () => {
  it('waits until as many replicas are ready as the floor demands', async () => {
    const world = createWorld();
    const scale = { kind: 'scale-compute', target: HERE, minReplicas: 5 } as const;
    expect(await take(world, scale)).toEqual({
      status: 'waiting',
      detail: '2 replicas are ready in us-west-2, the floor is 2',
    });
    expect((await take(world, scale)).status).toBe('done');
    expect(world.deeds).toEqual(['scale us-west-2']);
  });

  it('writes down how far the replica is behind', async () => {
    const lag = { kind: 'record-lag', replica: HERE, writer: THERE } as const;
    expect((await take(createWorld(), lag)).detail).toBe('behind us-east-1 by 0 s');
  });

  it.each([
    [4, 'done'],
    [6, 'waiting'],
  ])('is with a lag of %d s of at most 5 s %s', async (lagSeconds, status) => {
    const world = createWorld();
    const { database } = world.portsOf(HERE);
    const ports = {
      database: { ...database, readLagSeconds: () => Promise.resolve(lagSeconds) },
    };
    const action = { kind: 'await-lag', replica: HERE, maxLagSeconds: 5 } as const;
    expect((await take(world, action, { ports })).status).toBe(status);
    expect((await take(world, action, { ports, mode: 'rehearsal' })).status).toBe('done');
  });

  it('takes a replica for whole once the fence of its writer has arrived', async () => {
    const world = createWorld();
    const drain = { kind: 'await-lag', replica: HERE, maxLagSeconds: 0 } as const;
    expect(await take(world, drain)).toEqual({
      status: 'waiting',
      detail: 'us-west-2 is 0 s behind, and the fence of the writer has not arrived',
    });
    expect((await take(world, drain, { mode: 'rehearsal' })).status).toBe('done');
    world.at(THERE).readOnly = true;
    expect((await take(world, drain)).status).toBe('done');
  });

  it('sends writes of a region to any other by its name, and back to itself', async () => {
    const world = new FakeWorld([THERE, HERE, 'eu-west-1'], THERE, 'across');
    const other = { kind: 'redirect-writes', from: HERE, writer: 'eu-west-1' } as const;
    expect((await take(world, other)).status).toBe('waiting');
    expect(world.at(HERE).writesTo).toBe('eu-west-1');
    expect((await take(world, other)).status).toBe('done');
    expect(world.deeds).toEqual([`redirect ${HERE}`]);
    await take(world, { kind: 'redirect-writes', from: HERE, writer: HERE });
    expect(world.at(HERE).writesTo).toBe(HERE);
  });

  it('writes where replicas write, not into the database beside it', async () => {
    const world = new FakeWorld([THERE, HERE], THERE, 'across');
    const verify = { kind: 'verify-writes', target: HERE } as const;
    expect((await take(world, verify)).status).toBe('done');
    world.at(THERE).readOnly = true;
    await expect(take(world, verify)).rejects.toThrow(new Error('read-only'));
  });

  it('writes a row for real, and in a rehearsal only tells what the database is', async () => {
    const world = createWorld();
    const verify = { kind: 'verify-writes', target: HERE } as const;
    await expect(take(world, verify)).rejects.toThrow(new Error('read-only'));
    expect((await take(world, verify, { mode: 'rehearsal' })).detail).toBe('answers as a replica');
    world.at(HERE).role = 'writer';
    expect((await take(world, verify)).detail).toBe('a row was written, read back and removed');
    expect((await take(world, verify, { mode: 'rehearsal' })).detail).toBe('answers as a writer');
  });

  it('turns a switch once and reads it back', async () => {
    const world = createWorld();
    expect((await take(world, CLOSE)).detail).toBe('the switch of us-east-1 reads open');
    expect(await take(world, CLOSE)).toEqual({
      status: 'done',
      detail: 'the switch of us-east-1 reads closed',
    });
    expect(world.deeds).toEqual(['close us-east-1']);
  });

  it('looks at traffic until none but the named regions answer', async () => {
    const world = createWorld();
    const observe = { kind: 'observe-traffic', answeredBy: [HERE] } as const;
    expect(await take(world, observe)).toEqual({
      status: 'waiting',
      detail: 'answers came from us-east-1',
    });
    await take(world, CLOSE);
    expect(await take(world, observe)).toEqual({
      status: 'done',
      detail: 'answers came from us-west-2',
    });
    expect(world.deeds.filter((deed) => deed === 'look at traffic')).toHaveLength(40);
  });

  it('makes a database follow another one', async () => {
    const world = createWorld();
    world.at(HERE).follows = null;
    world.at(HERE).role = 'writer';
    const rebuild = { kind: 'rebuild-replica', replica: HERE, from: THERE } as const;
    expect((await take(world, rebuild)).detail).toBe(
      'the database of us-west-2 does not follow us-east-1 yet',
    );
    expect(await take(world, rebuild)).toEqual({
      status: 'done',
      detail: 'the database of us-west-2 follows us-east-1',
    });
  });

  it('waits for a replica that is still being made', async () => {
    const world = createWorld();
    world.at(HERE).role = 'writer';
    const rebuild = { kind: 'rebuild-replica', replica: HERE, from: THERE } as const;
    expect(await take(world, rebuild)).toEqual({
      status: 'waiting',
      detail: 'the database of us-west-2 is being made from that of us-east-1',
    });
  });

  const changes: readonly FailoverAction[] = [
    FENCE,
    { kind: 'scale-compute', target: HERE, minReplicas: 9 },
    PROMOTE,
    { kind: 'redirect-writes', from: HERE, writer: THERE },
    { kind: 'verify-writes', target: HERE },
    CLOSE,
    { kind: 'rebuild-replica', replica: HERE, from: 'eu-west-1' },
    { kind: 'merge-stranded-writes', from: THERE, into: HERE },
  ];

  it.each(changes)('changes nothing in a rehearsal of $kind', async (action) => {
    const world = createWorld();
    world.at(THERE).records = [{ id: 1 }];
    await take(world, action, { mode: 'rehearsal' });
    expect(world.deeds).toEqual([]);
  });
});
