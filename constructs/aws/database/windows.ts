import type { BackupPlan } from '../../../lib';
import {
  DAY_MINUTES,
  GAP_MINUTES,
  readMinutes,
  renderWeeklyWindow,
} from '../foundation/quiet-hours';
import type { RegionPlace } from '../foundation/region-place';

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
  return renderWeeklyWindow(start, 'sun');
}
