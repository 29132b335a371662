import { groupBy } from '../group-by';
import type { Quota, QuotaStore, Settlement, Verdict } from '../limits/quota';
import type { Cancel, Ports } from '../ports';
import type { BoundedRedis } from './bounded-redis';
import { LeaseBook } from './lease-book';
import { RENEW, RESERVE, SETTLE } from './quota-scripts';
import type { RedisKeys } from './redis-keys';
import { RedisAwayError } from './redis-link';
import { sendScript } from './redis-script';

/** After so long the places of a replica that died are free again. */
const LEASE_MS = 30_000;
const RENEW_EVERY_MS = 10_000;
/** A window's counter outlives it by so much, because replicas' clocks differ and answers come late. */
const WINDOW_GRACE_MS = 60_000;
/** What never ends is counted anew from the ledger when nobody has used it for so long. */
const ENDLESS_TTL_MS = 3_600_000;

export interface RedisQuotaStoreParts {
  readonly redis: BoundedRedis;
  readonly keys: RedisKeys;
  readonly ports: Pick<Ports, 'clock' | 'random'>;
  /** Tells replicas apart; new with every start. */
  readonly boot: string;
}

/** Quotas of one owner: they lie together, so one script reserves them together. */
interface OwnerGroup {
  readonly quotas: readonly Quota[];
  readonly keys: readonly string[];
}

type GroupAnswer =
  | { readonly kind: 'granted'; readonly group: OwnerGroup; readonly remaining: readonly number[] }
  | {
      readonly kind: 'refused';
      readonly group: OwnerGroup;
      readonly quota: Quota;
      readonly remaining: number;
    }
  | { readonly kind: 'failed'; readonly group: OwnerGroup; readonly error: unknown };

interface Difference {
  readonly key: string;
  readonly owner: string;
  readonly quota: Quota;
  readonly difference: number;
}

/**
 * Counts in Redis, where all replicas of a region see it. Rejects with `RedisAwayError` when Redis is away. Whatever cannot
 * be known for sure errs towards refusing: a reservation whose answer was lost stays until its window or its lease ends.
 */
export class RedisQuotaStore implements QuotaStore {
  private readonly book = new LeaseBook();
  private cancel: Cancel | null = null;
  private readonly cancelReady: Cancel;

  constructor(private readonly parts: RedisQuotaStoreParts) {
    this.cancelReady = parts.redis.link.onReady(() => this.renew());
  }

  start(): void {
    const delayMs = RENEW_EVERY_MS * (0.75 + 0.25 * this.parts.ports.random.next());
    this.cancel = this.parts.ports.clock.after(delayMs, () => {
      this.renew();
      this.start();
    });
  }

  stop(): void {
    this.cancel?.();
    this.cancelReady();
  }

  async reserve(quotas: readonly Quota[]): Promise<Verdict> {
    const groups = this.groupByOwner(quotas);
    const key = groups[0]?.keys[0];
    if (key === undefined) return { kind: 'granted', remaining: [] };
    const answers = await this.parts.redis.run({
      key,
      send: () => this.askAll(groups),
      onLate: (late) => this.giveBack(late),
    });
    const refused = answers.find((answer) => answer.kind === 'refused');
    if (refused !== undefined) {
      this.giveBack(answers);
      return { kind: 'refused', quota: refused.quota, remaining: refused.remaining };
    }
    const remaining = new Map<Quota, number>();
    for (const answer of answers) {
      if (answer.kind !== 'granted') continue;
      answer.group.quotas.forEach((quota, at) => remaining.set(quota, answer.remaining[at] ?? 0));
    }
    return { kind: 'granted', remaining: quotas.map((quota) => remaining.get(quota) ?? 0) };
  }

  /**
   * Rejects when the counts are as they were before, so that they can be settled another time. What was sent and not
   * answered is taken for done: to count it twice could admit what no longer fits.
   */
  async settle(settlements: readonly Settlement[]): Promise<void> {
    const differences = settlements.flatMap((settlement) => this.planDifference(settlement));
    const [first] = differences;
    if (first === undefined) return;
    const send = (): Promise<'told'> => this.sendDifferences(differences);
    try {
      await this.parts.redis.run({ key: first.key, send, onLate: null });
    } catch (error) {
      if (error instanceof RedisAwayError && error.outcome === 'unanswered') return;
      throw error;
    }
  }

  /** Renews what is held, and tells it to a Redis that has forgotten. */
  private renew(): void {
    const { boot, redis } = this.parts;
    if (redis.link.status === 'away') return;
    for (const { key, count } of this.book.leases) {
      const call = { keys: [key], args: [boot, LEASE_MS, count] };
      // The next turn comes before the lease ends.
      sendScript(redis.link, RENEW, call).catch(() => undefined);
    }
  }

  /** One script for each owner; all at once, so that many owners cost no more time than one. */
  private async askAll(groups: readonly OwnerGroup[]): Promise<readonly GroupAnswer[]> {
    const answers = await Promise.all(groups.map((group) => this.ask(group)));
    const failed = answers.find((answer) => answer.kind === 'failed');
    if (failed === undefined) return answers;
    this.giveBack(answers);
    throw failed.error;
  }

