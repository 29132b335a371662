import type { GatewaySpec } from '../spec/spec';

/** The rule `regions.domain` has seen to it that there is one. */
export function requireDomain({ domainName }: GatewaySpec): string {
  if (domainName === null) throw new Error('regions.domain let a description without domain pass');
  return domainName;
}
