/**
 * A record whose keys come from the file or are asked for by clients. Without a prototype: a model called `constructor`
 * is simply not there.
 */
export function byName<T>(entries: Iterable<readonly [string, T]>): Readonly<Record<string, T>> {
  const record = Object.create(null) as Record<string, T>;
  for (const [name, value] of entries) record[name] = value;
  return record;
}
