/** An IPv4 range as numbers: addresses `first` to `first + size - 1`. */
export interface AddressRange {
  readonly first: number;
  readonly size: number;
  readonly bits: number;
}

const PATTERN = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** Reads `10.40.0.0/16`; null when it is no range, or its address has bits outside the prefix. */
export function parseCidr(text: string): AddressRange | null {
  const match = PATTERN.exec(text);
  if (match === null) return null;
  const [a, b, c, d, bits] = match.slice(1).map(Number) as [number, number, number, number, number];
  if ([a, b, c, d].some((octet) => octet > 255) || bits > 32) return null;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - bits);
  return first % size === 0 ? { first, size, bits } : null;
}

export function renderCidr(range: AddressRange): string {
  const { first } = range;
  const octets = [first / 2 ** 24, first / 2 ** 16, first / 2 ** 8, first].map(
    (value) => Math.floor(value) % 256,
  );
  return `${octets.join('.')}/${range.bits}`;
}

/** Cuts a range into two, four, eight … equal parts, in order. */
export function splitCidr(range: AddressRange, parts: number): readonly AddressRange[] {
  const extraBits = Math.ceil(Math.log2(parts));
  const bits = range.bits + extraBits;
  const size = 2 ** (32 - bits);
  return Array.from({ length: parts }, (_, index) => ({
    first: range.first + index * size,
    size,
    bits,
  }));
}

export function overlaps(one: AddressRange, other: AddressRange): boolean {
  return one.first < other.first + other.size && other.first < one.first + one.size;
}
