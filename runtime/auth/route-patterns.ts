/** Paths, paths with `{variables}`, and beginnings that end with `*`, to be asked about one path. */
export class RoutePatterns {
  private readonly exact: ReadonlySet<string>;
  private readonly others: readonly string[];

  constructor(patterns: readonly string[]) {
    this.exact = new Set(patterns.filter(isPlain));
    this.others = patterns.filter((pattern) => !isPlain(pattern));
  }

  get empty(): 'yes' | 'no' {
    return this.exact.size === 0 && this.others.length === 0 ? 'yes' : 'no';
  }

  matches(path: string): boolean {
    return this.exact.has(path) || this.others.some((pattern) => matchesPattern(pattern, path));
  }
}

/** Variables stand for one segment, as in LiteLLM. */
export function matchesPattern(pattern: string, path: string): boolean {
  if (pattern.endsWith('*')) return path.startsWith(pattern.slice(0, -1));
  const wanted = pattern.split('/');
  const segments = path.split('/');
  return (
    wanted.length === segments.length &&
    wanted.every((part, at) => (isVariable(part) ? segments[at] !== '' : part === segments[at]))
  );
}

function isPlain(pattern: string): boolean {
  return !pattern.endsWith('*') && !pattern.includes('{');
}

function isVariable(part: string): boolean {
  return part.startsWith('{') && part.endsWith('}');
}
