import { z } from 'zod';
import { isReference, refuseSetting } from './setting-schemas';
import type { StickySource } from './gateway-config';

const HEADER = /^header:([a-z0-9!#$%&'*+.^_`|~-]+)$/i;

/** What holds a conversation to one deployment: one source, or several of which the first that a request has decides. */
export const stickySetting = () =>
  z
    .unknown()
    .transform((value, sink): readonly StickySource[] => {
      if (isReference(value)) return [];
      const items: readonly unknown[] = Array.isArray(value) ? value : [value];
      return items.map(
        (item) =>
          parseSource(item) ??
          refuseSetting(sink, {
            rule: 'config.sticky-by',
            allowed: 'be session, key, user or header:<name>, or a list of them',
            fix: 'write user, or header:x-session-id',
          }),
      );
    })
    .nullish();

function parseSource(item: unknown): StickySource | null {
  if (item === 'session' || item === 'key' || item === 'user') return { kind: item };
  const name = typeof item === 'string' ? HEADER.exec(item)?.[1] : undefined;
  return name === undefined ? null : { kind: 'header', name: name.toLowerCase() };
}
