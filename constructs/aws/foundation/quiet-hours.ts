const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Day = (typeof DAYS)[number];

export const DAY_MINUTES = 24 * 60;
/** RDS takes nothing shorter than half an hour, ElastiCache nothing shorter than this. */
export const WINDOW_MINUTES = 60;
/** Room for a backup that runs late. */
export const GAP_MINUTES = 30;

/** Minutes since midnight of `hh:mm`. */
export function readMinutes(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  if (hours === undefined || minutes === undefined) throw new Error(`${time} is no time of day`);
  return hours * 60 + minutes;
}

/** `hh:mm-hh:mm`, each day. */
export function renderDailyWindow(startMinute: number): string {
  return renderSpan(startMinute, renderTime);
}

/** `ddd:hh:mm-ddd:hh:mm`, each week; minutes are counted from the midnight that begins `firstDay`. */
export function renderWeeklyWindow(startMinute: number, firstDay: Day): string {
  const offset = DAYS.indexOf(firstDay);
  return renderSpan(startMinute, (minute) => {
    const day = DAYS[(Math.floor(minute / DAY_MINUTES) + offset) % DAYS.length] ?? firstDay;
    return `${day}:${renderTime(minute)}`;
  });
}

function renderSpan(startMinute: number, render: (minute: number) => string): string {
  return `${render(startMinute)}-${render(startMinute + WINDOW_MINUTES)}`;
}

function renderTime(minute: number): string {
  const ofDay = minute % DAY_MINUTES;
  const pad = (number: number): string => String(number).padStart(2, '0');
  return `${pad(Math.floor(ofDay / 60))}:${pad(ofDay % 60)}`;
}
