import { RedisKeys } from '../../../runtime/state/redis-keys';
import type { Neighbours, ReplicaReport } from '../../../runtime/state/replica-report';
import { SharedReports } from '../../../runtime/state/shared-reports';
import { ManualClock } from '../../support/manual-clock';
import { FakeLink, redisError, settle, type SentCommand } from './fake-link';

interface World {
  readonly clock: ManualClock;
  readonly link: FakeLink;
  readonly reports: SharedReports;
  readonly told: readonly Neighbours[];
  /** Who is there, and what each of them says. */
  readonly others: Map<string, string | null>;
  readonly round: () => Promise<void>;
}

const aReport = (boot: string): ReplicaReport => ({
  boot,
  atMs: 0,
  directoryPosition: null,
  deployments: {},
});

function aWorld(): World {
  const clock = new ManualClock();
  const others = new Map<string, string | null>();
  const link = new FakeLink((sent) => answer(sent, others));
  const reports = new SharedReports({
    link,
    keys: new RedisKeys('test'),
    ports: { clock, random: { next: () => 0.5 } },
    boot: 'me',
    createReport: () => aReport('me'),
  });
  const told: Neighbours[] = [];
  reports.listen((neighbours) => told.push(neighbours));
  const round = async (): Promise<void> => {
    clock.advance(1000);
    await settle();
  };
  return { clock, link, reports, told, others, round };
}

/** Members with their ages, then their reports, as the two scripts answer. */
function answer({ args }: SentCommand, others: ReadonlyMap<string, string | null>): unknown {
  const isLeaving = String(args[2]).endsWith(':replicas');
  if (isLeaving) return ['me', '0', ...[...others.keys()].flatMap((boot) => [boot, '100'])];
  return [...others.values()];
}

describe('SharedReports', () => {
  it('is alone before anybody was heard', () => {
    expect(aWorld().reports.neighbours).toEqual({ replicas: 1, reports: [] });
  });

  it('leaves its report for five seconds, once a second', async () => {
    const { link, reports, round } = aWorld();
    reports.start();
    await round();
    await round();
    expect(link.sent).toHaveLength(2);
    expect(link.sent[0]?.args.slice(1)).toEqual([
      2,
      '{litellm-ha:test}:replicas',
      '{litellm-ha:test}:replica:me',
      ...['me', JSON.stringify(aReport('me')), 5000, 200],
    ]);
  });

  it('tells its listeners what the others say', async () => {
    const { reports, others, told, round } = aWorld();
    others.set('you', JSON.stringify(aReport('you')));
    reports.start();
    await round();
    expect(told).toEqual([
      { replicas: 2, reports: [{ ...aReport('you'), atMs: 1_700_000_000_900 }] },
    ]);
  });

  it('ignores and counts what makes no sense, or is told in the name of another', async () => {
    const { reports, others, round } = aWorld();
    others.set('mad', '{');
    others.set('huge', '');
    others.set('false', JSON.stringify(aReport('you')));
    others.set('expired', null);
    reports.start();
    await round();
    expect(reports.neighbours).toEqual({ replicas: 5, reports: [] });
    expect(reports.counts).toEqual({ rounds: 1, failedRounds: 0, ignoredReports: 3 });
  });

  it('forgets what the others said five seconds after Redis went away, and not how many they were', async () => {
    const { link, reports, others, round } = aWorld();
    others.set('you', JSON.stringify(aReport('you')));
    reports.start();
    await round();
    link.answer = () => {
      throw redisError('Connection is closed.');
    };
    for (let second = 0; second < 4; second += 1) await round();
    expect(reports.neighbours.reports).toHaveLength(1);
    await round();
    expect(reports.neighbours).toEqual({ replicas: 2, reports: [] });
    for (let second = 0; second < 600; second += 1) await round();
    expect(reports.neighbours.replicas).toBe(2);
    expect(reports.counts.failedRounds).toBe(605);
  });

  it('does not take itself for alone while the others come back to a Redis that started anew', async () => {
    const { reports, others, round } = aWorld();
    others.set('you', JSON.stringify(aReport('you')));
    reports.start();
    await round();
    others.clear();
    await round();
    expect(reports.neighbours).toEqual({ replicas: 2, reports: [] });
    for (let second = 0; second < 8; second += 1) await round();
    expect(reports.neighbours.replicas).toBe(1);
  });

  it('takes its report away when it stops', async () => {
    const { clock, link, reports, round } = aWorld();
    reports.start();
    await round();
    await reports.stop();
    expect(clock.waiting).toBe(0);
    expect(link.sent.at(-1)?.args.slice(1)).toEqual([
      2,
      '{litellm-ha:test}:replicas',
      '{litellm-ha:test}:replica:me',
      'me',
    ]);
  });
});
