import { createParser } from 'eventsource-parser';
import { BrokenStreamError } from './answer-dialect';
import type { EventReader, ProviderEvent } from './answer-dialect';

/** Longer than the longest single event of any provider, an image in base64. Unit: characters. */
const LONGEST_EVENT = 16 * 1024 * 1024;

/** Server-sent events, with any line ends, comments, and characters cut between chunks. */
export class ServerSentEvents implements EventReader {
  private events: ProviderEvent[] = [];
  private readonly decoder = new TextDecoder();
  private readonly parser = createParser({
    onEvent: ({ event, data }) => this.events.push({ name: event ?? '', data }),
  });
  /** Since the last event. */
  private length = 0;

  read(chunk: Buffer): readonly ProviderEvent[] {
    this.events = [];
    this.parser.feed(this.decoder.decode(chunk, { stream: true }));
    this.length = this.events.length > 0 ? 0 : this.length + chunk.length;
    if (this.length > LONGEST_EVENT) throw new BrokenStreamError('an event has no end');
    return this.events;
  }

  /** A carriage return at the very end may have been half a line end. */
  end(): readonly ProviderEvent[] {
    this.events = [];
    this.parser.feed('\n');
    return this.events;
  }
}
