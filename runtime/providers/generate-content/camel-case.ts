import type { Json } from '../translate/openai-request';

/** Google takes both spellings of a name, and writes this one. */
export function toCamelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}

export function camelizeMembers(json: Json): Json {
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [toCamelCase(name), value]),
  );
}
