/** Where a region's resources go, and how they are named. */
export interface Placement {
  /** Prefix of every resource name. */
  readonly name: string;
  readonly project: string;
  readonly region: string;
  /** One for each zone the plan asks for. The first holds the primaries. */
  readonly zoneNames: readonly string[];
}

/** Google's regions have zones a, b and c, save for these. A synth makes no call that could ask. */
const ZONE_LETTERS: Readonly<Record<string, string>> = {
  'europe-west1': 'bcd',
  'us-central1': 'abcf',
  'us-east1': 'bcd',
};

/** The zones a region is known to have, in Google's order. */
export function knownZoneNames(region: string): readonly string[] {
  return [...(ZONE_LETTERS[region] ?? 'abc')].map((letter) => `${region}-${letter}`);
}
