import type { IncomingHttpHeaders } from 'node:http';
import type { AddressList } from './address-list';

/** What a header says of the way is no address: in no list, so whoever asks for one keeps it out. */
const UNKNOWN = 'unknown';

/**
 * Where a request comes from. Every proxy on the way adds the address it was called from at the right end of
 * `x-forwarded-for`, so the header is read from the right, and only as far as those who wrote it are our own proxies: what
 * stands further to the left, the client may have written itself.
 */
export function selectClientAddress(
  peer: string,
  headers: IncomingHttpHeaders,
  trusted: AddressList,
): string {
  if (!trusted.has(peer)) return peer;
  const header = headers['x-forwarded-for'];
  const hops = typeof header === 'string' ? header.split(',').reverse() : [];
  let address = peer;
  for (const hop of hops) {
    if (!trusted.has(address)) return address;
    address = selectHopAddress(hop.trim());
  }
  return address;
}

/** Some proxies add the port: `203.0.113.7:51820`, `[2001:db8::7]:51820`. */
function selectHopAddress(hop: string): string {
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(hop) ?? [];
  if (bracketed !== undefined) return bracketed;
  const [, withoutPort] = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(hop) ?? [];
  return withoutPort ?? (hop === '' ? UNKNOWN : hop);
}
