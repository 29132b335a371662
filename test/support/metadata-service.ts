import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MetadataAsked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** A machine's metadata service on loopback; null answers 404. */
export interface MetadataService {
  readonly host: string;
  readonly asked: readonly MetadataAsked[];
  stop(): Promise<void>;
}

export async function startMetadataService(
  answer: (asked: MetadataAsked) => string | null,
): Promise<MetadataService> {
  const asked: MetadataAsked[] = [];
  const server = createServer(({ method = '', url = '', headers }, response) => {
    const request = { method, path: url, headers };
    asked.push(request);
    const text = answer(request);
    response.writeHead(text === null ? 404 : 200);
    response.end(text ?? 'a secret page');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
