import { createServer, type Server } from 'node:net';
import type { ProcessSettings } from './part';

/** Ports that nobody listens on; all are held at once, so that no two are the same. */
export async function reserveFreePorts(host: string, count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(host, 0)));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map(close));
  return ports;
}

/** Those of the processes whose address somebody else already listens on. */
export async function findBusyPorts(
  processes: readonly ProcessSettings[],
): Promise<readonly ProcessSettings[]> {
  const found = await Promise.all(
    processes.map(async (process) => {
      try {
        await close(await listen(process.host, process.port));
        return [];
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return [process];
        throw error;
      }
    }),
  );
  return found.flat();
}

function listen(host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
