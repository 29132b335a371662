import { describeSchemaIssues } from '../../lib/config/schema-problems';
import { renderPath, type ConfigMap, type ConfigPath } from '../../lib/config/config-tree';
import { describeValueAt } from '../../lib/config/describe-value';
import { parseYaml } from '../../lib/config/parse-yaml';
import { closestKey } from '../../lib/config/settings/closest-key';
import { SpecError, type Problem } from '../../lib/errors';
import { SCENARIO_DEFAULTS } from './defaults';
import type { BehaviourRule, Fault, FaultKind, Load, Scenario } from './scenario';
import {
  FAULT_KEYS,
  KNOWN_KEYS,
  scenarioSchema,
  WINDOW_KEYS,
  type FaultEntry,
  type ScenarioFile,
} from './scenario-schema';

/** Reads a scenario (YAML or JSON) and completes it. Throws a `SpecError` with every problem found. */
export function parseScenario(text: string, fileName = 'scenario'): Scenario {
  const { tree, problems } = parseYaml(text);
  if (problems.length > 0) throw new SpecError(fileName, problems);
  const parsed = scenarioSchema.safeParse(tree);
  if (!parsed.success) throw new SpecError(fileName, describeIssues(parsed.error.issues, tree));
  const found = findFaultProblems(parsed.data, tree);
  if (found.length > 0) throw new SpecError(fileName, found);
  return {
    load: parseLoad(parsed.data),
    rules: (parsed.data.deployments ?? []).map(parseRule),
  };
}

function parseLoad({ load }: ScenarioFile): Load {
  const defaults = SCENARIO_DEFAULTS.load;
  return {
    requestsPerSecond: load?.requests_per_second ?? defaults.requestsPerSecond,
    durationSeconds: load?.duration_seconds ?? defaults.durationSeconds,
    arrivals: load?.arrivals ?? defaults.arrivals,
    streamShare: load?.stream_share ?? defaults.streamShare,
    models: load?.models ?? null,
    abandonShare: load?.abandon_share ?? defaults.abandonShare,
    abandonWithinSeconds: load?.abandon_within_seconds ?? defaults.abandonWithinSeconds,
    timeoutSeconds: load?.timeout_seconds ?? null,
  };
}

type DeploymentEntry = NonNullable<ScenarioFile['deployments']>[number];

function parseRule(entry: DeploymentEntry): BehaviourRule {
  return {
    match: entry.match,
    firstTokenMs: entry.first_token_ms ?? null,
    tokenIntervalMs: entry.token_interval_ms ?? null,
    promptTokens: entry.prompt_tokens ?? null,
    tokens: entry.tokens ?? null,
    faults: (entry.faults ?? []).map(parseFault),
  };
}

function parseFault(entry: FaultEntry): Fault {
  return {
    ...parseFaultKind(entry),
    fromSeconds: entry.from_seconds ?? 0,
    toSeconds: entry.to_seconds ?? Infinity,
    periodSeconds: entry.period_seconds ?? null,
    share: entry.share ?? 1,
  };
}

function parseFaultKind(entry: FaultEntry): FaultKind {
  const defaults = SCENARIO_DEFAULTS.fault;
  // What must be there was checked before; an entry without a kind was refused.
  const kind = entry.kind ?? 'down';
  switch (kind) {
    case 'slow':
      return { kind, factor: entry.factor ?? defaults.factor };
    case 'brown-out':
      return {
        kind,
        factor: entry.factor ?? defaults.factor,
        errorShare: entry.error_share ?? defaults.errorShare,
      };
    case 'status':
      return {
        kind,
        status: entry.status ?? defaults.status,
        retryAfterSeconds: entry.retry_after_seconds ?? null,
      };
    case 'rate-limit':
      return { kind, requestsPerMinute: entry.requests_per_minute ?? 0 };
    case 'stall-mid-stream':
    case 'cut':
    case 'truncate':
      return { kind, afterTokens: entry.after_tokens ?? defaults.afterTokens };
    case 'error-event':
      return { kind, status: entry.status ?? defaults.status };
    case 'down':
    case 'reset':
    case 'stall':
      return { kind };
  }
}

/** What depends on the kind of the fault: keys that are missing, or that mean nothing there. */
function findFaultProblems(file: ScenarioFile, written: ConfigMap): readonly Problem[] {
  return (file.deployments ?? []).flatMap((deployment, at) =>
    (deployment.faults ?? []).flatMap((entry, index) => {
      const path = ['deployments', at, 'faults', index];
      const problem = (key: string, words: Pick<Problem, 'rule' | 'allowed' | 'fix'>): Problem => ({
        path: renderPath([...path, key]),
        got: describeValueAt(written, [...path, key]),
        ...words,
      });
      const kind = entry.kind ?? null;
      if (kind === null) return [problem('kind', KIND_MISSING)];
      const { must, may } = FAULT_KEYS[kind];
      const missing = must.filter((key) => (entry[key] ?? null) === null);
      const useless = (Object.keys(entry) as (keyof FaultEntry)[]).filter(
        (key) => ![...WINDOW_KEYS, ...must, ...may].includes(key),
      );
      return [
        ...missing.map((key) => problem(key, mustBeGiven(kind))),
        ...useless.map((key) => problem(key, mustBeLeftOut(kind, [...must, ...may]))),
        ...((entry.to_seconds ?? Infinity) <= (entry.from_seconds ?? 0)
          ? [problem('to_seconds', WINDOW_EMPTY)]
          : []),
      ];
    }),
  );
}

const KIND_MISSING = {
  rule: 'scenario.fault-kind',
  allowed: 'be given',
  fix: 'write the kind of fault, such as down',
} as const;

const WINDOW_EMPTY = {
  rule: 'scenario.window',
  allowed: 'be later than from_seconds',
  fix: 'raise it, or leave it out for a fault that stays',
} as const;

const mustBeGiven = (kind: string) => ({
  rule: 'scenario.fault-key',
  allowed: `be given for a fault of kind ${kind}`,
  fix: 'write a number',
});

const mustBeLeftOut = (kind: string, keys: readonly string[]) => ({
  rule: 'scenario.fault-key',
  allowed: `be left out for a fault of kind ${kind}`,
  fix: keys.length === 0 ? 'remove it' : `remove it, or use ${keys.join(' or ')}`,
});

type Issues = Parameters<typeof describeSchemaIssues>[0];

function describeIssues(issues: Issues, written: ConfigMap): readonly Problem[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return describeSchemaIssues([issue], written);
    const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
    return issue.keys.map((key) => describeUnknownKey([...path, key]));
  });
}

/** A typo in a scenario would silently simulate something else. */
function describeUnknownKey(path: ConfigPath): Problem {
  const known = selectKnownKeys(path);
  const key = String(path.at(-1));
  const likely = closestKey(key, known);
  return {
    rule: 'scenario.unknown-key',
    path: renderPath(path),
    allowed: `be one of ${known.join(', ')}`,
    got: 'an unknown key',
    fix: likely === null ? 'remove it' : `did you mean ${likely}?`,
  };
}

function selectKnownKeys(path: ConfigPath): readonly string[] {
  if (path.length === 1) return KNOWN_KEYS.scenario;
  if (path[0] === 'load') return KNOWN_KEYS.load;
  return path.includes('faults') ? KNOWN_KEYS.fault : KNOWN_KEYS.deployment;
}
