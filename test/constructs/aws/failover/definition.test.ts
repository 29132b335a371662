import {
  renderFailoverDefinition,
  type StateMachineDefinition,
} from '../../../../constructs/aws/failover/definition';
import {
  AWS_TRAITS,
  findUnsafeSteps,
  type MultiRegionTopology,
  planActiveActive,
  planActivePassive,
  planFailback,
  planFailover,
  type Procedure,
  resolveActiveActive,
  resolveActivePassive,
} from '../../../../lib';
import type { ExecutorEvent } from '../../../../operations/failover/aws/executor';
import { FakeWorld } from '../../../operations/failover/aws/fake-world';
import { aConfig } from '../../../support/a-config';
import { type Execution, type MachineInput, playMachine } from '../play-machine';

const ADDRESSES = { executorArn: 'executor', topicArn: 'topic', partition: 'aws' };
const SHARED = {
  config: aConfig(),
  secrets: { OPENAI_API_KEY: 'given' },
  domain: { name: 'api.example.com' },
};
const LOST = 'us-east-1';

function activePassive(): MultiRegionTopology {
  const { spec } = resolveActivePassive(
    { ...SHARED, primary: { region: LOST }, standby: { region: 'us-west-2' } },
    AWS_TRAITS,
  );
  return planActivePassive(spec, AWS_TRAITS);
}

function activeActive(): MultiRegionTopology {
  const { spec } = resolveActiveActive(
    {
      ...SHARED,
      dataMode: 'global-database',
      database: { maxConnections: 700 },
      regions: [{ region: LOST }, { region: 'eu-west-1' }, { region: 'ap-southeast-2' }],
    },
    AWS_TRAITS,
  );
  return planActiveActive(spec, AWS_TRAITS);
}

/** Replicas of every region write to the database of one. */
function sharedWriter(...others: readonly string[]): () => MultiRegionTopology {
  return () => {
    const { spec } = resolveActiveActive(
      {
        ...SHARED,
        dataMode: 'shared-writer',
        database: { maxConnections: 700 },
        regions: [LOST, ...others].map((region) => ({ region })),
      },
      AWS_TRAITS,
    );
    return planActiveActive(spec, AWS_TRAITS);
  };
}

function worldOf(topology: MultiRegionTopology): FakeWorld {
  return new FakeWorld(
    topology.regions.map(({ region }) => region),
    LOST,
    writesOf(topology),
  );
}

/** What becomes of a region's writes while another region's database takes them. */
function writesOf({ pattern, replication }: MultiRegionTopology): 'forward' | 'across' | 'own' {
  if (pattern === 'active-passive') return 'own';
  return replication.dataMode === 'shared-writer' ? 'across' : 'forward';
}

async function play(
  procedure: Procedure,
  world: FakeWorld,
  input: MachineInput = { mode: 'real', confirm: procedure.region },
): Promise<Execution> {
  const definition = renderFailoverDefinition(procedure, ADDRESSES);
  return playMachine(definition, input, (payload) =>
    world.invoke(procedure.ledBy, payload as ExecutorEvent),
  );
}

/** What may not come before what. */
function expectSafeOrder({ deeds }: FakeWorld, execution: Execution, procedure: Procedure): void {
  const fence = `fence.${LOST}`;
  const promoted = deeds.findIndex((deed) => deed.startsWith('promote '));
  if (promoted >= 0 && procedure.kind === 'failover') {
    expect(execution.visited).toContain(fence);
  }
  const moved = deeds.findIndex((deed) => deed.startsWith('close '));
  if (moved >= 0) expect(deeds.slice(0, moved).join()).toContain('answer in ');
}

/** Every region that is there copies the writer, and where regions write across, they write there. */
function expectFollowers(world: FakeWorld, topology: MultiRegionTopology, writer: string): void {
  for (const { region } of topology.regions) {
    const { lost, follows, writesTo } = world.at(region);
    if (lost) continue;
    expect({ region, follows }).toEqual({ region, follows: region === writer ? null : writer });
    expect(writesTo).toBe(topology.pattern === 'active-passive' ? region : writer);
  }
}

