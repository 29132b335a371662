import { renderFailoverDefinition } from '../../../constructs/aws/failover/definition';
import {
  AWS_TRAITS,
  type MultiRegionTopology,
  planActiveActive,
  planFailback,
  planFailover,
  type Procedure,
  resolveActiveActive,
} from '../../../lib';
import { createAcceleratorSwitches } from '../../../operations/failover/aws/accelerator-switches';
import type { ExecutorEvent } from '../../../operations/failover/aws/executor';
import type { ExecutorPorts } from '../../../operations/failover/aws/executor-ports';
import { FakeAccelerator, HOME, PARAMETER } from '../../operations/failover/aws/fake-accelerator';
import { FakeWorld } from '../../operations/failover/aws/fake-world';
import { aConfig } from '../../support/a-config';
import { type Execution, type MachineInput, playMachine } from './play-machine';

const WRITER = 'us-east-1';

function topologyOf(regions: readonly string[]): MultiRegionTopology {
  const { spec } = resolveActiveActive(
    {
      config: aConfig(),
      secrets: { OPENAI_API_KEY: 'given' },
      domain: { name: 'api.example.com' },
      dataMode: 'global-database',
      database: { maxConnections: 700 },
      steering: { policy: 'anycast' },
      regions: regions.map((region) => ({ region })),
    },
    AWS_TRAITS,
  );
  return planActiveActive(spec, AWS_TRAITS);
}

/** Regions behind an accelerator, whose clients all stand next to one of them. */
class AcceleratedWorld extends FakeWorld {
  readonly accelerator: FakeAccelerator;

  constructor(
    private readonly names: readonly string[],
    private readonly clientsAt: string,
  ) {
    super(names, WRITER, 'forward');
    this.accelerator = new FakeAccelerator(names);
  }

  override portsOf(name: string): ExecutorPorts {
    const dials = createAcceleratorSwitches(this.accelerator.call, {
      region: HOME,
      endpointGroupsParameter: PARAMETER,
    });
    return {
      ...super.portsOf(name),
      switches: {
        read: dials.read,
        write: async (target, state) => {
          await dials.write(target, state);
          this.deeds.push(`${state} ${target}`);
        },
      },
      gateway: {
        ...super.portsOf(name).gateway,
        readAnsweringRegion: () => Promise.resolve(this.readAnswer()),
      },
    };
  }

  /** The nearest region that answers and is dialled up; one that is dialled down where no other answers. */
  readAnswer(): string {
    const nearestFirst = [this.clientsAt, ...this.names.filter((each) => each !== this.clientsAt)];
    const healthy = nearestFirst.filter((name) => !this.at(name).lost);
    const open = healthy.find((name) => this.accelerator.dials.get(name) !== 0);
    return open ?? healthy[0] ?? 'nobody';
  }

  lose(region: string): void {
    this.at(region).lost = true;
    if (region === HOME) this.accelerator.lost = true;
  }

  bringBack(region: string): void {
    this.at(region).lost = false;
    if (region === HOME) this.accelerator.lost = false;
  }

  play(
    procedure: Procedure,
    input: MachineInput = { mode: 'real', confirm: procedure.region },
  ): Promise<Execution> {
    const definition = renderFailoverDefinition(procedure, {
      executorArn: 'executor',
      topicArn: 'topic',
      partition: 'aws',
    });
    return playMachine(definition, input, (payload) =>
      this.invoke(procedure.ledBy, payload as ExecutorEvent),
    );
  }
}

describe('a failover behind an accelerator', () => {
  const regions = [WRITER, 'eu-west-1', 'ap-southeast-2'];
  const topology = topologyOf(regions);

  it('closes the lost region last, and keeps it closed when it comes back by itself', async () => {
    const world = new AcceleratedWorld(regions, WRITER);
    world.lose(WRITER);

    expect((await world.play(planFailover(topology, WRITER))).end).toBe('succeeded');
    const order = ['promote eu-west-1', 'answer in eu-west-1', `closed ${WRITER}`];
    expect(world.deeds.filter((deed) => order.includes(deed))).toEqual(order);
    world.bringBack(WRITER);
    expect(world.readAnswer()).toBe('eu-west-1');
  });

  it('opens it again with the failback', async () => {
    const world = new AcceleratedWorld(regions, WRITER);
    world.lose(WRITER);
    await world.play(planFailover(topology, WRITER));
    world.bringBack(WRITER);

    expect((await world.play(planFailback(topology, WRITER))).end).toBe('succeeded');
    expect(world.accelerator.dials.get(WRITER)).toBe(100);
    expect(world.readAnswer()).toBe(WRITER);
  });

  it('moves writes without the control plane of the accelerator, tells somebody, and goes on later', async () => {
    const world = new AcceleratedWorld(regions, WRITER);
    world.lose(WRITER);
    world.accelerator.lost = true;
    const failover = planFailover(topology, WRITER);

    const { end, messages } = await world.play(failover);
    expect(end).toEqual({ failed: 'StepFailed' });
    expect(messages).toEqual([expect.stringContaining(`stopped at shift.close.${WRITER}`)]);
    expect(world.at('eu-west-1')).toMatchObject({ role: 'writer' });
    expect(world.readAnswer()).toBe('eu-west-1');

    world.accelerator.lost = false;
    expect((await world.play(failover)).end).toBe('succeeded');
    expect(world.accelerator.dials.get(WRITER)).toBe(0);
  });

  it('finds in a rehearsal that it may read the dials, and turns none', async () => {
    const world = new AcceleratedWorld(regions, WRITER);
    const rehearsal = { mode: 'rehearsal' };

    expect((await world.play(planFailover(topology, WRITER), rehearsal)).end).toBe('succeeded');
    const commands = world.accelerator.sent.map(({ command }) => command);
    expect(new Set(commands)).toEqual(new Set(['GetParameter', 'DescribeEndpointGroup']));

    world.accelerator.lost = true;
    expect((await world.play(planFailover(topology, WRITER), rehearsal)).end).toEqual({
      failed: 'StepFailed',
    });
  });
});

describe('a failover of the region where the control plane of the accelerator lives', () => {
  const regions = [WRITER, 'eu-west-1', HOME];
  const topology = topologyOf(regions);

  it('asks that control plane nothing: clients are gone because the region does not answer', async () => {
    const world = new AcceleratedWorld(regions, HOME);
    world.lose(HOME);

    expect((await world.play(planFailover(topology, HOME))).end).toBe('succeeded');
    expect(world.accelerator.sent).toEqual([]);
    expect(world.readAnswer()).toBe(WRITER);
  });

  it('lets clients back in as soon as the region answers, as its warning says', async () => {
    const world = new AcceleratedWorld(regions, HOME);
    world.lose(HOME);
    await world.play(planFailover(topology, HOME));
    world.bringBack(HOME);

    expect(world.readAnswer()).toBe(HOME);
    expect((await world.play(planFailback(topology, HOME))).end).toBe('succeeded');
  });
});
