import { z } from 'zod';
import { isReference, refuseSetting } from './setting-schemas';

/** LiteLLM's units; a month is thirty days, because a budget needs a length and not a calendar. */
const UNIT_SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
  mo: 2_592_000,
};

/** `30s`, `10m`, `1h`, `1d`, `1w`, `1mo`. Null where it is none of them. Unit: seconds. */
export function parseDurationSeconds(text: string): number | null {
  const [, count, unit = ''] = /^(\d{1,9})(s|m|h|d|w|mo)$/.exec(text.trim()) ?? [];
  const seconds = Number(count) * (UNIT_SECONDS[unit] ?? NaN);
  return seconds > 0 ? seconds : null;
}

/** A span of time in LiteLLM's short form, in seconds. */
export const durationSetting = () =>
  z
    .unknown()
    .transform((value, sink): number | null => {
      if (isReference(value)) return null;
      const seconds = typeof value === 'string' ? parseDurationSeconds(value) : null;
      if (seconds !== null) return seconds;
      return refuseSetting(sink, {
        rule: 'config.duration',
        allowed: 'be a span of time',
        fix: 'write a number and one of s, m, h, d, w, mo, such as 1d',
      });
    })
    .nullish();
