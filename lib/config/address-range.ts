import { z } from 'zod';
import { isReference, refuseSetting } from './setting-schemas';

/** Addresses that share their first `prefixBits`; a single address has them all. */
export interface AddressRange {
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  readonly prefixBits: number;
}

const BITS = { ipv4: 32, ipv6: 128 } as const;
/** How an IPv4 address looks to a socket that speaks both: `::ffff:10.0.0.1`. */
const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;
const MAPPED_BITS = 96;

/** `10.0.0.1`, `10.0.0.0/8`, `2001:db8::/32` or `::ffff:10.0.0.1`; null where it is none of them. */
export function parseAddressRange(text: string): AddressRange | null {
  const [written = '', bits, ...rest] = text.trim().split('/');
  const address = unmapAddress(written);
  const family = familyOf(address);
  if (family === null || rest.length > 0) return null;
  if (bits === undefined) return { family, address, prefixBits: BITS[family] };
  if (!/^\d{1,3}$/.test(bits)) return null;
  const prefixBits = Number(bits) - (address === written ? 0 : MAPPED_BITS);
  return prefixBits < 0 || prefixBits > BITS[family] ? null : { family, address, prefixBits };
}

/** The IPv4 address that an IPv6 socket shows as a mapped one; any other text as it is. */
export function unmapAddress(address: string): string {
  return address.replace(MAPPED, '');
}

/** Null: the text is no address. */
export function familyOf(address: string): AddressRange['family'] | null {
  if (z.ipv4().safeParse(address).success) return 'ipv4';
  return z.ipv6().safeParse(address).success ? 'ipv6' : null;
}

/** A list of addresses and ranges. A reference that nobody resolved is left out until the environment is known. */
export const addressRangesSetting = () =>
  z
    .unknown()
    .transform((value, sink): readonly AddressRange[] => {
      if (!Array.isArray(value)) {
        return refuseSetting(sink, {
          rule: 'config.address',
          allowed: 'be a list of addresses',
          fix: 'write [10.0.0.0/8]',
        });
      }
      return value.flatMap((item: unknown, index): readonly AddressRange[] => {
        if (isReference(item)) return [];
        const range = typeof item === 'string' ? parseAddressRange(item) : null;
        if (range !== null) return [range];
        return refuseSetting(sink, {
          rule: 'config.address',
          path: [index],
          allowed: 'be an IP address or a range of them',
          fix: 'write an address such as 10.0.0.1 or a range such as 10.0.0.0/8 or 2001:db8::/32',
        });
      });
    })
    .nullish();
