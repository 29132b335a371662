export type SqlRow = Readonly<Record<string, unknown>>;

/** Asks the database of a region, by its name. Each keeps one session from the first question to the last. */
export type QueryRegion = (
  region: string,
  text: string,
  values?: readonly unknown[],
) => Promise<readonly SqlRow[]>;
