import type {
  ExecutorPorts,
  PeerQuestion,
  RecordDigest,
  StoredRecord,
} from '../../../../operations/failover/aws/executor-ports';
import { execute, type ExecutorEvent } from '../../../../operations/failover/aws/executor';

/** One region as the executor sees it. */
interface FakeRegion {
  lost: boolean;
  role: 'writer' | 'replica';
  readOnly: boolean;
  floor: number;
  records: StoredRecord[];
  closed: Set<string>;
  /** Where its replicas write: the region of that database. */
  writesTo: string;
  follows: string | null;
}

/** Regions, what happened in them in order, and what is to go wrong next. */
export class FakeWorld {
  readonly regions = new Map<string, FakeRegion>();
  /** `promote us-west-2`, `close us-east-1` … */
  readonly deeds: string[] = [];
  /** Taken from the front: the next deed of that name fails. */
  readonly faults: string[] = [];
  /** Whether the log of the writer still arrives where it is lost to sight. */
  logArrives = false;
  private heard = 0;

  constructor(
    names: readonly string[],
    private readonly writer: string,
    /** What becomes of a region's writes: its readers send them on, they go to the writer's database, or to its own. */
    private readonly writes: 'forward' | 'across' | 'own' = 'own',
  ) {
    for (const name of names) {
      this.regions.set(name, {
        lost: false,
        role: name === writer ? 'writer' : 'replica',
        readOnly: false,
        floor: 2,
        records: [],
        closed: new Set(),
        writesTo: writes === 'own' ? name : writer,
        follows: name === writer ? null : writer,
      });
    }
  }

  at(name: string): FakeRegion {
    const region = this.regions.get(name);
    if (region === undefined) throw new Error(`there is no ${name}`);
    return region;
  }

  /** What a call of the executor in that region comes to. */
  async invoke(name: string, event: ExecutorEvent): Promise<unknown> {
    if (this.at(name).lost) throw new Error(`no answer from ${name}`);
    return execute(event, {
      region: name,
      ports: this.portsOf(name),
      forward: (other, forwarded) => this.invoke(other, forwarded),
      writeLog: () => undefined,
    });
  }

  portsOf(name: string): ExecutorPorts {
    const region = this.at(name);
    return {
      database: {
        isReplica: () => Promise.resolve(region.role === 'replica'),
        readLagSeconds: () => this.act(`look at lag in ${name}`, () => 0),
        readReceiptMark: () => {
          if (this.logArrives) this.heard += 1;
          return Promise.resolve(String(this.heard));
        },
        stopWrites: () => this.act(`stop writes in ${name}`, () => void (region.readOnly = true)),
        allowWrites: () =>
          this.act(`allow writes in ${name}`, () => void (region.readOnly = false)),
        refusesWrites: () => Promise.resolve(this.fenceOf(region)),
        writeAndRemoveRow: (host) =>
          this.act(`write in ${name}`, () => {
            if (!this.takesWrites(host)) throw new Error('read-only');
          }),
        readDigests: () => Promise.resolve(digestsOf(region.records)),
        readRecords: ({ offset, limit }) =>
          Promise.resolve(region.records.slice(offset, offset + limit)),
        storeRecords: (_, records) =>
          this.act(`store ${records.length} in ${name}`, () => {
            const known = new Set(region.records.map(({ id }) => id));
            region.records.push(...records.filter(({ id }) => !known.has(id)));
          }),
      },
      replication: {
        promote: () =>
          this.act(`promote ${name}`, () => {
            region.readOnly = this.fenceOf(region);
            region.role = 'writer';
            region.follows = null;
          }),
        follows: (other) => Promise.resolve(region.follows === other),
        rebuildFrom: (other) =>
          this.act(`rebuild ${name} from ${other}`, () => {
            region.role = 'replica';
            region.readOnly = false;
            region.follows = other;
          }),
      },
      compute: {
        readState: () => Promise.resolve({ floor: region.floor, ready: region.floor }),
        setFloor: (floor) => this.act(`scale ${name}`, () => void (region.floor = floor)),
        redirectWrites: (writer) =>
          this.act(`redirect ${name}`, () => void (region.writesTo = writer)),
        isRedirected: (writer) => Promise.resolve(region.writesTo === writer),
        readWriterHost: () => Promise.resolve(this.writes === 'forward' ? name : region.writesTo),
      },
      switches: {
        read: (target) => Promise.resolve(region.closed.has(target) ? 'closed' : 'open'),
        write: (target, state) =>
          this.act(`${state === 'closed' ? 'close' : 'open'} ${target}`, () => {
            if (state === 'closed') region.closed.add(target);
            else region.closed.delete(target);
          }),
      },
      gateway: {
        checkAnswers: () => this.act(`answer in ${name}`, () => undefined),
        readAnsweringRegion: () => this.act('look at traffic', () => this.answering()),
      },
      peers: {
        ask: (other: string, question: PeerQuestion) => this.invoke(other, question),
      },
      wait: () => Promise.resolve(),
    };
  }

  /** A setting of the database, which replicas receive with the data. */
  private fenceOf({ follows, readOnly }: FakeRegion): boolean {
    return follows === null ? readOnly : this.at(follows).readOnly;
  }

  private takesWrites(host: string): boolean {
    const takes = ({ role, lost, readOnly }: FakeRegion): boolean =>
      role === 'writer' && !lost && !readOnly;
    if (takes(this.at(host))) return true;
    return this.writes === 'forward' && [...this.regions.values()].some(takes);
  }

  private answering(): string {
    const closed = new Set([...this.regions.values()].flatMap((each) => [...each.closed]));
    const open = [...this.regions].filter(([name, { lost }]) => !lost && !closed.has(name));
    return open.find(([name]) => name === this.writer)?.[0] ?? open[0]?.[0] ?? 'nobody';
  }

  private act<Result>(deed: string, doIt: () => Result): Promise<Result> {
    if (this.faults[0] === deed) {
      this.faults.shift();
      return Promise.reject(new Error(`${deed} failed`));
    }
    this.deeds.push(deed);
    try {
      return Promise.resolve(doIt());
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }
}

function digestsOf(records: readonly StoredRecord[]): readonly RecordDigest[] {
  return records.length === 0
    ? []
    : [{ table: 'gateway_ledger', part: 'one', count: records.length }];
}
