import type { Quota } from '../../../runtime/limits/quota';
import { BoundedRedis } from '../../../runtime/state/bounded-redis';
import { QuietLog } from '../../../runtime/state/quiet-log';
import { RENEW, RESERVE, SETTLE } from '../../../runtime/state/quota-scripts';
import { RedisKeys } from '../../../runtime/state/redis-keys';
import { RedisQuotaStore } from '../../../runtime/state/redis-quota-store';
import { ManualClock } from '../../support/manual-clock';
import { FakeLink, redisError, settle, type SentCommand } from './fake-link';

// How the scripts count is shown with a real Redis, in test/lab/state.

const RPM: Quota = {
  id: 'key:k1:rpm',
  kind: 'window',
  limit: 10,
  amount: 1,
  window: 5,
  windowEndsMs: 1_700_000_030_000,
  known: 0,
};
const BUDGET: Quota = { ...RPM, id: 'team:t1:budget', limit: 900, amount: 40, known: 77 };
const PLACE: Quota = {
  ...RPM,
  id: 'key:k1:parallel',
  kind: 'concurrent',
  window: 0,
  windowEndsMs: null,
};

interface World {
  readonly clock: ManualClock;
  readonly link: FakeLink;
  readonly store: RedisQuotaStore;
}

const NAMES = new Map([
  [RESERVE.sha1, 'reserve'],
  [SETTLE.sha1, 'settle'],
  [RENEW.sha1, 'renew'],
]);

const nameOf = ({ args }: SentCommand): string => NAMES.get(String(args[0])) ?? 'unknown';
const namesOf = (link: FakeLink): readonly string[] => link.sent.map(nameOf);
const argsAfterKeys = ({ args }: SentCommand): readonly unknown[] =>
  args.slice(2 + Number(args[1]));

function aWorld(reserve: (sent: SentCommand) => unknown): World {
  const clock = new ManualClock();
  const link = new FakeLink((sent) => (nameOf(sent) === 'reserve' ? reserve(sent) : 0));
  const keys = new RedisKeys('test');
  const ports = { clock, random: { next: () => 0 } };
  const log = new QuietLog(clock, () => undefined);
  const redis = new BoundedRedis({ link, keys, ports, log });
  return { clock, link, store: new RedisQuotaStore({ redis, keys, ports, boot: 'b1' }) };
}

const ofTeam = ({ args }: SentCommand): boolean => String(args[2]).includes('{team:t1}');

