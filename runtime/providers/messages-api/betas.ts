const HEADER = 'anthropic-beta';

/** Headers with these betas beside those that are asked for already: one header holds them all. */
export function withBetas(headers: readonly string[], betas: readonly string[]): readonly string[] {
  if (betas.length === 0) return headers;
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === HEADER);
  if (at === -1) return [...headers, HEADER, betas.join(',')];
  const asked = (headers[at + 1] ?? '').split(',').map((beta) => beta.trim());
  const all = new Set([...asked.filter((beta) => beta !== ''), ...betas]);
  return [...headers.slice(0, at + 1), [...all].join(','), ...headers.slice(at + 2)];
}
