import { parseGuards } from '../../lib/config/parse-guards';

/** The guards of a configuration that says nothing of any. */
export const NO_GUARDS = parseGuards({});
