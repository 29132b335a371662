import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** What happens to the bytes of a conversation, counted in one direction from the start of a connection. */
export type WireFault =
  /** The connection ends after this many bytes, in the middle of whatever they belong to. */
  | { readonly kind: 'cut'; readonly from: 'server' | 'client'; readonly atByte: number }
  /** One byte is changed. Only of the server: what a client sends changed is stored changed. */
  | { readonly kind: 'flip'; readonly atByte: number; readonly mask: number }
  /** Bytes that no server sends come between others. */
  | { readonly kind: 'insert'; readonly atByte: number; readonly bytes: Buffer };

export interface FaultProxy {
  readonly port: number;
  /** Of the next connections, until something else is said. */
  setFault(fault: WireFault | null): void;
  /** What the server sent over the connection that was longest, unspoilt. */
  readonly longest: Buffer;
  /** Ends all connections there are. */
  cutAll(): void;
  stop(): Promise<void>;
}

/** A stretch of network on loopback that spoils what passes at a byte that the test chooses. */
export async function startFaultProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<FaultProxy> {
  let fault: WireFault | null = null;
  let longest: Buffer = Buffer.alloc(0);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target);
    const ofConnection = fault;
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    const pass = (from: 'server' | 'client'): void => {
      const [source, sink] = from === 'server' ? [upstream, client] : [client, upstream];
      let passed = 0;
      const seen: Buffer[] = [];
      source.on('data', (chunk: Buffer) => {
        const { bytes, end: isEnd } = spoil(chunk, passed, { fault: ofConnection, from });
        passed += chunk.length;
        if (from === 'server') {
          seen.push(chunk);
          if (passed > longest.length) longest = Buffer.concat(seen);
        }
        if (!isEnd) sink.write(bytes);
        // What came before the cut arrives; then the connection is gone.
        else sink.end(bytes, () => end());
      });
    };
    pass('server');
    pass('client');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    setFault: (next) => {
      fault = next;
    },
    get longest() {
      return longest;
    },
    cutAll: () => {
      for (const socket of sockets) socket.destroy();
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function spoil(
  chunk: Buffer,
  passed: number,
  { fault, from }: { readonly fault: WireFault | null; readonly from: 'server' | 'client' },
): { readonly bytes: Buffer; readonly end: boolean } {
  const whole = { bytes: chunk, end: false };
  if (fault === null) return whole;
  const at = fault.atByte - passed;
  if (at < 0 || at >= chunk.length) return whole;
  switch (fault.kind) {
    case 'cut':
      return fault.from === from ? { bytes: chunk.subarray(0, at), end: true } : whole;
    case 'flip': {
      if (from !== 'server') return whole;
      const bytes = Buffer.from(chunk);
      bytes.writeUInt8(bytes.readUInt8(at) ^ fault.mask, at);
      return { bytes, end: false };
    }
    case 'insert':
      if (from !== 'server') return whole;
      return {
        bytes: Buffer.concat([chunk.subarray(0, at), fault.bytes, chunk.subarray(at)]),
        end: false,
      };
  }
}
