import type { Clock } from '../ports';
import type { Cancellation } from './cancellation';

/** A place at a deployment. Giving it back twice does no harm. */
export interface Slot {
  release(): void;
}

export interface Waiting {
  /** 0 first. */
  readonly priority: number;
  readonly deadlineMs: number;
  readonly cancellation: Cancellation;
}

interface Ticket {
  readonly priority: number;
  readonly number: number;
  readonly admit: (slot: Slot) => void;
}

/** Bounds how many requests a deployment has at once. Who comes too many waits: by priority, then in the order of coming. */
export class Slots {
  private readonly taken = new Map<string, number>();
  private readonly queues = new Map<string, readonly Ticket[]>();
  private tickets = 0;

  constructor(private readonly clock: Clock) {}

  /** Null: all places are taken. `size` null: there is no bound. */
  take(deploymentId: string, size: number | null): Slot | null {
    if (size !== null && this.takenOf(deploymentId) >= size) return null;
    this.taken.set(deploymentId, this.takenOf(deploymentId) + 1);
    return this.createSlot(deploymentId, size);
  }

  /** Waits for a place, no longer than the call has time. */
  wait(deploymentId: string, waiting: Waiting): Promise<Slot | 'too-late' | 'cancelled'> {
    const { cancellation } = waiting;
    return new Promise((resolve) => {
      const leave = (): void => {
        cancelTimer();
        cancellation.listen(null);
        this.leave(deploymentId, ticket);
      };
      const ticket: Ticket = {
        priority: waiting.priority,
        number: (this.tickets += 1),
        admit: (slot) => {
          leave();
          resolve(slot);
        },
      };
      const cancelTimer = this.clock.after(
        Math.max(0, waiting.deadlineMs - this.clock.nowMs()),
        () => {
          leave();
          resolve('too-late');
        },
      );
      this.queues.set(deploymentId, [...this.queueOf(deploymentId), ticket].sort(compareTickets));
      cancellation.listen(() => {
        leave();
        resolve('cancelled');
      });
    });
  }

  private createSlot(deploymentId: string, size: number | null): Slot {
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        // The place goes from hand to hand, or a newcomer would overtake those who wait.
        const next = this.queueOf(deploymentId)[0];
        if (next !== undefined) next.admit(this.createSlot(deploymentId, size));
        else this.taken.set(deploymentId, this.takenOf(deploymentId) - 1);
      },
    };
  }

  private leave(deploymentId: string, ticket: Ticket): void {
    const rest = this.queueOf(deploymentId).filter((other) => other !== ticket);
    if (rest.length === 0) this.queues.delete(deploymentId);
    else this.queues.set(deploymentId, rest);
  }

  private takenOf(deploymentId: string): number {
    return this.taken.get(deploymentId) ?? 0;
  }

  private queueOf(deploymentId: string): readonly Ticket[] {
    return this.queues.get(deploymentId) ?? [];
  }
}

function compareTickets(a: Ticket, b: Ticket): number {
  return a.priority - b.priority || a.number - b.number;
}
