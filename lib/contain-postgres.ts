import type { BackendMessage } from 'pg-protocol/dist/messages';
import { Parser } from 'pg-protocol/dist/parser';

/** What is needed of a connection of the driver `pg`; its own types leave it out. */
interface Wire {
  readonly stream: WireStream;
  attachListeners(stream: WireStream): void;
  emit(event: string, message: BackendMessage): unknown;
  on(event: 'errorMessage', listener: (message: { readonly code?: string }) => void): unknown;
}

interface WireStream {
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  destroy(error?: Error): unknown;
}

/** A client of the driver `pg`. */
interface PostgresClient {
  readonly connection: object;
  on(event: 'error', listener: () => void): unknown;
}

/** A server, a pooler or something between them sent bytes that cannot be a message. */
export class PostgresProtocolError extends Error {
  constructor(options?: { readonly cause: unknown }) {
    super(
      'the database sent bytes that are no message of its protocol; the connection was closed',
      options,
    );
  }
}

/**
 * Makes nonsense end the connection it came on, and nothing else. The driver parses inside the socket's `data` event, so an
 * exception of its parser, as over a row that a pooler cut short, would be nobody's and end the process. As the error of
 * the socket it takes the way of every broken connection: what was asked rejects, and the pool opens another one.
 */
export function containPostgres<Client extends PostgresClient>(client: Client): Client {
  const wire = client.connection as Wire;
  wire.attachListeners = (stream) => {
    const parser = createBoundedParser();
    const tell = (message: BackendMessage): void => {
      wire.emit(message.name === 'error' ? 'errorMessage' : message.name, message);
    };
    stream.on('data', (chunk) => {
      try {
        parser.parse(chunk, tell);
      } catch (cause) {
        stream.destroy(new PostgresProtocolError({ cause }));
      }
    });
  };
  // Every error of a server has an SQLSTATE. One without is the driver's word for a message that does not exist.
  wire.on('errorMessage', (message) => {
    if (message.code === undefined) wire.stream.destroy(new PostgresProtocolError());
  });
  closeFailedLogins(client, wire);
  // Some failures of logging in are told by an event alone, before anybody could listen to a client of a pool.
  client.on('error', () => undefined);
  return client;
}

interface Login {
  _connect(callback: (error: unknown, client: unknown) => void): void;
}

/** The driver drops a client whose login fails on its own side, and leaves the connection open. */
function closeFailedLogins(client: object, wire: Wire): void {
  const login = client as Login;
  const connect = login._connect.bind(client);
  login._connect = (callback) =>
    connect((error, connected) => {
      if (error !== null && error !== undefined) wire.stream.destroy();
      callback(error, connected);
    });
}

/** Where the body of a message begins, its letter, its length, and the bytes it stands in. */
type Packet = readonly [offset: number, code: number, length: number, bytes: Buffer];

interface BoundedParts {
  readonly reader: MessageReader;
  handlePacket(...packet: Packet): BackendMessage;
}

interface MessageReader {
  readonly buffer: Buffer;
  readonly offset: number;
  string(length: number): string;
  cstring(): string;
}

/** Of the length of a message, which counts itself. */
const LENGTH_BYTES = 4;

/**
 * The driver's parser, which reads on behind the end of a message that is shorter than it says: into the next one, past
 * the end of a row without noticing, and over an error without its last byte for ever.
 */
function createBoundedParser(): Parser {
  const parser = new Parser();
  const parts = parser as unknown as BoundedParts;
  const handle = parts.handlePacket.bind(parser);
  parts.handlePacket = (...[offset, code, length, bytes]) => {
    if (length < LENGTH_BYTES) throw new RangeError(`a message cannot be ${length} bytes long`);
    return handle(offset, code, length, bytes.subarray(0, offset + length - LENGTH_BYTES));
  };
  const { reader } = parts;
  const string = reader.string.bind(reader);
  reader.string = (length) => {
    if (length < 0 || reader.offset + length > reader.buffer.length) {
      throw new RangeError('a text goes beyond the end of its message');
    }
    return string(length);
  };
  const cstring = reader.cstring.bind(reader);
  reader.cstring = () => {
    if (reader.buffer.indexOf(0, reader.offset) === -1) {
      throw new RangeError('a text has no end within its message');
    }
    return cstring();
  };
  return parser;
}
