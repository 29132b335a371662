/**
 * One thing that is wrong with what a user wrote, in the words of the user: where it stands, what was found there,
 * what is allowed and how to mend it.
 */
export interface Problem {
  /** Stable id of the rule that was broken, such as `database.multi-zone`. Listed in `docs/rules.md`. */
  readonly rule: string;
  /** Where the value stands, such as `database.readReplicas` or `model_list[2].litellm_params.api_key`. */
  readonly path: string;
  /** What is allowed there; completes the sentence "… must …". */
  readonly allowed: string;
  /** What was found, printable and free of secrets. */
  readonly got: string;
  /** What to do about it; a clause in the imperative. */
  readonly fix: string;
}

/** A finding that stops nothing, yet deserves a look: the text names the better form. */
export interface Warning {
  readonly rule: string;
  readonly path: string;
  readonly message: string;
}

/** `database.readReplicas must be 0–15, got 16; lower it`. */
export function describeProblem(problem: Problem): string {
  return `${problem.path} must ${problem.allowed}, got ${problem.got}; ${problem.fix}`;
}

/** `general_settings.redis_host: redis settings belong under litellm_settings.cache_params`. */
export function describeWarning(warning: Warning): string {
  return `${warning.path}: ${warning.message}`;
}

/**
 * The description of a deployment, or a configuration file, cannot be used. It carries every problem found, not the
 * first one, so that a user mends them in one go.
 */
export class SpecError extends Error {
  readonly problems: readonly Problem[];
  /** Findings that alone would stop nothing, such as a typo, which may be why something else is missing. */
  readonly warnings: readonly Warning[];

  constructor(subject: string, problems: readonly Problem[], warnings: readonly Warning[] = []) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(
      [
        `${subject}: ${count}`,
        ...problems.map((problem) => `  - ${describeProblem(problem)}`),
        ...warnings.map((warning) => `  - warning: ${describeWarning(warning)}`),
      ].join('\n'),
    );
    this.name = 'SpecError';
    this.problems = problems;
    this.warnings = warnings;
  }
}
