import { get } from 'node:http';
import type { ProcessSettings } from './part';

/**
 * What a probe finds. `refused`: it answers with something else than 200, or takes no connections, as one that drains.
 * `silent`: it says nothing in time, as one that is frozen.
 */
export type ProbeOutcome = 'ready' | 'refused' | 'silent';

/** One question. */
export function probeProcess(
  process: ProcessSettings,
  path: string,
  timeoutMs: number,
): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const fail = (): void => resolve(signal.aborted ? 'silent' : 'refused');
    const asked = get(
      { host: process.host, port: process.port, path, agent: false, signal },
      (answer) => {
        answer.resume();
        answer.once('error', fail);
        answer.once('end', () => resolve(answer.statusCode === 200 ? 'ready' : 'refused'));
      },
    );
    asked.once('error', fail);
  });
}
