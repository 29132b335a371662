/**
 * Names of everything this gateway keeps in Redis. What stands in braces decides where a Cluster keeps a key, so keys
 * that one script touches have the same braces.
 */
export class RedisKeys {
  private readonly root: string;

  /** `namespace` keeps installations apart that share a Redis. */
  constructor(namespace: string) {
    this.root = `litellm-ha:${renderPlain(namespace)}`;
  }

  /** For what belongs to the installation as a whole. */
  shared(...names: readonly string[]): string {
    return [`{${this.root}}`, ...names.map(renderPlain)].join(':');
  }

  /** For what belongs to one owner, beside everything else of that owner. */
  owned(owner: string, ...names: readonly string[]): string {
    return [this.root, `{${renderPlain(owner)}}`, ...names.map(renderPlain)].join(':');
  }

  /** For what stands alone. */
  single(...names: readonly string[]): string {
    return [this.root, ...names.map(renderPlain)].join(':');
  }

  /** A key that a Cluster keeps where it keeps the other one. */
  probeBeside(key: string): string {
    return `${this.root}:probe:{${selectHashTag(key)}}`;
  }
}

/** The part of a key that decides about its place. */
export function selectHashTag(key: string): string {
  const [, tag] = /\{([^}]+)\}/.exec(key) ?? [];
  return tag ?? key;
}

/** Braces that came with a name would move the key. */
function renderPlain(name: string): string {
  // Through bytes, because half of a surrogate pair cannot be encoded.
  const wellFormed = Buffer.from(name, 'utf8').toString('utf8');
  return encodeURIComponent(wellFormed).replaceAll('%3A', ':');
}
