import { get } from 'node:http';
import type { ProcessSettings } from './part';

/** One question; whoever does not answer 200 in time is not ready. */
export function isReady(
  process: ProcessSettings,
  path: string,
  timeoutMs: number,
): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = get(
      {
        host: process.host,
        port: process.port,
        path,
        agent: false,
        signal: AbortSignal.timeout(timeoutMs),
      },
      (answer) => {
        answer.resume();
        answer.once('error', () => resolve(false));
        answer.once('end', () => resolve(answer.statusCode === 200));
      },
    );
    asked.once('error', () => resolve(false));
  });
}
