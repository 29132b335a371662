/** Why a call, or one of several attempts that race, is given up from our side. */
export type CancelReason = 'client-left' | 'draining' | 'outpaced';

/**
 * Ends whatever a call is waiting for. Does what an `AbortController` does with one listener at a time, because a call
 * waits for one thing at a time; the controller costs a quarter of a whole request.
 */
export class Cancellation {
  private listener: (() => void) | null = null;
  private cancelledBecause: CancelReason | null = null;

  get reason(): CancelReason | null {
    return this.cancelledBecause;
  }

  cancel(reason: CancelReason): void {
    if (this.cancelledBecause !== null) return;
    this.cancelledBecause = reason;
    this.listener?.();
    this.listener = null;
  }

  /** Replaces the listener; null when the call waits for nothing. Called at once when already cancelled. */
  listen(listener: (() => void) | null): void {
    if (this.cancelledBecause === null) this.listener = listener;
    else listener?.();
  }
}
