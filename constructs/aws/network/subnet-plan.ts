import type { NetworkPlan } from '../../../lib';
import { type AddressRange, parseCidr, renderCidr, splitCidr } from '../../../lib/topology/cidr';

/** The address ranges of one zone. */
export interface ZoneCidrs {
  /** Load balancer and NAT gateway. */
  readonly publicCidr: string;
  /** Replicas. The largest share: every pod takes an address of its own. */
  readonly privateCidr: string;
  /** Database and cache: no route out. */
  readonly isolatedCidr: string;
}

/**
 * Cuts the compute half into one part for each zone's replicas and a last one that all public subnets share; the data
 * half into one part for each zone.
 */
export function planSubnets({ computeCidr, dataCidr, zones }: NetworkPlan): readonly ZoneCidrs[] {
  const computeParts = splitCidr(readRange(computeCidr), zones + 1);
  const publicParts = splitCidr(part(computeParts, zones), zones);
  const dataParts = splitCidr(readRange(dataCidr), zones);
  return Array.from({ length: zones }, (_, zone) => ({
    publicCidr: renderCidr(part(publicParts, zone)),
    privateCidr: renderCidr(part(computeParts, zone)),
    isolatedCidr: renderCidr(part(dataParts, zone)),
  }));
}

function part(parts: readonly AddressRange[], index: number): AddressRange {
  const found = parts[index];
  if (found === undefined) throw new Error(`${parts.length} ranges have no number ${index}`);
  return found;
}

function readRange(cidr: string): AddressRange {
  const range = parseCidr(cidr);
  if (range === null) throw new Error(`network.cidr let ${cidr} pass`);
  return range;
}