describe.each([
  ['active-passive', activePassive],
  ['active-active', activeActive],
  ['active-active with a shared writer for two regions', sharedWriter('eu-west-1')],
  [
    'active-active with a shared writer for three regions',
    sharedWriter('eu-west-1', 'ap-southeast-2'),
  ],
])('renderFailoverDefinition of %s', (_, createTopology) => {
  const topology = createTopology();
  const failover = planFailover(topology, LOST);
  const failback = planFailback(topology, LOST);

  it('leads writes and clients away from a region that is lost', async () => {
    const world = worldOf(topology);
    world.at(LOST).lost = true;

    const { end } = await play(failover, world);

    expect(end).toBe('succeeded');
    expect(world.at(failover.ledBy)).toMatchObject({ role: 'writer', readOnly: false });
    expect(world.at(failover.ledBy).closed).toEqual(new Set([LOST]));
    expectFollowers(world, topology, failover.ledBy);
  });

  it('leads them back without losing what the region took when it was cut off', async () => {
    const world = worldOf(topology);
    world.at(LOST).lost = true;
    await play(failover, world);
    world.at(LOST).lost = false;
    world.at(LOST).records = [{ id: 1 }, { id: 2 }];

    const { end, messages } = await play(failback, world);

    expect({ end, messages }).toEqual({ end: 'succeeded', messages: [] });
    expect(world.at(LOST)).toMatchObject({ role: 'writer', readOnly: false });
    expect(world.at(failback.ledBy).records).toEqual([{ id: 1 }, { id: 2 }]);
    expect(world.at(failback.ledBy)).toMatchObject({ role: 'replica', follows: LOST });
    expectFollowers(world, topology, LOST);
    expect(world.at(failback.ledBy).closed).toEqual(new Set());
  });

  it('goes on after each single thing that fails once, and comes to the same end', async () => {
    const clean = worldOf(topology);
    clean.at(LOST).lost = true;
    await play(failover, clean);

    for (const deed of new Set(clean.deeds)) {
      const world = worldOf(topology);
      world.at(LOST).lost = true;
      world.faults.push(deed);
      const execution = await play(failover, world);
      expect({ deed, end: execution.end }).toEqual({ deed, end: 'succeeded' });
      expectSafeOrder(world, execution, failover);
    }
  });

  it('tells somebody of each thing that fails for good, and is mended by starting again', async () => {
    const clean = worldOf(topology);
    clean.at(LOST).lost = true;
    await play(failover, clean);

    for (const deed of new Set(clean.deeds)) {
      const world = worldOf(topology);
      world.at(LOST).lost = true;
      world.faults.push(deed, deed, deed);
      const broken = await play(failover, world);
      expect({ deed, end: broken.end }).toEqual({ deed, end: { failed: 'StepFailed' } });
      expect(broken.messages).toHaveLength(1);
      expect(broken.messages[0]).toContain('redrive the execution');
      expectSafeOrder(world, broken, failover);

      const mended = await play(failover, world);
      expect({ deed, end: mended.end }).toEqual({ deed, end: 'succeeded' });
    }
  });

  it('promotes nothing while the old writer is still heard and cannot be told to stop', async () => {
    const world = worldOf(topology);
    world.at(LOST).lost = true;
    world.logArrives = true;

    const { end, visited } = await play(failover, world);

    expect(end).toEqual({ failed: 'StepFailed' });
    expect(visited).toEqual(['Confirmed', `fence.${LOST}`, `tell.fence.${LOST}`, 'Failed']);
    expect(world.deeds).toEqual([]);
  });

  it('stops a writer that is there, and lets what it promoted write', async () => {
    const world = worldOf(topology);

    const { end } = await play(failover, world);

    expect(end).toBe('succeeded');
    expect(world.deeds.indexOf(`stop writes in ${LOST}`)).toBe(0);
    expect(world.at(LOST).readOnly).toBe(true);
  });

  it('changes nothing in a rehearsal', async () => {
    const world = worldOf(topology);
    const changes = /^(promote|scale|close|open|redirect|rebuild|store|stop|allow|write)/;

    const { end } = await play(failover, world, { mode: 'rehearsal' });

    expect(end).toBe('succeeded');
    expect(world.deeds.filter((deed) => changes.test(deed))).toEqual([]);
    expect(world.deeds.length).toBeGreaterThan(0);
  });

  it('finds in a rehearsal that the other region cannot be told to stop', async () => {
    const world = worldOf(topology);
    world.at(LOST).lost = true;
    expect((await play(failover, world, { mode: 'rehearsal' })).end).toEqual({
      failed: 'StepFailed',
    });
  });

  it.each([{}, { mode: 'real' }, { mode: 'real', confirm: 'us-west-1' }, { mode: 'now' }])(
    'does nothing when it is started with %j',
    async (input: MachineInput) => {
      const world = worldOf(topology);
      expect((await play(failover, world, input)).end).toEqual({ failed: 'Unconfirmed' });
      expect(world.deeds).toEqual([]);
    },
  );

  it('calls two services, here, and no other', () => {
    for (const procedure of [failover, failback]) {
      expect(listResources(renderFailoverDefinition(procedure, ADDRESSES))).toEqual([
        'arn:aws:states:::lambda:invoke',
        'arn:aws:states:::sns:publish',
      ]);
    }
  });

  it('holds no step that is lost with the region, or stands before what makes it safe', () => {
    expect(findUnsafeSteps(failover)).toEqual([]);
    expect(findUnsafeSteps(failback)).toEqual([]);
  });

  it('gives each step its time and its attempts', () => {
    const { States } = renderFailoverDefinition(failover, ADDRESSES);
    for (const { id, timeoutSeconds, maxAttempts } of failover.steps) {
      const state = States[id];
      if (state?.Type !== 'Task') throw new Error(id);
      const [polls, attempts] = state.Retry ?? [];
      expect((polls?.IntervalSeconds ?? 0) * (polls?.MaxAttempts ?? 0)).toBeGreaterThanOrEqual(
        timeoutSeconds,
      );
      expect(attempts?.MaxAttempts).toBe(maxAttempts - 1);
      expect(state.Catch).toHaveLength(1);
    }
  });

  it('rejects a procedure that somebody made unsafe', () => {
    const [, ...unfenced] = failover.steps;
    const steps = unfenced.map((step) => ({
      ...step,
      requires: step.requires.filter((id) => !id.startsWith('fence.')),
    }));
    expect(() => renderFailoverDefinition({ ...failover, steps }, ADDRESSES)).toThrow(
      new Error(`promote.${failover.ledBy} promotes a database before the old writer is fenced`),
    );
  });
});

