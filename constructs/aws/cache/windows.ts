import type { BackupPlan } from '../../../lib';
import {
  DAY_MINUTES,
  GAP_MINUTES,
  readMinutes,
  renderDailyWindow,
  renderWeeklyWindow,
  WINDOW_MINUTES,
} from '../foundation/quiet-hours';

/** When ElastiCache may do its own work, as it wants it written, in UTC. */
export interface CacheWindows {
  /** `hh:mm-hh:mm`, each day. */
  readonly snapshot: string;
  /** `ddd:hh:mm-ddd:hh:mm`, each week. */
  readonly maintenance: string;
}

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
    snapshot: renderDailyWindow(snapshotAt),
    // The first region on the day with the least traffic.
    maintenance: renderWeeklyWindow(maintenanceAt, 'sat'),
  };
}
