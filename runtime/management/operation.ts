import type { Caller } from '../auth/caller';
import type { Access, Power } from './powers';

/** A management request whose caller may use the route. */
export interface ManagementRequest {
  readonly caller: Caller;
  readonly power: Power;
  readonly query: URLSearchParams;
  /** Empty for GET. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The variable part of the path. */
  readonly variable: string | null;
}

/** One route: who may use it, and what it answers. */
export interface Operation {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly access: Access;
  /** Each path it is served under. */
  readonly paths: readonly string[];
  /** Paths with a variable part, as their beginning and end. */
  readonly variablePaths?: readonly { readonly prefix: string; readonly suffix: string }[];
  run(request: ManagementRequest): Promise<unknown>;
}
