import type { Cancel, Clock } from '../ports';

/** What the wall shows when the simulation begins: a fixed date, so that dates in headers repeat too. */
const WALL_START_MS = Date.UTC(2030, 0, 1);

/** Not zero, because a monotonic clock that runs never shows zero either. Unit: milliseconds. */
export const START_MS = 1_000;

/** A simulation that does more than this does not end. */
const MOST_EVENTS = 50_000_000;

interface Event {
  readonly atMs: number;
  /** Breaks ties, so that events of one moment happen in the order they were planned. */
  readonly order: number;
  callback: (() => void) | null;
}

/** Time that passes only when nothing is left to do: hours of it in a second, and the same every time. */
export class VirtualClock implements Clock {
  private readonly heap: Event[] = [];
  private currentMs = START_MS;
  private planned = 0;

  nowMs(): number {
    return this.currentMs;
  }

  wallMs(): number {
    return WALL_START_MS + this.currentMs;
  }

  after(delayMs: number, callback: () => void): Cancel {
    const event: Event = {
      atMs: this.currentMs + Math.max(0, delayMs),
      order: this.planned,
      callback,
    };
    this.planned += 1;
    push(this.heap, event);
    return () => {
      event.callback = null;
    };
  }

  /** Lives through every event. `onSettled` is called whenever all that an event set going has settled. */
  async run(onSettled: () => void): Promise<void> {
    for (let events = 0; events < MOST_EVENTS; events += 1) {
      await settle();
      onSettled();
      const event = this.takeNext();
      if (event === null) return;
      this.currentMs = event.atMs;
      event.callback?.();
    }
    throw new Error(`the simulation does not end: ${MOST_EVENTS} events and still more to come`);
  }

  private takeNext(): Event | null {
    for (;;) {
      const event = pop(this.heap);
      if (event === null || event.callback !== null) return event;
    }
  }
}

/** Every promise that can go on has gone on once the event loop turns. Whatever waits longer waits for this clock. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function push(heap: Event[], event: Event): void {
  let at = heap.length;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(event, parent)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = event;
}

function pop(heap: Event[]): Event | null {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined) return null;
  if (heap.length > 0) sink(heap, last);
  return first;
}

/** Places the event at the top and lets it sink below whatever comes before it. */
function sink(heap: Event[], event: Event): void {
  let at = 0;
  for (;;) {
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    if (left === undefined) break;
    const rightIsFirst = right !== undefined && isBefore(right, left);
    const child = rightIsFirst ? right : left;
    if (!isBefore(child, event)) break;
    heap[at] = child;
    at = 2 * at + (rightIsFirst ? 2 : 1);
  }
  heap[at] = event;
}
