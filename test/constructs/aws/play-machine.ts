import type {
  ChoiceState,
  StateMachineDefinition,
  TaskState,
} from '../../../constructs/aws/failover/definition';

/** What a machine did, state by state, and how it ended. */
export interface Execution {
  readonly visited: readonly string[];
  readonly messages: readonly string[];
  readonly end: 'succeeded' | { readonly failed: string };
}

export interface MachineInput {
  readonly mode?: string;
  readonly confirm?: string;
}

/** Plays the part of Step Functions' language that the machines use, without waiting. */
export async function playMachine(
  { StartAt, States }: StateMachineDefinition,
  input: MachineInput,
  invoke: (payload: unknown) => Promise<unknown>,
): Promise<Execution> {
  const visited: string[] = [];
  const messages: string[] = [];
  for (let name = StartAt; ;) {
    const state = States[name];
    if (state === undefined) throw new Error(`there is no state ${name}`);
    visited.push(name);
    switch (state.Type) {
      case 'Succeed':
        return { visited, messages, end: 'succeeded' };
      case 'Fail':
        return { visited, messages, end: { failed: state.Error } };
      case 'Choice':
        name = choose(state, input);
        break;
      case 'Task':
        name = await run(state, { input, messages, invoke });
        break;
    }
  }
}

async function run(
  state: TaskState,
  world: {
    readonly input: MachineInput;
    readonly messages: string[];
    readonly invoke: (payload: unknown) => Promise<unknown>;
  },
): Promise<string> {
  if (state.Resource.endsWith(':sns:publish')) {
    world.messages.push(String(state.Parameters['Message']));
    return state.Next;
  }
  const { 'mode.$': _, ...payload } = state.Parameters['Payload'] as Record<string, unknown>;
  const retried = new Map<number, number>();
  for (;;) {
    try {
      await world.invoke({ ...payload, mode: world.input.mode });
      return state.Next;
    } catch (error) {
      const name = error instanceof Error ? error.name : 'Error';
      const matches = ({ ErrorEquals }: { readonly ErrorEquals: readonly string[] }): boolean =>
        ErrorEquals.includes(name) || ErrorEquals.includes('States.ALL');
      const index = (state.Retry ?? []).findIndex(matches);
      const used = retried.get(index) ?? 0;
      if (index >= 0 && used < (state.Retry?.[index]?.MaxAttempts ?? 0)) {
        retried.set(index, used + 1);
        continue;
      }
      const caught = (state.Catch ?? []).find(matches);
      if (caught === undefined) throw error;
      return caught.Next;
    }
  }
}

function choose({ Choices, Default }: ChoiceState, input: MachineInput): string {
  const read = (variable: unknown): string | undefined =>
    input[String(variable).replace('$.', '') as keyof MachineInput];
  const holds = (rule: Readonly<Record<string, unknown>>): boolean => {
    if (Array.isArray(rule['And'])) {
      return (rule['And'] as Readonly<Record<string, unknown>>[]).every(holds);
    }
    const value = read(rule['Variable']);
    return 'IsPresent' in rule ? value !== undefined : value === rule['StringEquals'];
  };
  return Choices.find(holds)?.Next ?? Default;
}
