import { UNUSED } from '../../runtime/routing/load';
import type { Load } from '../../runtime/routing/load';

/** The load of a deployment that was never asked; name what the test is about. */
export function aLoad(parts: Partial<Load> = {}): Load {
  return { ...UNUSED, ...parts };
}
