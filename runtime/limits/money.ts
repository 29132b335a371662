const MICRO_DOLLARS_PER_DOLLAR = 1_000_000;

/** Of an amount that was spent, or may be spent. */
export function convertToMicroDollars(dollars: number): number {
  return Math.round(dollars * MICRO_DOLLARS_PER_DOLLAR);
}

/** Of an amount that is set aside: never less than what it is for. */
export function convertToMicroDollarsAtLeast(dollars: number): number {
  // Products of prices carry binary dust; without rounding it off, 0.3 would be set aside as 300001.
  const micro = Math.ceil(Math.round(dollars * MICRO_DOLLARS_PER_DOLLAR * 1000) / 1000);
  return Math.min(Number.MAX_SAFE_INTEGER, micro);
}

export function convertToDollars(microDollars: number): number {
  return microDollars / MICRO_DOLLARS_PER_DOLLAR;
}
