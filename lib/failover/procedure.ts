/** Where a procedure stands; the order in which writes and clients may safely move. */
export type Phase = 'rebuild' | 'fence' | 'scale' | 'promote' | 'verify' | 'shift' | 'restore';

/** What is done, without saying by whose services: each target knows how. */
export type FailoverAction =
  /**
   * Stops the old writer. It is told over SQL to refuse writes and to end the sessions that make them. One that answers
   * nobody counts as stopped once neither SQL nor its log was heard of for `silenceSeconds`.
   */
  | { readonly kind: 'fence-writer'; readonly writer: string; readonly silenceSeconds: number }
  /** Raises the least number of replicas to what has to be carried. */
  | { readonly kind: 'scale-compute'; readonly target: string; readonly minReplicas: number }
  /** Writes down how far the replica is behind: what the promotion loses. */
  | { readonly kind: 'record-lag'; readonly replica: string; readonly writer: string }
  /** Waits until the replica is no further behind than this; 0 loses nothing. */
  | { readonly kind: 'await-lag'; readonly replica: string; readonly maxLagSeconds: number }
  /** `forced` gives up what has not arrived; `planned` is refused while anything is missing. */
  | {
      readonly kind: 'promote-database';
      readonly replica: string;
      readonly from: string;
      readonly mode: 'forced' | 'planned';
    }
  /** Sends the writes of a region's gateways to the new writer. */
  | { readonly kind: 'redirect-writes'; readonly from: string; readonly writer: string }
  /** Writes a row that belongs to nobody and takes it back. */
  | { readonly kind: 'verify-writes'; readonly target: string }
  /** Asks a model for a whole answer and for a stream, past DNS. */
  | { readonly kind: 'verify-requests'; readonly target: string }
  /** Sets what leads clients by: `closed` keeps them out even if the region comes back. Kept in `heldIn`. */
  | {
      readonly kind: 'set-region-switch';
      readonly target: string;
      readonly state: 'closed' | 'open';
      readonly heldIn: string;
    }
  /** Waits until the public name is answered by these regions and no other. */
  | { readonly kind: 'observe-traffic'; readonly answeredBy: readonly string[] }
  /** Copies what the old writer took and never sent into the new one. Records carry identities: twice is once. */
  | { readonly kind: 'merge-stranded-writes'; readonly from: string; readonly into: string }
  /** Makes the database a replica of the writer, from an empty one where it cannot follow any more. */
  | { readonly kind: 'rebuild-replica'; readonly replica: string; readonly from: string };

/** A service that a step needs to be there. */
export interface ServiceCall {
  readonly service: string;
  /** `control` changes resources, `data` uses them. Data planes are built to outlive control planes. */
  readonly plane: 'control' | 'data';
  /** `regional`: each region has its own. `global`: one for all, which lives in `home`. */
  readonly scope: 'regional' | 'global';
  /** The region that answers; `everywhere` for a global service that has no home. */
  readonly home: string;
}

/** One step. Doing it twice is doing it once. */
export interface Step {
  /** Stable, such as `fence.us-east-1`. */
  readonly id: string;
  readonly phase: Phase;
  /** What it does, in one sentence. */
  readonly summary: string;
  readonly action: FailoverAction;
  /** A rehearsal takes the steps that observe, and of those that change looks at `doneWhen` alone. */
  readonly effect: 'changes' | 'observes';
  /** The region whose machinery takes the step. */
  readonly runsIn: string;
  /** Steps that must be confirmed before this one may start. */
  readonly requires: readonly string[];
  readonly timeoutSeconds: number;
  readonly maxAttempts: number;
  /** What to look at to see that it is done; looked at before each attempt. */
  readonly doneWhen: string;
  readonly onFailure: FailureResponse;
  readonly calls: readonly ServiceCall[];
}

/** What happens when a step has used up its attempts: somebody is told, and it is undone where that is safe. */
export type FailureResponse =
  | { readonly kind: 'alert'; readonly advice: string }
  | { readonly kind: 'roll-back'; readonly how: string; readonly advice: string };

/** Steps in the order in which they are taken. */
export interface Procedure {
  readonly kind: 'failover' | 'failback';
  readonly name: string;
  readonly target: 'aws' | 'gcp' | 'k8s' | 'local';
  /** The region that was lost, or that comes back. */
  readonly region: string;
  /** The region whose machinery leads the procedure: never the lost one. */
  readonly ledBy: string;
  readonly steps: readonly Step[];
}

/** `fence.us-east-1`. */
export function stepId(phase: Phase, ...words: readonly string[]): string {
  return [phase, ...words].join('.');
}
