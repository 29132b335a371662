import type { ClientBody } from '../providers/client-body';
import type { CallBill } from './call-bill';
import type { Cancellation } from './cancellation';

/** A client's authenticated request, on its way through the gateway. */
export interface Call {
  readonly id: string;
  readonly body: ClientBody;
  readonly startedMs: number;
  /** An answer has begun, or an error is given, until then. */
  readonly deadlineMs: number;
  readonly requestedTimeoutSeconds: number | null;
  readonly requestedRetries: number | null;
  readonly cancellation: Cancellation;
  /** Every attempt made for it, as far as it costs something. */
  readonly bill: CallBill;
}