  private async ask(group: OwnerGroup): Promise<GroupAnswer> {
    const { boot, ports, redis } = this.parts;
    const wallMs = ports.clock.wallMs();
    const args = group.quotas.flatMap((quota) => [
      quota.kind,
      renderWhole(quota.limit),
      renderWhole(quota.amount),
      renderWhole(quota.known),
      renderWhole(selectTtlMs(quota, wallMs)),
    ]);
    const leases = group.quotas.map((quota, at) => ({ quota, key: group.keys[at] ?? '' }));
    const concurrent = leases.filter(({ quota }) => quota.kind === 'concurrent');
    for (const { key, quota } of concurrent) this.book.recordChanged(key, quota.amount);
    const call = { keys: group.keys, args: [boot, LEASE_MS, ...args] };
    const answer = await sendScript(redis.link, RESERVE, call).then(
      (reply): GroupAnswer => parseAnswer(reply, group),
      (error: unknown): GroupAnswer => ({ kind: 'failed', group, error }),
    );
    if (answer.kind !== 'granted') {
      for (const { key, quota } of concurrent) this.book.recordChanged(key, -quota.amount);
    }
    return answer;
  }

  /** Of what was granted nothing is going to be used. Without Redis it stays until its window or its lease ends. */
  private giveBack(answers: readonly GroupAnswer[]): void {
    const granted = answers.filter((answer) => answer.kind === 'granted');
    const unused = granted
      .flatMap(({ group }) => group.quotas)
      .flatMap((quota) => this.planDifference({ quota, used: 0 }));
    if (unused.length > 0) this.sendDifferences(unused).catch(() => undefined);
  }

  private planDifference({ quota, used }: Settlement): readonly Difference[] {
    const difference = (quota.kind === 'concurrent' ? 0 : used) - quota.amount;
    if (difference === 0) return [];
    return [{ key: this.keyOf(quota), owner: selectOwner(quota), quota, difference }];
  }

  /** Rejects only when nothing was done. */
  private async sendDifferences(differences: readonly Difference[]): Promise<'told'> {
    const groups = [...groupBy(differences, ({ owner }) => owner).values()];
    const leases = differences.filter(({ quota }) => quota.kind === 'concurrent');
    for (const { key, difference } of leases) this.book.recordChanged(key, difference);
    const results = await Promise.allSettled(groups.map((group) => this.sendGroup(group)));
    const failed = results.filter((result) => result.status === 'rejected');
    if (failed.length < results.length) return 'told';
    for (const { key, difference } of leases) this.book.recordChanged(key, -difference);
    throw failed[0]?.reason;
  }

  private async sendGroup(group: readonly Difference[]): Promise<void> {
    const { boot, ports, redis } = this.parts;
    const wallMs = ports.clock.wallMs();
    const args = group.flatMap(({ quota, difference }) => [
      quota.kind,
      renderWhole(difference),
      renderWhole(quota.known),
      renderWhole(selectTtlMs(quota, wallMs)),
    ]);
    const keys = group.map(({ key }) => key);
    await sendScript(redis.link, SETTLE, { keys, args: [boot, LEASE_MS, ...args] });
  }

  private groupByOwner(quotas: readonly Quota[]): readonly OwnerGroup[] {
    return [...groupBy(quotas, selectOwner).values()].map((group) => ({
      quotas: group,
      keys: group.map((quota) => this.keyOf(quota)),
    }));
  }

  private keyOf(quota: Quota): string {
    const owner = selectOwner(quota);
    const name = quota.id.slice(owner.length + 1);
    return this.parts.keys.owned(owner, 'quota', name, quota.kind, String(quota.window));
  }
}

/** `key:<id>` of `key:<id>:rpm`. */
function selectOwner({ id }: Quota): string {
  return id.split(':', 2).join(':');
}

function selectTtlMs({ windowEndsMs }: Quota, wallMs: number): number {
  if (windowEndsMs === null) return ENDLESS_TTL_MS;
  return Math.max(0, windowEndsMs - wallMs) + WINDOW_GRACE_MS;
}

/** Whole, without an exponent, and within what Lua counts exactly. */
function renderWhole(number: number): string {
  const most = Number.MAX_SAFE_INTEGER;
  return Math.floor(Math.max(-most, Math.min(most, number))).toFixed(0);
}

/** A reply to another question must not pass for one to this: not only its kind, its length has to fit, too. */
function parseAnswer(reply: unknown, group: OwnerGroup): GroupAnswer {
  const [first, ...rest] = Array.isArray(reply) ? reply.map(parseWhole) : [];
  const { quotas } = group;
  const remaining = rest.filter((number) => number !== null);
  if (first === 0 && remaining.length === quotas.length && rest.length === quotas.length) {
    return { kind: 'granted', group, remaining };
  }
  const quota = quotas[(first ?? 0) - 1];
  const [left = null] = remaining;
  // What still had room for the amount would not have refused it.
  if (
    quota !== undefined &&
    rest.length === 1 &&
    left !== null &&
    left < Math.max(1, quota.amount)
  ) {
    return { kind: 'refused', group, quota, remaining: left };
  }
  return { kind: 'failed', group, error: new Error('a reservation got an answer of no meaning') };
}

function parseWhole(value: unknown): number | null {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : null;
}
