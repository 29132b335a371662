import { z } from 'zod';
import { ROUTE_GROUPS, selectRoutePatterns } from './route-groups';
import { isReference, refuseSetting } from './setting-schemas';

/** A list of paths and of LiteLLM's names for many of them, as the patterns it stands for. */
export const routeListSetting = () =>
  z
    .unknown()
    .transform((value, sink): readonly string[] => {
      if (!Array.isArray(value)) {
        return refuseSetting(sink, {
          rule: 'config.routes',
          allowed: 'be a list of routes',
          fix: 'write [/v1/chat/completions]',
        });
      }
      return value.flatMap((item: unknown, index): readonly string[] => {
        if (isReference(item)) return [];
        const patterns = typeof item === 'string' ? selectRoutePatterns(item) : null;
        if (patterns !== null) return patterns;
        return refuseSetting(sink, {
          rule: 'config.routes',
          path: [index],
          allowed: `be a path or one of ${[...ROUTE_GROUPS.keys()].join(', ')}`,
          fix: 'write a path such as /v1/chat/completions or /spend/*',
        });
      });
    })
    .nullish();

/** The same list as it is written: keys keep their names of many routes. */
export const routeNamesSetting = () =>
  z
    .unknown()
    .transform((value, sink): readonly string[] => {
      const known = Array.isArray(value) && value.every((item) => typeof item === 'string');
      if (known) return value;
      return refuseSetting(sink, {
        rule: 'config.routes',
        allowed: 'be a list of routes',
        fix: 'write [openai_routes, info_routes]',
      });
    })
    .nullish();
