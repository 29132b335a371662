import type { Distribution } from './distribution';

/** What happens to a gateway: who asks it for how much, and how its providers behave meanwhile. Complete. */
export interface Scenario {
  readonly load: Load;
  /** In the order of the file: a later rule changes what an earlier one says of the same deployment. */
  readonly rules: readonly BehaviourRule[];
}

export interface Load {
  readonly requestsPerSecond: number;
  readonly durationSeconds: number;
  /** `poisson`: as many independent clients ask; `constant`: evenly spaced. Neither waits for answers. */
  readonly arrivals: 'poisson' | 'constant';
  /** Share of requests that want a stream. */
  readonly streamShare: number;
  /** Model → weight; null: every model of the configuration alike. */
  readonly models: Readonly<Record<string, number>> | null;
  /** Share of clients that leave before they have their answer, unless it comes quickly. */
  readonly abandonShare: number;
  /** Such a client leaves at a random moment up to then. */
  readonly abandonWithinSeconds: number;
  /** The client's own `timeout`; null: the configuration's holds. */
  readonly timeoutSeconds: number | null;
}

export interface BehaviourRule {
  /** A deployment's id, model name, provider model or address; `*` stands for anything. */
  readonly match: string;
  /** Null: what an earlier rule says. */
  readonly firstTokenMs: Distribution | null;
  readonly tokenIntervalMs: Distribution | null;
  readonly promptTokens: Distribution | null;
  readonly tokens: Distribution | null;
  readonly faults: readonly Fault[];
}

export interface Behaviour {
  /** Wait for the first token of an answer. */
  readonly firstTokenMs: Distribution;
  /** Wait for each further token. */
  readonly tokenIntervalMs: Distribution;
  readonly promptTokens: Distribution;
  /** Length of an answer. */
  readonly tokens: Distribution;
  readonly faults: readonly Fault[];
}

/** When a fault is there, counted from the start of the simulation. */
export interface FaultWindow {
  readonly fromSeconds: number;
  /** Infinity: it stays. */
  readonly toSeconds: number;
  /** Within the window it comes and goes, there in the first half of each period; null: it stays. */
  readonly periodSeconds: number | null;
  /** Share of requests it hits while it is there. */
  readonly share: number;
}

export type Fault = FaultWindow & FaultKind;

export type FaultKind =
  /** Everything takes `factor` times as long. */
  | { readonly kind: 'slow'; readonly factor: number }
  /** Ever slower up to `factor`, and ever more answers of 503 up to `errorShare`, as the window passes. */
  | { readonly kind: 'brown-out'; readonly factor: number; readonly errorShare: number }
  /** Connections are refused. */
  | { readonly kind: 'down' }
  /** The connection is lost instead of an answer. */
  | { readonly kind: 'reset' }
  | {
      readonly kind: 'status';
      readonly status: number;
      /** Null: no such header. */
      readonly retryAfterSeconds: number | null;
    }
  /** 429 for whatever exceeds the quota of each minute, with the time left of it as `Retry-After`. */
  | { readonly kind: 'rate-limit'; readonly requestsPerMinute: number }
  /** Connected, and then nothing. */
  | { readonly kind: 'stall' }
  /** Nothing more after some tokens; the connection stays open. */
  | { readonly kind: 'stall-mid-stream'; readonly afterTokens: number }
  /** The connection is lost after some tokens. */
  | { readonly kind: 'cut'; readonly afterTokens: number }
  /** The answer ends after some tokens as if that were all of it. */
  | { readonly kind: 'truncate'; readonly afterTokens: number }
  /** Status 200 and then an error in place of the answer. */
  | { readonly kind: 'error-event'; readonly status: number };

export const FAULT_KINDS = [
  'slow',
  'brown-out',
  'down',
  'reset',
  'status',
  'rate-limit',
  'stall',
  'stall-mid-stream',
  'cut',
  'truncate',
  'error-event',
] as const satisfies readonly FaultKind['kind'][];
