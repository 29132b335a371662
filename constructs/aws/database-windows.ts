import type { BackupPlan } from '../../lib';
import type { RegionPlace } from './region-place';

/** RDS takes nothing shorter than half an hour. */
const WINDOW_MINUTES = 60;
/** Room for a backup that begins at the end of its window. */
const GAP_MINUTES = 30;
const DAY_MINUTES = 24 * 60;
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
/** Between the days of two regions: there is room for two replicas, and seven regions take seven days. */
const DAYS_PER_REGION = 3;

/**
 * When RDS may restart an instance each week, as it wants it written, in UTC: in the quiet hours that the user named for the
 * backup, when that one is over. `turn` counts the instances of a region, its writer first: no two of them are mended on one
 * day, nor are the writers of two regions.
 */
export function planMaintenanceWindow(
  { windowEnd }: Pick<BackupPlan, 'windowEnd'>,
  turn: number,
  place: Pick<RegionPlace, 'region' | 'regions'> | null,
): string {
  const region = place === null ? 0 : place.regions.indexOf(place.region);
  const day = turn + region * DAYS_PER_REGION;
  const start = readMinutes(windowEnd) + GAP_MINUTES + day * DAY_MINUTES;
  return `${renderMoment(start)}-${renderMoment(start + WINDOW_MINUTES)}`;
}

function readMinutes(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  if (hours === undefined || minutes === undefined) throw new Error(`${time} is no time of day`);
  return hours * 60 + minutes;
}

function renderMoment(minute: number): string {
  const day = DAYS[Math.floor(minute / DAY_MINUTES) % DAYS.length] ?? DAYS[0];
  const ofDay = minute % DAY_MINUTES;
  const pad = (number: number): string => String(number).padStart(2, '0');
  return `${day}:${pad(Math.floor(ofDay / 60))}:${pad(ofDay % 60)}`;
}
