import type { Step } from '../../../lib';
import type { ExecutorPorts } from './executor-ports';

/** Takes back what may be taken back: a fence while nothing has moved, and a switch. */
export async function undoStep(
  { id, action }: Pick<Step, 'id' | 'action'>,
  { database, switches }: Pick<ExecutorPorts, 'database' | 'switches'>,
): Promise<void> {
  switch (action.kind) {
    case 'fence-writer':
      if (!(await database.isReplica())) await database.allowWrites();
      return;
    case 'set-region-switch':
      await switches.write(action.target, action.state === 'closed' ? 'open' : 'closed');
      return;
    default:
      throw new Error(`${id} is not taken back`);
  }
}
