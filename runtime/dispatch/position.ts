import type { CallState } from '../routing/call-state';
import type { KnownModel } from '../routing/resolve-model';
import type { Call } from './call';

/** Where a call stands before its next attempt. */
export interface Position {
  readonly state: CallState;
  readonly place: KnownModel | null;
  /** The call with the body that this group is to get; a client's own fallback may change it. */
  readonly call: Call;
}
