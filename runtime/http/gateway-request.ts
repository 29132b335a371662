import type { IncomingMessage } from 'node:http';
import type { Reply } from './reply';

/** One HTTP request, with its path taken apart. */
export interface GatewayRequest {
  readonly incoming: IncomingMessage;
  readonly reply: Reply;
  /** As the client wrote it, without what follows the question mark. */
  readonly path: string;
  readonly routeName: string;
  /** The variable part of the path, decoded. */
  readonly variable: string | null;
  /** What follows the question mark. */
  readonly query: string;
  readonly startedMs: number;
}
