import type { Cancel, Ports } from '../ports';
import { MOST_REPORT_BYTES, parseReplicaReport } from './parse-replica-report';
import type { RedisKeys } from './redis-keys';
import type { RedisLink } from './redis-link';
import { createRedisScript, sendScript } from './redis-script';
import type { Neighbours, ReplicaReport } from './replica-report';

const ROUND_MS = 1_000;
const JITTER = 0.1;
/** A replica that has said nothing for so long is gone. */
const REPORT_TTL_MS = 5_000;
const MOST_REPLICAS = 200;
/** The largest number of replicas in so many rounds counts: after a restart of Redis they come back one by one. */
const REMEMBERED_ROUNDS = 8;

/**
 * Leaves this replica's report and names those who left one lately, each with its age. Times are Redis' own. KEYS: the
 * list, the report. ARGV: boot, report, time to live, most names.
 */
const LEAVE = createRedisScript(`
local time = redis.call('TIME')
local now, ttl = time[1] * 1000 + math.floor(time[2] / 1000), tonumber(ARGV[3])
local function whole(number) return string.format('%.0f', number) end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
redis.call('ZADD', KEYS[1], whole(now), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', whole(now - ttl))
redis.call('PEXPIRE', KEYS[1], whole(ttl * 2))
local members = redis.call('ZREVRANGE', KEYS[1], 0, ARGV[4] - 1, 'WITHSCORES')
local answer = {}
for i = 1, #members, 2 do
  answer[i] = members[i]
  answer[i + 1] = whole(now - tonumber(members[i + 1]))
end
return answer
`);

/** Reads reports, and an empty text for one that is too large. KEYS: the reports. ARGV: most bytes. */
const READ = createRedisScript(`
local answer = {}
for i = 1, #KEYS do
  local size = redis.call('STRLEN', KEYS[i])
  if size > tonumber(ARGV[1]) then answer[i] = ''
  else answer[i] = redis.call('GET', KEYS[i]) end
end
return answer
`);

/** Takes a replica out at once, instead of when its report has grown old. KEYS: the list, the report. ARGV: boot. */
const LEAVE_FOR_GOOD = createRedisScript(`
redis.call('ZREM', KEYS[1], ARGV[1])
return redis.call('DEL', KEYS[2])
`);

export interface SharedReportsParts {
  readonly link: RedisLink;
  readonly keys: RedisKeys;
  readonly ports: Pick<Ports, 'clock' | 'random'>;
  readonly boot: string;
  /** What this replica has to say, made anew for each round. */
  readonly createReport: () => ReplicaReport;
}

export interface SharedReportsCounts {
  readonly rounds: number;
  readonly failedRounds: number;
  /** Reports of others that made no sense or were too large. */
  readonly ignoredReports: number;
}

/**
 * Tells the other replicas what this one sees, about once a second, and hears what they see. Runs beside the requests and
 * never holds one up. While Redis is away the others fall silent, and how many they were is remembered.
 */
export class SharedReports {
  private heard: readonly ReplicaReport[] = [];
  private heardAtMs = 0;
  private recentCounts: readonly number[] = [1];
  private cancel: Cancel | null = null;
  private stopped: 'yes' | 'no' = 'no';
  private readonly listeners = new Set<(neighbours: Neighbours) => void>();
  private totals = { rounds: 0, failedRounds: 0, ignoredReports: 0 };

  constructor(private readonly parts: SharedReportsParts) {}

  get counts(): SharedReportsCounts {
    return this.totals;
  }

  get neighbours(): Neighbours {
    return { replicas: Math.max(...this.recentCounts), reports: this.heard };
  }

  /** Calls back after each round, also after one in which nobody was heard. */
  listen(listener: (neighbours: Neighbours) => void): Cancel {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  start(): void {
    this.schedule(ROUND_MS * this.parts.ports.random.next());
  }

  /** Ends the rounds and takes this replica's report away, so that the others need not wait until it is old. */
  async stop(): Promise<void> {
    this.stopped = 'yes';
    this.cancel?.();
    const { link, keys, boot } = this.parts;
    if (link.status === 'away') return;
    const call = { keys: [keys.shared('replicas'), keys.shared('replica', boot)], args: [boot] };
    // Nobody is harmed: without this word the report is gone five seconds later.
    await sendScript(link, LEAVE_FOR_GOOD, call).catch(() => undefined);
  }

  private schedule(delayMs: number): void {
    if (this.stopped === 'yes') return;
    this.cancel = this.parts.ports.clock.after(delayMs, () => void this.run());
  }

  private async run(): Promise<void> {
    const { clock, random } = this.parts.ports;
    this.totals.rounds += 1;
    try {
      await this.exchange();
      this.heardAtMs = clock.nowMs();
    } catch {
      // The link tells why. What was heard is believed until it is old.
      this.totals.failedRounds += 1;
      if (clock.nowMs() - this.heardAtMs >= REPORT_TTL_MS) this.heard = [];
    }
    if (this.stopped === 'yes') return;
    const { neighbours } = this;
    for (const listener of this.listeners) listener(neighbours);
    this.schedule(ROUND_MS * (1 - JITTER + 2 * JITTER * random.next()));
  }

  private async exchange(): Promise<void> {
    const { link, keys, boot, createReport, ports } = this.parts;
    const list = keys.shared('replicas');
    const own = JSON.stringify(createReport());
    const members = parseMembers(
      await sendScript(link, LEAVE, {
        keys: [list, keys.shared('replica', boot)],
        args: [boot, own, REPORT_TTL_MS, MOST_REPLICAS],
      }),
    );
    const others = members.filter((member) => member.boot !== boot);
    const texts = others.length === 0 ? [] : await this.read(others);
    const wallMs = ports.clock.wallMs();
    this.heard = others.flatMap((other, at) => {
      const text = texts[at];
      // Expired between the two questions.
      if (typeof text !== 'string') return [];
      const report = parseReplicaReport({ text, ageMs: other.ageMs, wallMs });
      if (report?.boot === other.boot) return [report];
      this.totals.ignoredReports += 1;
      return [];
    });
    const counts = [...this.recentCounts, Math.max(1, members.length)];
    this.recentCounts = counts.slice(-REMEMBERED_ROUNDS);
  }

  private async read(others: readonly Member[]): Promise<readonly unknown[]> {
    const { link, keys } = this.parts;
    const answer = await sendScript(link, READ, {
      keys: others.map(({ boot }) => keys.shared('replica', boot)),
      args: [MOST_REPORT_BYTES],
    });
    return Array.isArray(answer) ? answer : [];
  }
}

interface Member {
  readonly boot: string;
  readonly ageMs: number;
}

function parseMembers(answer: unknown): readonly Member[] {
  const words: readonly unknown[] = Array.isArray(answer) ? answer : [];
  const members: Member[] = [];
  for (let at = 0; at + 1 < words.length; at += 2) {
    const ageMs = Number(words[at + 1]);
    if (Number.isFinite(ageMs))
      members.push({ boot: String(words[at]), ageMs: Math.max(0, ageMs) });
  }
  return members;
}
