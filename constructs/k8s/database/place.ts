import type { DatabaseRole } from '../../../lib';

/** Where the database of one region stands among those of the others. */
export interface DatabasePlace {
  readonly region: string;
  readonly role: DatabaseRole;
  /** Every region of the deployment, this one included, in their order. */
  readonly regions: readonly DatabaseAddress[];
  /**
   * Whose database takes the writes of this region's gateways: `own` also while it waits to be promoted; `writer` of
   * whichever region writes at the time.
   */
  readonly writesGoTo: 'own' | 'writer';
  /** Whether the password of the gateway's role is there already: brought by a secret manager, or copied. */
  readonly passwordOrigin: 'made-here' | 'there-already';
}

/** Where the other regions reach the database of one, and from where that one connects to theirs. */
export interface DatabaseAddress {
  readonly region: string;
  readonly host: string;
  readonly port: number;
  /** Addresses that the region's own connections come from, IPv4 CIDR. */
  readonly clientCidr: string;
}

/** The entry of a region. Every place names its own region and those of its role. */
export function selectAddress(place: DatabasePlace, region: string): DatabaseAddress {
  const address = place.regions.find((each) => each.region === region);
  if (address === undefined) throw new Error(`no database is known in ${region}`);
  return address;
}

export function listPeers(place: DatabasePlace): readonly DatabaseAddress[] {
  return place.regions.filter(({ region }) => region !== place.region);
}

/** Whether a schema can be brought up to date here: a replica gets it from its writer. */
export function takesWrites({ role }: Pick<DatabasePlace, 'role'>): boolean {
  return role.kind !== 'replica';
}

/** The region whose log the database follows, or would follow if it were no writer any more. */
export function selectSource(place: DatabasePlace): string {
  const { role } = place;
  if (role.kind === 'replica') return role.writerRegion;
  const [heir] = listPeers(place);
  if (heir === undefined) throw new Error('a topology of several regions has two or more');
  return heir.region;
}