describe('a failover of the shared writer of three regions', () => {
  const topology = sharedWriter('eu-west-1', 'ap-southeast-2')();
  const failover = planFailover(topology, LOST);

  it('sends every write to the new writer before clients are led there, and copies it last', async () => {
    const world = worldOf(topology);
    world.at(LOST).lost = true;
    await play(failover, world);
    const changes = /^(promote|redirect|close|rebuild)/;
    expect(world.deeds.filter((deed) => changes.test(deed))).toEqual([
      'promote eu-west-1',
      'redirect eu-west-1',
      'redirect ap-southeast-2',
      `close ${LOST}`,
      'rebuild ap-southeast-2 from eu-west-1',
    ]);
  });

  it('takes no region for verified whose writes still go to the lost one', async () => {
    const world = worldOf(topology);
    world.at(LOST).lost = true;
    const definition = renderFailoverDefinition(failover, ADDRESSES);
    const stale = await playMachine(
      definition,
      { mode: 'real', confirm: LOST },
      async (payload) => {
        const event = payload as ExecutorEvent;
        const isRedirect = event.kind === 'step' && event.step.action.kind === 'redirect-writes';
        return isRedirect ? undefined : world.invoke(failover.ledBy, event);
      },
    );
    expect(stale.end).toEqual({ failed: 'StepFailed' });
    expect(world.deeds.join()).not.toContain('close');
  });
});

