/** Where the log of a peer stood, and when by the peer's own clock. */
export interface LogMark {
  readonly position: string;
  /** Unit: seconds since 1970. */
  readonly atSeconds: number;
}

/** What is known of how far a peer's log has arrived. */
export interface LogNotes {
  /** All that was written before it is here. Null: not yet known of any. */
  readonly arrived: LogMark | null;
  /** Not arrived yet, the oldest first. */
  readonly pending: readonly LogMark[];
}

export const NO_NOTES: LogNotes = { arrived: null, pending: [] };

/** Eight hours of marks every five minutes; of a longer time every other one is enough. */
const MOST_PENDING = 96;

/** Notes as they are kept; what nobody can read counts as none, so that measuring begins anew. */
export function parseNotes(text: string | null): LogNotes {
  try {
    const { arrived, pending } = JSON.parse(text ?? 'null') as Partial<
      Record<keyof LogNotes, unknown>
    >;
    if (!Array.isArray(pending) || !pending.every(isMark)) return NO_NOTES;
    return { arrived: isMark(arrived) ? arrived : null, pending };
  } catch {
    return NO_NOTES;
  }
}

export function renderNotes(notes: LogNotes): string {
  return JSON.stringify(notes);
}

/** Of the marks that have arrived only the newest still tells anything. */
export function reduceNotes(
  { arrived, pending }: LogNotes,
  event: { readonly mark: LogMark; readonly arrivedPosition: string },
): LogNotes {
  const all = [...pending, event.mark];
  const isHere = ({ position }: LogMark): boolean =>
    comparePositions(position, event.arrivedPosition) <= 0;
  const left = all.filter((mark) => !isHere(mark));
  return {
    arrived: all.filter(isHere).at(-1) ?? arrived,
    pending: left.length > MOST_PENDING ? left.filter((_, index) => index % 2 === 0) : left,
  };
}

/** Positions are two hexadecimal numbers of 32 bits: `16/B374D848`. */
export function comparePositions(one: string, other: string): number {
  const [a, b] = [toNumber(one), toNumber(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function toNumber(position: string): bigint {
  const [high = '0', low = '0'] = position.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}

function isMark(value: unknown): value is LogMark {
  const { position, atSeconds } = (value ?? {}) as Partial<Record<keyof LogMark, unknown>>;
  return (
    typeof position === 'string' &&
    /^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/.test(position) &&
    typeof atSeconds === 'number'
  );
}
