import type { Behaviour } from './scenario';

/** A provider on an ordinary day. */
const ORDINARY_DAY: Behaviour = {
  /** Published time to first token of the large hosted models: around half a second, a few seconds at worst. */
  firstTokenMs: { kind: 'lognormal', median: 400, p99: 1600 },
  /** 50 tokens a second. */
  tokenIntervalMs: { kind: 'constant', value: 20 },
  promptTokens: { kind: 'lognormal', median: 300, p99: 3000 },
  tokens: { kind: 'lognormal', median: 80, p99: 400 },
  faults: [],
};

/** What holds where a scenario says nothing. */
export const SCENARIO_DEFAULTS = {
  load: {
    requestsPerSecond: 10,
    durationSeconds: 60,
    arrivals: 'poisson',
    streamShare: 0.5,
    abandonShare: 0,
    abandonWithinSeconds: 5,
  },
  behaviour: ORDINARY_DAY,
  fault: { factor: 10, errorShare: 0.5, status: 503, afterTokens: 5 },
} as const;
