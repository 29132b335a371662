import { BlockList, isIP, isIPv6 } from 'node:net';

/**
 * Peers that are load balancers in all likelihood: machines of one's own network, and those that Google's load balancers
 * send from. Nobody on the internet has such an address.
 */
const PROXIES = new BlockList();
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
] as const) {
  PROXIES.addSubnet(network, prefix, 'ipv4');
}
PROXIES.addAddress('::1', 'ipv6');
PROXIES.addSubnet('fc00::', 7, 'ipv6');
PROXIES.addSubnet('fe80::', 10, 'ipv6');

/** @see https://cloud.google.com/load-balancing/docs/https#firewall-rules */
const GOOGLE_FRONT_ENDS = new BlockList();
GOOGLE_FRONT_ENDS.addSubnet('35.191.0.0', 16, 'ipv4');
GOOGLE_FRONT_ENDS.addSubnet('130.211.0.0', 22, 'ipv4');

/**
 * Whose guesses are counted together: what one customer of a provider has, an IPv4 address or the first 64 bits of an
 * IPv6 address. Behind a load balancer all clients have one peer, so there it is the last address of `X-Forwarded-For`,
 * which the load balancer has written itself; a client writes only what stands before it. A peer within the network can
 * write all of it and pass for many clients. That costs it nothing but proves nothing either: no access is given by it.
 */
export function selectClientNetwork(peer: string, forwarded: string | undefined): string {
  const address = unmap(peer);
  return selectNetwork(selectForwarded(address, forwarded ?? '') ?? address);
}

function selectForwarded(peer: string, forwarded: string): string | null {
  if (forwarded === '') return null;
  const family = isIPv6(peer) ? 'ipv6' : 'ipv4';
  // Google's write their own address behind that of the client.
  const fromEnd = GOOGLE_FRONT_ENDS.check(peer, family) ? 2 : PROXIES.check(peer, family) ? 1 : 0;
  if (fromEnd === 0) return null;
  const hops = forwarded.split(',');
  const hop = unmap((hops[hops.length - fromEnd] ?? '').trim());
  return isIP(hop) === 0 ? null : hop;
}

function unmap(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

function selectNetwork(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':');
    while (groups.length + after.length < 8) groups.push('0');
    groups.push(...after);
  }
  return groups.slice(0, 4).join(':');
}
