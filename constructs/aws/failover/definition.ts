import { findUnsafeSteps, type Procedure, type Step } from '../../../lib';

/** A machine of AWS Step Functions, in the few words of its language that are needed here. */
export interface StateMachineDefinition {
  readonly Comment: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export type State = TaskState | ChoiceState | EndState;

export interface TaskState {
  readonly Type: 'Task';
  readonly Comment?: string;
  readonly Resource: string;
  readonly Parameters: Readonly<Record<string, unknown>>;
  readonly ResultPath: string | null;
  readonly TimeoutSeconds: number;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly ResultPath: string;
    readonly Next: string;
  }[];
  readonly Next: string;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxAttempts: number;
}

export interface ChoiceState {
  readonly Type: 'Choice';
  readonly Choices: readonly (Readonly<Record<string, unknown>> & { readonly Next: string })[];
  readonly Default: string;
}

export type EndState =
  | { readonly Type: 'Succeed' }
  | { readonly Type: 'Fail'; readonly Error: string; readonly Cause: string };

export interface DefinitionInput {
  readonly executorArn: string;
  readonly topicArn: string;
  /** The partition of AWS, late-bound. */
  readonly partition: string;
}

/** The function answers within this, and says then whether it is to be called again. */
export const EXECUTOR_TIMEOUT_SECONDS = 300;

/** The name of the error by which the function asks to be called again. */
const NOT_YET = 'NotYet';
const POLL_SECONDS = 10;
/** A machine keeps 25 000 events; each look takes five. */
const MOST_LOOKS = 300;
const TELL_TIMEOUT_SECONDS = 30;

/**
 * A procedure as a machine: one state for each step, in the order of the procedure. A step is looked at until it is done or
 * its time is up, tried again as often as it may be, and then somebody is told; what may be taken back is. Started again
 * after that, or redriven, the machine finds done what is done.
 *
 * @throws {Error} when a step could not be taken in the very case it is made for.
 */
export function renderFailoverDefinition(
  procedure: Procedure,
  input: DefinitionInput,
): StateMachineDefinition {
  const [unsafe] = findUnsafeSteps(procedure);
  if (unsafe !== undefined) throw new Error(`${unsafe.stepId} ${unsafe.reason}`);
  const { steps, kind, region } = procedure;
  const [first] = steps;
  if (first === undefined) throw new Error(`the ${kind} of ${region} has no step`);
  return {
    Comment: `${kind} of ${region}, led by ${procedure.ledBy}`,
    StartAt: 'Confirmed',
    States: {
      Confirmed: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.mode', StringEquals: 'rehearsal', Next: first.id },
          {
            And: [
              { Variable: '$.mode', StringEquals: 'real' },
              { Variable: '$.confirm', IsPresent: true },
              { Variable: '$.confirm', StringEquals: region },
            ],
            Next: first.id,
          },
        ],
        Default: 'Unconfirmed',
      },
      Unconfirmed: {
        Type: 'Fail',
        Error: 'Unconfirmed',
        Cause: `start with {"mode":"rehearsal"}, or with {"mode":"real","confirm":"${region}"}`,
      },
      ...Object.fromEntries(
        steps.flatMap((step, index) =>
          renderStep(step, { ...input, procedure, next: steps[index + 1]?.id ?? 'Done' }),
        ),
      ),
      Done: { Type: 'Succeed' },
      Failed: { Type: 'Fail', Error: 'StepFailed', Cause: 'a step failed; somebody was told' },
    },
  };
}

interface StepInput extends DefinitionInput {
  readonly procedure: Procedure;
  readonly next: string;
}

function renderStep(step: Step, input: StepInput): readonly (readonly [string, State])[] {
  const tell = `tell.${step.id}`;
  const undone = selectUndone(step, input.procedure);
  const undo = `undo.${step.id}`;
  return [
    [
      step.id,
      {
        Type: 'Task',
        Comment: step.summary,
        ...invoke(input, { kind: 'step', step: brief(step), 'mode.$': '$.mode' }),
        Retry: planRetries(step),
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            ResultPath: '$.error',
            Next: undone === null ? tell : undo,
          },
        ],
        Next: input.next,
      },
    ],
    ...(undone === null
      ? []
      : ([
          [
            undo,
            {
              Type: 'Task',
              ...invoke(input, { kind: 'undo', step: brief(undone), 'mode.$': '$.mode' }),
              Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.undoError', Next: tell }],
              Next: tell,
            },
          ],
        ] as const)),
    [
      tell,
      {
        Type: 'Task',
        Resource: `arn:${input.partition}:states:::sns:publish`,
        Parameters: { TopicArn: input.topicArn, Message: renderMessage(step, input.procedure) },
        ResultPath: null,
        TimeoutSeconds: TELL_TIMEOUT_SECONDS,
        Next: 'Failed',
      },
    ],
  ];
}

function invoke(
  { executorArn, partition }: DefinitionInput,
  payload: Readonly<Record<string, unknown>>,
): Pick<TaskState, 'Resource' | 'Parameters' | 'ResultPath' | 'TimeoutSeconds'> {
  return {
    Resource: `arn:${partition}:states:::lambda:invoke`,
    Parameters: { FunctionName: executorArn, Payload: payload },
    ResultPath: null,
    TimeoutSeconds: EXECUTOR_TIMEOUT_SECONDS,
  };
}

function brief({ id, action, runsIn }: Step): Pick<Step, 'id' | 'action' | 'runsIn'> {
  return { id, action, runsIn };
}

function planRetries({ timeoutSeconds, maxAttempts }: Step): readonly Retrier[] {
  const pollSeconds = Math.max(POLL_SECONDS, Math.ceil(timeoutSeconds / MOST_LOOKS));
  return [
    {
      ErrorEquals: [NOT_YET],
      IntervalSeconds: pollSeconds,
      BackoffRate: 1,
      MaxAttempts: Math.ceil(timeoutSeconds / pollSeconds),
    },
    {
      ErrorEquals: ['States.ALL'],
      IntervalSeconds: 5,
      BackoffRate: 2,
      MaxAttempts: maxAttempts - 1,
    },
  ];
}

/** The step that is taken back: this one, or the fence where nothing has moved since. */
export function selectUndone(step: Step, { steps }: Procedure): Step | null {
  if (step.onFailure.kind !== 'roll-back') return null;
  switch (step.action.kind) {
    case 'fence-writer':
    case 'set-region-switch':
      return step;
    default:
      return steps.find(({ action }) => action.kind === 'fence-writer') ?? null;
  }
}

function renderMessage({ id, summary, onFailure }: Step, { kind, region }: Procedure): string {
  return (
    `The ${kind} of ${region} stopped at ${id}: ${summary}. ${onFailure.advice}. ` +
    'When it is mended, redrive the execution: it goes on from this step.'
  );
}