describe('a failover of a database that spans regions', () => {
  const { spec } = resolveActiveActive(
    {
      ...SHARED,
      dataMode: 'distributed-sql',
      regions: [{ region: LOST }, { region: 'us-east-2' }],
      witnessRegion: 'us-west-2',
    },
    AWS_TRAITS,
  );
  const topology = planActiveActive(spec, AWS_TRAITS);
  const failover = planFailover(topology, LOST);
  const failback = planFailback(topology, LOST);
  const moves = /^(promote|stop|allow|redirect|rebuild|store|look at lag)/;

  /** Every region takes writes, and follows nobody. */
  function memberWorld(): FakeWorld {
    const world = new FakeWorld([LOST, 'us-east-2'], LOST);
    Object.assign(world.at('us-east-2'), { role: 'writer', follows: null });
    return world;
  }

  it('moves clients alone: what is left takes writes as before', async () => {
    const world = memberWorld();
    world.at(LOST).lost = true;

    const { end } = await play(failover, world);

    expect(end).toBe('succeeded');
    expect(world.deeds.filter((deed) => moves.test(deed))).toEqual([]);
    expect(world.deeds).toEqual(
      expect.arrayContaining(['write in us-east-2', 'answer in us-east-2', `close ${LOST}`]),
    );

    world.at(LOST).lost = false;
    expect((await play(failback, world)).end).toBe('succeeded');
    expect(world.deeds.filter((deed) => moves.test(deed))).toEqual([]);
    expect(world.at('us-east-2').closed).toEqual(new Set());
  });

  it('goes on after each single thing that fails once, and comes to the same end', async () => {
    const clean = memberWorld();
    clean.at(LOST).lost = true;
    await play(failover, clean);

    for (const deed of new Set(clean.deeds)) {
      const world = memberWorld();
      world.at(LOST).lost = true;
      world.faults.push(deed);
      const execution = await play(failover, world);
      expect({ deed, end: execution.end }).toEqual({ deed, end: 'succeeded' });
      expectSafeOrder(world, execution, failover);
    }
  });

  it('holds no step that is lost with the region, or stands before what makes it safe', () => {
    expect(findUnsafeSteps(failover)).toEqual([]);
    expect(findUnsafeSteps(failback)).toEqual([]);
  });
});

describe('a failback that stops half-way', () => {
  it('lets the present writer write again', async () => {
    const topology = activePassive();
    const failback = planFailback(topology, LOST);
    const world = worldOf(topology);
    world.at(LOST).lost = true;
    await play(planFailover(topology, LOST), world);
    world.at(LOST).lost = false;
    const lag = `look at lag in ${LOST}`;
    const definition = renderFailoverDefinition(failback, ADDRESSES);
    let looks = 0;
    const { end, visited } = await playMachine(
      definition,
      { mode: 'real', confirm: LOST },
      (payload) => {
        const event = payload as ExecutorEvent;
        const drains = event.kind === 'step' && event.step.id === `promote.lag.${LOST}`;
        if (drains) looks += 1;
        return drains
          ? Promise.reject(new Error(`${lag} failed`))
          : world.invoke(failback.ledBy, event);
      },
    );
    expect(end).toEqual({ failed: 'StepFailed' });
    expect(looks).toBe(3);
    expect(visited).toContain(`undo.promote.lag.${LOST}`);
    expect(world.at(failback.ledBy).readOnly).toBe(false);
    expect(world.at(LOST).role).toBe('replica');
  });
});

function listResources({ States }: StateMachineDefinition): readonly string[] {
  const resources = Object.values(States).flatMap((state) =>
    state.Type === 'Task' ? [state.Resource] : [],
  );
  return [...new Set(resources)].sort();
}
