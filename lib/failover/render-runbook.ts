import type { FailureResponse, Procedure, ServiceCall, Step } from './procedure';

/** The commands that take a step on a target, as they are typed; none where nobody knows any. */
export type StepCommands = (step: Step) => readonly string[];

const NO_COMMANDS: StepCommands = () => [];

/** A procedure as a page that a person can follow when no machinery does. */
export function renderRunbook(procedure: Procedure, commandsOf = NO_COMMANDS): string {
  const { kind, name, region, ledBy, target, steps } = procedure;
  const title = kind === 'failover' ? `Failover from ${region}` : `Failback to ${region}`;
  return [
    `# ${title}: ${name} on ${target}`,
    '',
    `Led from ${ledBy}. Take the steps in this order. Each may be taken twice: look first whether it is done.`,
    ...steps.flatMap((step, index) => [
      '',
      ...renderStep(step, index + 1),
      ...renderCommands(commandsOf(step)),
    ]),
    '',
  ].join('\n');
}

function renderStep(step: Step, number: number): readonly string[] {
  return [
    `## ${number}. ${step.summary}`,
    '',
    `- Step: \`${step.id}\`, in ${step.runsIn}, ${step.effect === 'changes' ? 'changes something' : 'only looks'}`,
    ...(step.requires.length === 0
      ? []
      : [`- Only after: ${step.requires.map((id) => `\`${id}\``).join(', ')}`]),
    `- Done when: ${step.doneWhen}`,
    `- Time: ${step.timeoutSeconds} s at most, ${step.maxAttempts} attempts`,
    `- Uses: ${step.calls.map(renderCall).join(', ')}`,
    `- If it fails: ${renderResponse(step.onFailure)}`,
  ];
}

function renderCommands(commands: readonly string[]): readonly string[] {
  return commands.length === 0 ? [] : ['', '```sh', ...commands, '```'];
}

function renderCall({ service, plane, home }: ServiceCall): string {
  return `${service} (${plane} plane, ${home})`;
}

function renderResponse(response: FailureResponse): string {
  switch (response.kind) {
    case 'alert':
      return response.advice;
    case 'roll-back':
      return `${response.how}; ${response.advice}`;
  }
}