describe('RedisQuotaStore', () => {
  it('asks nobody when there is nothing to reserve', async () => {
    const { link, store } = aWorld(() => [0]);
    expect(await store.reserve([])).toEqual({ kind: 'granted', remaining: [] });
    expect(link.sent).toEqual([]);
  });

  it('asks once for all quotas of one owner, beside each other', async () => {
    const { link, store } = aWorld(() => [0, '9', '2']);
    expect(await store.reserve([RPM, PLACE])).toEqual({ kind: 'granted', remaining: [9, 2] });
    expect(link.sent).toHaveLength(1);
    expect(link.sent[0]?.args).toEqual([
      RESERVE.sha1,
      2,
      'litellm-ha:test:{key:k1}:quota:rpm:window:5',
      'litellm-ha:test:{key:k1}:quota:parallel:concurrent:0',
      ...['b1', 30_000],
      ...['window', '10', '1', '0', '90000'],
      ...['concurrent', '10', '1', '0', '3600000'],
    ]);
  });

  it('tells what remains of each quota in the order in which they were asked for', async () => {
    const { store } = aWorld((sent) => (ofTeam(sent) ? [0, '800'] : [0, '9', '2']));
    expect(await store.reserve([RPM, BUDGET, PLACE])).toEqual({
      kind: 'granted',
      remaining: [9, 800, 2],
    });
  });

  it('gives back what one owner granted when another one refuses', async () => {
    const { link, store } = aWorld((sent) => (ofTeam(sent) ? [1, '12'] : [0, '9', '2']));
    expect(await store.reserve([RPM, BUDGET, PLACE])).toEqual({
      kind: 'refused',
      quota: BUDGET,
      remaining: 12,
    });
    expect(namesOf(link)).toEqual(['reserve', 'reserve', 'settle']);
    const back = link.sent[2];
    expect(back === undefined ? [] : argsAfterKeys(back)).toEqual([
      ...['b1', 30_000],
      ...['window', '-1', '0', '90000'],
      ...['concurrent', '-1', '0', '3600000'],
    ]);
  });

  it('gives back what was granted when another owner cannot be asked, and rejects', async () => {
    const { link, store } = aWorld((sent) => {
      if (ofTeam(sent)) throw redisError('CLUSTERDOWN The cluster is down');
      return [0, '9'];
    });
    await expect(store.reserve([RPM, BUDGET])).rejects.toThrow('Redis could not serve the call');
    expect(namesOf(link)).toEqual(['reserve', 'reserve', 'settle']);
  });

  it('gives back what was granted too late', async () => {
    let answer: (value: unknown) => void = () => undefined;
    const { clock, link, store } = aWorld(() => new Promise((resolve) => (answer = resolve)));
    const verdict = store.reserve([RPM]);
    clock.advance(20);
    await expect(verdict).rejects.toThrow('Redis did not answer in time');
    answer([0, '9']);
    await settle();
    expect(namesOf(link)).toEqual(['reserve', 'settle']);
  });

  it.each<[string, unknown]>([
    ['means nothing', 'OK'],
    ['is null', null],
    ['tells of fewer quotas than were asked for', [0]],
    ['tells of more quotas than were asked for', [0, '9', '8']],
    ['tells no number', [0, 'value']],
    ['refuses without saying what remains', [1]],
    ['refuses what there is room for', [1, '500']],
    ['refuses a quota that was not asked for', [2, '0']],
  ])('rejects an answer that %s: it may be one to another question', async (_name, answer) => {
    const { store } = aWorld(() => answer);
    await expect(store.reserve([RPM])).rejects.toThrow('Redis could not serve the call');
  });

  it('is refused what needs nothing where more than all is used', async () => {
    const { store } = aWorld(() => [1, '0']);
    expect(await store.reserve([{ ...RPM, amount: 0 }])).toMatchObject({ kind: 'refused' });
  });

  it('settles the difference, and nothing where there is none', async () => {
    const { link, store } = aWorld(() => [0]);
    await store.settle([
      { quota: RPM, used: 1 },
      { quota: BUDGET, used: 25 },
    ]);
    expect(link.sent).toHaveLength(1);
    const [sent] = link.sent;
    expect(sent === undefined ? [] : argsAfterKeys(sent)).toEqual([
      ...['b1', 30_000],
      ...['window', '-15', '77', '90000'],
    ]);
    await store.settle([{ quota: RPM, used: 1 }]);
    expect(link.sent).toHaveLength(1);
  });

  it('rejects a settlement that was not sent, and takes one without an answer for done', async () => {
    const { clock, link, store } = aWorld(() => [0]);
    link.answer = () => new Promise(() => undefined);
    const silent = store.settle([{ quota: BUDGET, used: 25 }]);
    clock.advance(20);
    await expect(silent).resolves.toBeUndefined();
    await expect(store.settle([{ quota: BUDGET, used: 25 }])).rejects.toThrow(
      'Redis is away; the call was not sent',
    );
  });

  it('renews the places it holds every ten seconds, and no others', async () => {
    const { clock, link, store } = aWorld(() => [0, '9']);
    store.start();
    await store.reserve([PLACE]);
    await store.reserve([PLACE]);
    clock.advance(10_000);
    expect(namesOf(link)).toEqual(['reserve', 'reserve', 'renew']);
    expect(link.sent[2]?.args.slice(2)).toEqual([
      'litellm-ha:test:{key:k1}:quota:parallel:concurrent:0',
      ...['b1', 30_000, 2],
    ]);
    await store.settle([
      { quota: PLACE, used: 0 },
      { quota: PLACE, used: 0 },
    ]);
    clock.advance(10_000);
    expect(namesOf(link)).toEqual(['reserve', 'reserve', 'renew', 'settle']);
    store.stop();
    expect(clock.waiting).toBe(0);
  });

  it('tells a new connection at once what it holds', async () => {
    const { link, store } = aWorld(() => [0, '9']);
    await store.reserve([PLACE]);
    link.becomeReady();
    expect(namesOf(link)).toEqual(['reserve', 'renew']);
  });

  it('does not hold a place that was refused', async () => {
    const { link, store } = aWorld(() => [1, '0']);
    expect(await store.reserve([PLACE])).toMatchObject({ kind: 'refused', remaining: 0 });
    link.becomeReady();
    expect(namesOf(link)).toEqual(['reserve']);
  });
});
