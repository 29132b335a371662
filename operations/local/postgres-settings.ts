/** Lines of `postgresql.conf`; every value is quoted, which PostgreSQL accepts for numbers too. */
export function renderPostgresSettings(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'\n`)
    .join('');
}

/** A connection string of libpq's `key='value'` form. */
export function renderConnectionInfo(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}='${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`)
    .join(' ');
}
