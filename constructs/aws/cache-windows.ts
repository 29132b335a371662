import type { BackupPlan } from '../../lib';

/** When ElastiCache may do its own work, as it wants it written, in UTC. */
export interface CacheWindows {
  /** `hh:mm-hh:mm`, each day. */
  readonly snapshot: string;
  /** `ddd:hh:mm-ddd:hh:mm`, each week. */
  readonly maintenance: string;
}

/** The shortest that ElastiCache takes for either. */
const WINDOW_MINUTES = 60;
/** Room for a snapshot that runs late. */
const GAP_MINUTES = 30;
const DAY_MINUTES = 24 * 60;
/** The first region on the day with the least traffic. */
const DAYS = ['sat', 'sun', 'mon', 'tue', 'wed', 'thu', 'fri'] as const;

/**
 * In the quiet hours that the user named for the database's backup, when that one is over: first the snapshot, then, once a
 * week, maintenance. `turn` counts the regions of a gateway: no two of them are mended on one day.
 */
export function planCacheWindows(
  { windowEnd }: Pick<BackupPlan, 'windowEnd'>,
  turn: number,
): CacheWindows {
  const snapshotAt = readMinutes(windowEnd);
  const maintenanceAt = snapshotAt + WINDOW_MINUTES + GAP_MINUTES + turn * DAY_MINUTES;
  return {
    snapshot: renderSpan(snapshotAt, renderTime),
    maintenance: renderSpan(
      maintenanceAt,
      (minute) => `${renderDay(minute)}:${renderTime(minute)}`,
    ),
  };
}

function renderSpan(startMinute: number, render: (minute: number) => string): string {
  return `${render(startMinute)}-${render(startMinute + WINDOW_MINUTES)}`;
}

function readMinutes(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  if (hours === undefined || minutes === undefined) throw new Error(`${time} is no time of day`);
  return hours * 60 + minutes;
}

function renderDay(minute: number): string {
  return DAYS[Math.floor(minute / DAY_MINUTES) % DAYS.length] ?? DAYS[0];
}

function renderTime(minute: number): string {
  const ofDay = minute % DAY_MINUTES;
  const pad = (number: number): string => String(number).padStart(2, '0');
  return `${pad(Math.floor(ofDay / 60))}:${pad(ofDay % 60)}`;
}
