import { z } from 'zod';
import {
  choiceSetting,
  numberSetting,
  requiredTextSetting,
} from '../../lib/config/setting-schemas';
import type { Distribution } from './distribution';
import { FAULT_KINDS } from './scenario';

const LONGEST_SECONDS = 86_400;
const MOST_TOKENS = 100_000;
const LONGEST_MS = 3_600_000;

const seconds = (example: number) =>
  numberSetting({ of: 'any', least: 0, most: LONGEST_SECONDS, example });
/** A length of nothing has no middle. */
const length = (example: number) =>
  numberSetting({ of: 'any', least: 0.001, most: LONGEST_SECONDS, example });
const share = (example: number) => numberSetting({ of: 'any', least: 0, most: 1, example });
const factor = numberSetting({ of: 'any', least: 1, most: 1000, example: 10 });
const tokenCount = numberSetting({ of: 'whole', least: 0, most: MOST_TOKENS, example: 5 });

/** One number, or two that say how the values are spread. */
function distribution(most: number, example: number) {
  const amount = numberSetting({ of: 'any', least: 0, most, example });
  const positive = numberSetting({ of: 'any', least: 0.001, most, example });
  const normal = z.strictObject({ mean: required(amount), deviation: required(amount) });
  const lognormal = z.strictObject({ median: required(positive), p99: required(positive) });
  return z
    .unknown()
    .transform((value, sink): Distribution => {
      const form = selectForm(value);
      if (form === 'constant') {
        const constant = required(amount).safeParse(value);
        if (constant.success) return { kind: 'constant', value: constant.data };
        return forward(sink, constant.error.issues);
      }
      if (form === 'normal') {
        const parsed = normal.safeParse(value);
        return parsed.success
          ? { kind: 'normal', ...parsed.data }
          : forward(sink, parsed.error.issues);
      }
      const parsed = lognormal.safeParse(value);
      if (!parsed.success) return forward(sink, parsed.error.issues);
      if (parsed.data.p99 >= parsed.data.median) return { kind: 'lognormal', ...parsed.data };
      return forward(sink, [
        refusal(['p99'], 'scenario.p99', 'be at least the median', 'raise it above the median'),
      ]);
    })
    .nullish();
}

function selectForm(value: unknown): Distribution['kind'] {
  if (typeof value !== 'object' || value === null) return 'constant';
  return 'mean' in value || 'deviation' in value ? 'normal' : 'lognormal';
}

type NumberSetting = ReturnType<typeof numberSetting>;

function required(setting: NumberSetting) {
  return z.unknown().transform((value, sink): number => {
    const parsed = setting.safeParse(value);
    if (!parsed.success) return forward(sink, parsed.error.issues);
    if (typeof parsed.data === 'number') return parsed.data;
    return forward(sink, [refusal([], 'scenario.required', 'be given', 'write a number')]);
  });
}

interface Sink {
  addIssue(issue: {
    readonly code: 'custom';
    readonly input: unknown;
    readonly message: string;
    readonly path: PropertyKey[];
    readonly params: Readonly<Record<string, unknown>>;
  }): void;
}

type Issue = z.core.$ZodIssue;

function refusal(
  path: readonly PropertyKey[],
  ...[rule, allowed, fix]: [string, string, string]
): Issue {
  return {
    code: 'custom',
    input: undefined,
    message: allowed,
    path: [...path],
    params: { rule, allowed, fix },
  };
}

/** Hands the findings about a part to whoever reads the whole. The value returned is never looked at. */
function forward(sink: Sink, issues: readonly Issue[]): never {
  for (const issue of issues) {
    const unknownKey = issue.code === 'unrecognized_keys';
    const path = unknownKey ? [...issue.path, issue.keys[0] ?? ''] : [...issue.path];
    const words = { rule: 'scenario.key', allowed: 'be left out', fix: 'remove it' };
    const params = issue.code === 'custom' ? (issue.params ?? words) : words;
    sink.addIssue({ code: 'custom', input: undefined, message: issue.message, path, params });
  }
  return z.NEVER;
}

const load = z.strictObject({
  requests_per_second: numberSetting({ of: 'any', least: 0.001, most: 10_000, example: 10 }),
  duration_seconds: length(60),
  arrivals: choiceSetting(['poisson', 'constant']),
  stream_share: share(0.5),
  models: z
    .record(z.string(), required(numberSetting({ of: 'any', least: 0, example: 1 })))
    .nullish(),
  abandon_share: share(0.05),
  abandon_within_seconds: length(5),
  timeout_seconds: length(30),
});

const fault = z.strictObject({
  kind: choiceSetting(FAULT_KINDS),
  from_seconds: seconds(10),
  to_seconds: seconds(20),
  period_seconds: length(10),
  share: share(0.5),
  factor,
  error_share: share(0.5),
  status: numberSetting({ of: 'whole', least: 400, most: 599, example: 503 }),
  retry_after_seconds: seconds(10),
  requests_per_minute: numberSetting({ of: 'whole', least: 0, most: 10_000_000, example: 60 }),
  after_tokens: tokenCount,
});

const behaviour = {
  first_token_ms: distribution(LONGEST_MS, 400),
  token_interval_ms: distribution(LONGEST_MS, 20),
  prompt_tokens: distribution(MOST_TOKENS, 500),
  tokens: distribution(MOST_TOKENS, 100),
};

export const scenarioSchema = z.strictObject({
  load: load.nullish(),
  deployments: z
    .array(
      z.strictObject({
        match: requiredTextSetting('azure/*'),
        ...behaviour,
        faults: z.array(fault).nullish(),
      }),
    )
    .nullish(),
});

export type ScenarioFile = z.infer<typeof scenarioSchema>;
export type FaultEntry = z.infer<typeof fault>;

/** The keys of each kind of fault beside those of its window; the first list must be there, the second may. */
export const FAULT_KEYS: Readonly<
  Record<
    (typeof FAULT_KINDS)[number],
    { readonly must: readonly (keyof FaultEntry)[]; readonly may: readonly (keyof FaultEntry)[] }
  >
> = {
  slow: { must: [], may: ['factor'] },
  'brown-out': { must: ['to_seconds'], may: ['factor', 'error_share'] },
  down: { must: [], may: [] },
  reset: { must: [], may: [] },
  status: { must: ['status'], may: ['retry_after_seconds'] },
  'rate-limit': { must: ['requests_per_minute'], may: [] },
  stall: { must: [], may: [] },
  'stall-mid-stream': { must: [], may: ['after_tokens'] },
  cut: { must: [], may: ['after_tokens'] },
  truncate: { must: [], may: ['after_tokens'] },
  'error-event': { must: [], may: ['status'] },
};

export const WINDOW_KEYS: readonly (keyof FaultEntry)[] = [
  'kind',
  'from_seconds',
  'to_seconds',
  'period_seconds',
  'share',
];

/** What may stand where, for messages about a key that is not known. */
export const KNOWN_KEYS: Readonly<
  Record<'scenario' | 'load' | 'deployment' | 'fault', readonly string[]>
> = {
  scenario: Object.keys(scenarioSchema.shape),
  load: Object.keys(load.shape),
  deployment: ['match', ...Object.keys(behaviour), 'faults'],
  fault: Object.keys(fault.shape),
};
