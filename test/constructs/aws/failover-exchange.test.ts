import { renderFailoverDefinition } from '../../../constructs/aws/failover/definition';
import {
  AWS_TRAITS,
  findUnsafeSteps,
  type MultiRegionTopology,
  planFailback,
  planFailover,
  type Procedure,
} from '../../../lib';
import type { ExecutorEvent } from '../../../operations/failover/aws/executor';
import type { ExecutorPorts } from '../../../operations/failover/aws/executor-ports';
import { anActiveActive } from '../../lib/multi-region';
import { FakeWorld } from '../../operations/failover/aws/fake-world';
import { type Execution, playMachine } from './play-machine';

const ADDRESSES = { executorArn: 'executor', topicArn: 'topic', partition: 'aws' };
const LOST = 'us-east-1';

/** Regions that each write their own database and exchange rows. */
class FakePeers extends FakeWorld {
  /** What is missing in the region that came back, look after look; nothing after the last. */
  readonly lags: number[] = [];

  constructor(topology: MultiRegionTopology) {
    super(
      topology.regions.map(({ region }) => region),
      LOST,
    );
    for (const region of this.regions.values())
      Object.assign(region, { role: 'writer', follows: null });
  }

  override portsOf(name: string): ExecutorPorts {
    const ports = super.portsOf(name);
    const readLagSeconds = async (): Promise<number> => {
      await ports.database.readLagSeconds();
      return this.lags.shift() ?? 0;
    };
    return { ...ports, database: { ...ports.database, readLagSeconds } };
  }
}

function play(procedure: Procedure, world: FakeWorld): Promise<Execution> {
  return playMachine(
    renderFailoverDefinition(procedure, ADDRESSES),
    { mode: 'real', confirm: procedure.region },
    (payload) => world.invoke(procedure.ledBy, payload as ExecutorEvent),
  );
}

describe.each([
  ['two', ['us-east-1', 'eu-west-1']],
  ['three', ['us-east-1', 'eu-west-1', 'ap-southeast-1']],
])('renderFailoverDefinition of %s regions that each write', (_, names) => {
  const topology = anActiveActive({ regions: names.map((region) => ({ region })) }, AWS_TRAITS);
  const failover = planFailover(topology, LOST);
  const failback = planFailback(topology, LOST);
  const survivors = names.filter((name) => name !== LOST);

  async function loseAndReturn(): Promise<FakePeers> {
    const world = new FakePeers(topology);
    world.at(LOST).lost = true;
    await play(failover, world);
    world.at(LOST).lost = false;
    world.deeds.length = 0;
    return world;
  }

  it('leads clients away, and touches no database but to see that it takes writes', async () => {
    const world = new FakePeers(topology);
    world.at(LOST).lost = true;

    const { end } = await play(failover, world);

    expect(end).toBe('succeeded');
    expect(world.at(failover.ledBy).closed).toEqual(new Set([LOST]));
    const onDatabases = /^(promote|rebuild|redirect|stop|allow|store|write)/;
    expect(world.deeds.filter((deed) => onDatabases.test(deed))).toEqual(
      survivors.map((name) => `write in ${name}`),
    );
    for (const name of survivors)
      expect(world.at(name)).toMatchObject({ role: 'writer', writesTo: name });
  });

  it('opens the region that came back once it has what the others wrote meanwhile', async () => {
    const world = await loseAndReturn();
    // Copied anew, then caught up with, then within what is promised.
    world.lags.push(Number.POSITIVE_INFINITY, 900, 30);

    const { end } = await play(failback, world);

    expect(end).toBe('succeeded');
    expect(world.at(failback.ledBy).closed).toEqual(new Set());
    const looks = world.deeds.filter((deed) => deed === `look at lag in ${LOST}`);
    expect(looks).toHaveLength(3);
    expect(world.deeds.indexOf(`open ${LOST}`)).toBeGreaterThan(
      world.deeds.lastIndexOf(`look at lag in ${LOST}`),
    );
    expect(world.deeds.join()).not.toMatch(/promote|rebuild|store|stop writes/);
  });

  it('leaves it closed while rows stay away, and tells somebody', async () => {
    const world = await loseAndReturn();
    world.lags.push(...Array.from({ length: 1000 }, () => 900));

    const { end, messages } = await play(failback, world);

    expect(end).toEqual({ failed: 'StepFailed' });
    expect(messages[0]).toContain(`rebuild.lag.${LOST}`);
    expect(world.at(failback.ledBy).closed).toEqual(new Set([LOST]));
  });

  it.each([
    ['failover', failover],
    ['failback', failback],
  ])(
    'goes on with a %s after each single thing that fails, once or for good',
    async (kind, procedure) => {
      const begin = async (): Promise<FakePeers> => {
        if (kind === 'failback') return loseAndReturn();
        const world = new FakePeers(topology);
        world.at(LOST).lost = true;
        return world;
      };
      const clean = await begin();
      await play(procedure, clean);

      for (const deed of new Set(clean.deeds)) {
        const once = await begin();
        once.faults.push(deed);
        expect({ deed, end: (await play(procedure, once)).end }).toEqual({
          deed,
          end: 'succeeded',
        });

        const world = await begin();
        world.faults.push(deed, deed, deed);
        const broken = await play(procedure, world);
        expect({ deed, end: broken.end }).toEqual({ deed, end: { failed: 'StepFailed' } });
        expect(broken.messages).toHaveLength(1);
        expect({ deed, end: (await play(procedure, world)).end }).toEqual({
          deed,
          end: 'succeeded',
        });
      }
    },
  );

  it('holds no step that is lost with the region, or stands before what makes it safe', () => {
    for (const procedure of [failover, failback]) expect(findUnsafeSteps(procedure)).toEqual([]);
  });
});
