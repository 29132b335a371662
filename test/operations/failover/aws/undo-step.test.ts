import { undoStep } from '../../../../operations/failover/aws/undo-step';
import { FakeWorld } from './fake-world';

const WRITER = 'us-east-1';
const FENCE = {
  id: `fence.${WRITER}`,
  action: { kind: 'fence-writer', writer: WRITER, silenceSeconds: 30 },
} as const;

function createWorld(): FakeWorld {
  return new FakeWorld([WRITER, 'us-west-2'], WRITER);
}

describe('undoStep', () => {
  it('lets a fenced writer write again', async () => {
    const world = createWorld();
    world.at(WRITER).readOnly = true;
    await undoStep(FENCE, world.portsOf(WRITER));
    expect(world.at(WRITER).readOnly).toBe(false);
  });

  it('leaves a replica alone', async () => {
    const world = createWorld();
    await undoStep(FENCE, world.portsOf('us-west-2'));
    expect(world.deeds).toEqual([]);
  });

  it.each([
    ['closed', 'open'],
    ['open', 'closed'],
  ] as const)('turns a switch that was %s to %s', async (state, back) => {
    const world = createWorld();
    const ports = world.portsOf('us-west-2');
    await ports.switches.write(WRITER, state);
    await undoStep(
      {
        id: `shift.${WRITER}`,
        action: { kind: 'set-region-switch', target: WRITER, state, heldIn: 'us-west-2' },
      },
      ports,
    );
    expect(await ports.switches.read(WRITER)).toBe(back);
  });

  it('rejects to take back what cannot be', async () => {
    const world = createWorld();
    await expect(
      undoStep(
        {
          id: 'promote.us-west-2',
          action: { kind: 'promote-database', replica: 'us-west-2', from: WRITER, mode: 'forced' },
        },
        world.portsOf('us-west-2'),
      ),
    ).rejects.toThrow(new Error('promote.us-west-2 is not taken back'));
    expect(world.deeds).toEqual([]);
  });
});
