import { SchemaError } from '../../../runtime/database/migrate';
import { SchemaKeeper } from '../../../runtime/database/schema-keeper';
import { MIGRATIONS } from '../../../runtime/database/migrations';
import type { Sql } from '../../../runtime/database/sql';
import { ManualClock } from '../../support/manual-clock';

const NEWER = { version: 99, name: 'the future', kind: 'breaking', checksum: '' };

/** A database that answers as the test says; its schema is not there yet. */
class World {
  readonly clock = new ManualClock();
  readonly log: string[] = [];
  attempts = 0;
  applied: readonly unknown[] = [];
  trouble: Error | null = null;
  hangs = false;
  answer: () => void = () => undefined;
  readonly keeper: SchemaKeeper;

  constructor() {
    const query = <Row>(text: string): Promise<readonly Row[]> => {
      if (text.startsWith('SELECT version')) {
        this.attempts += 1;
        if (this.trouble !== null) return Promise.reject(this.trouble);
        if (this.hangs) {
          return new Promise((resolve) => {
            this.hangs = false;
            this.answer = () => resolve(this.applied as readonly Row[]);
          });
        }
        return Promise.resolve(this.applied as readonly Row[]);
      }
      return Promise.resolve([]);
    };
    const writer: Sql = { query, transaction: (work) => work({ query }) };
    this.keeper = new SchemaKeeper(
      { writer },
      {
        clock: this.clock,
        random: { next: () => 1 },
        writeLog: (line) => void this.log.push(line),
      },
    );
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('SchemaKeeper', () => {
  it('applies what is missing, and says so', async () => {
    const world = new World();
    await world.keeper.start();
    const steps = MIGRATIONS.map(({ version }) => version);
    expect(world.log).toEqual([`${JSON.stringify({ schemaSteps: steps })}\n`]);
    expect(world.clock.waiting).toBe(0);
  });

  it('tries again with growing pauses until the database is there, and tells of it once', async () => {
    const world = new World();
    world.trouble = new Error('connect ECONNREFUSED');
    await world.keeper.start();
    const pausesMs = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000];
    for (const [index, pauseMs] of pausesMs.entries()) {
      await world.pass(pauseMs - 1);
      expect(world.attempts).toBe(index + 1);
      await world.pass(1);
      expect(world.attempts).toBe(index + 2);
    }
    expect(world.log).toEqual(['{"schema":"waits","trouble":"connect ECONNREFUSED"}\n']);
    world.trouble = null;
    await world.pass(15_000);
    expect(world.log[1]).toMatch(/^\{"schemaSteps":/);
    expect(world.clock.waiting).toBe(0);
  });

  it('waits no longer than it is told to, and goes on in the background', async () => {
    const world = new World();
    world.hangs = true;
    let started = 'no';
    void world.keeper.start(1_000).then(() => (started = 'yes'));
    await world.pass(999);
    expect(started).toBe('no');
    await world.pass(1);
    expect(started).toBe('yes');
    world.answer();
    await world.pass(0);
    expect(world.log[0]).toMatch(/^\{"schemaSteps":/);
    expect(world.clock.waiting).toBe(0);
  });

  it('tries again where a schema that breaks it shows after the wait', async () => {
    const world = new World();
    world.hangs = true;
    world.applied = [NEWER];
    const started = world.keeper.start(1_000);
    await world.pass(1_000);
    await started;
    world.answer();
    await world.pass(0);
    expect(world.log[0]).toContain('"schema":"waits"');
    expect(world.clock.waiting).toBe(1);
  });

  it('ends its attempts when it is stopped', async () => {
    const world = new World();
    world.trouble = new Error('away');
    await world.keeper.start();
    world.keeper.stop();
    expect(world.clock.waiting).toBe(0);
  });

  it('rejects a schema that breaks this gateway', async () => {
    const world = new World();
    world.applied = [NEWER];
    const started = world.keeper.start();
    await expect(started).rejects.toBeInstanceOf(SchemaError);
    await expect(started).rejects.toThrow(
      "the database's schema must be one that this gateway knows, got step 99 (the future), which breaks gateways " +
        `older than it; this one knows ${MIGRATIONS.length} steps: run the newer gateway`,
    );
    expect(world.clock.waiting).toBe(0);
  });

  it('waits for whoever mends a schema that turns out to break it later', async () => {
    const world = new World();
    world.trouble = new Error('away');
    await world.keeper.start();
    world.trouble = null;
    world.applied = [NEWER];
    await world.pass(500);
    expect(world.clock.waiting).toBe(1);
  });
});
