import { NotYet, type ExecutorEvent } from '../../../../operations/failover/aws/executor';
import {
  takePlanBlock,
  type BlockStep,
  type PlanBlock,
  type PlanBlockPorts,
} from '../../../../operations/failover/aws/plan-block';

const FENCE: BlockStep = {
  id: 'fence.us-east-1',
  action: { kind: 'fence-writer', writer: 'us-east-1', silenceSeconds: 30 },
  runsIn: 'us-west-2',
  timeoutSeconds: 90,
  maxAttempts: 3,
};
const PROMOTE: BlockStep = {
  id: 'promote.us-west-2',
  action: { kind: 'promote-database', replica: 'us-west-2', from: 'us-east-1', mode: 'forced' },
  runsIn: 'us-west-2',
  timeoutSeconds: 1800,
  maxAttempts: 3,
};

function aBlock(change: Partial<PlanBlock> = {}): PlanBlock {
  return {
    procedure: 'failover of us-east-1',
    step: PROMOTE,
    guards: [FENCE],
    undone: null,
    advice: 'see to the database',
    ...change,
  };
}

/** What happened, with a clock that only waiting moves. */
class Recorder implements PlanBlockPorts {
  readonly events: string[] = [];
  readonly messages: string[] = [];
  readonly lines: string[] = [];
  readonly answers = new Map<string, Error[]>();
  private clockMs = 0;

  answer(stepId: string, ...errors: Error[]): this {
    this.answers.set(stepId, errors);
    return this;
  }

  readonly execute = (event: ExecutorEvent): Promise<unknown> => {
    if (event.kind !== 'step' && event.kind !== 'undo') throw new Error(event.kind);
    this.events.push(`${event.kind} ${event.step.id} ${event.mode}`);
    const error = this.answers.get(event.step.id)?.shift();
    return error === undefined ? Promise.resolve({}) : Promise.reject(error);
  };
  readonly tell = (message: string): Promise<void> => {
    this.messages.push(message);
    return Promise.resolve();
  };
  readonly nowMs = (): number => this.clockMs;
  readonly wait = (delayMs: number): Promise<void> => {
    this.clockMs += delayMs;
    return Promise.resolve();
  };
  readonly writeLog = (line: string): void => void this.lines.push(line);
}

const many = (count: number, create: () => Error): Error[] => Array.from({ length: count }, create);
const notYet = (): Error => new NotYet('it follows us-east-1');
const broken = (): Error => new Error('no answer');

describe('takePlanBlock', () => {
  it('takes the guards first, then the step, in earnest', async () => {
    const world = new Recorder();
    expect(await takePlanBlock(aBlock(), world)).toEqual({ step: PROMOTE.id, status: 'done' });
    expect(world.events).toEqual(['step fence.us-east-1 real', 'step promote.us-west-2 real']);
    expect(world.messages).toEqual([]);
  });

  it('hands on where a step is taken and what it does, and no more', async () => {
    const events: ExecutorEvent[] = [];
    const world = new Recorder();
    await takePlanBlock(aBlock({ guards: [] }), {
      ...world,
      execute: (event) => {
        events.push(event);
        return Promise.resolve({});
      },
    });
    const { id, action, runsIn } = PROMOTE;
    expect(events).toEqual([{ kind: 'step', step: { id, action, runsIn }, mode: 'real' }]);
  });

  it('takes no step whose guard fails', async () => {
    const world = new Recorder().answer(FENCE.id, ...many(3, broken));
    await expect(takePlanBlock(aBlock(), world)).rejects.toMatchObject({
      message: 'fence.us-east-1: no answer',
    });
    expect(world.events).toEqual(many(3, broken).map(() => 'step fence.us-east-1 real'));
  });

  it('looks again every ten seconds until the step is done', async () => {
    const world = new Recorder().answer(PROMOTE.id, ...many(5, notYet));
    await takePlanBlock(aBlock(), world);
    expect(world.events).toHaveLength(7);
    expect(world.nowMs()).toBe(50_000);
  });

  it('asks to be called again before the call ends, and tells nobody', async () => {
    const world = new Recorder().answer(PROMOTE.id, ...many(500, notYet));
    await expect(takePlanBlock(aBlock(), world)).rejects.toMatchObject({
      name: 'NotYet',
      message: 'promote.us-west-2: it follows us-east-1',
    });
    expect(world.nowMs()).toBe(600_000);
    expect(world.messages).toEqual([]);
  });

  it('gives up a step whose time is up, and tells somebody', async () => {
    const world = new Recorder().answer(FENCE.id, ...many(500, notYet));
    await expect(takePlanBlock(aBlock({ step: FENCE, guards: [] }), world)).rejects.toThrow(
      new Error('fence.us-east-1: it follows us-east-1; its time is up'),
    );
    expect(world.nowMs()).toBe(90_000);
    expect(world.messages).toEqual([
      'The failover of us-east-1 stopped at fence.us-east-1. fence.us-east-1: it follows us-east-1; its time is up. ' +
        'see to the database. When it is mended, start the plan again: it finds done what is done.',
    ]);
  });

  it('tries again what fails, after five seconds and after ten', async () => {
    const world = new Recorder().answer(PROMOTE.id, ...many(2, broken));
    await takePlanBlock(aBlock(), world);
    expect(world.events.filter((event) => event.includes(PROMOTE.id))).toHaveLength(3);
    expect(world.nowMs()).toBe(15_000);
  });

  it('takes back what is to be taken back, and says so', async () => {
    const undone = { id: FENCE.id, action: FENCE.action, runsIn: FENCE.runsIn };
    const world = new Recorder().answer(PROMOTE.id, ...many(3, broken));
    await expect(takePlanBlock(aBlock({ guards: [], undone }), world)).rejects.toMatchObject({
      message: 'promote.us-west-2: no answer',
    });
    expect(world.events.at(-1)).toBe('undo fence.us-east-1 real');
    expect(world.messages[0]).toContain('fence.us-east-1 was taken back. see to the database.');
  });

  it('says what could not be taken back', async () => {
    const undone = { id: FENCE.id, action: FENCE.action, runsIn: FENCE.runsIn };
    const world = new Recorder()
      .answer(PROMOTE.id, ...many(3, broken))
      .answer(FENCE.id, new Error('read-only'));
    await expect(takePlanBlock(aBlock({ guards: [], undone }), world)).rejects.toMatchObject({
      message: 'promote.us-west-2: no answer',
    });
    expect(world.messages[0]).toContain('fence.us-east-1 could not be taken back: read-only.');
  });

  it('fails for what went wrong, also when nobody can be told', async () => {
    const world = new Recorder().answer(PROMOTE.id, ...many(3, broken));
    const mute = { ...world, tell: () => Promise.reject(new Error('no topic')) };
    await expect(takePlanBlock(aBlock(), mute)).rejects.toMatchObject({
      message: 'promote.us-west-2: no answer',
    });
    expect(world.lines).toEqual(['{"step":"promote.us-west-2","told":"no topic"}']);
  });
});
