import type { Clock } from '../ports';

/** The result of the work, or a rejection after the bound; what comes later is dropped. */
export async function within<Result>(
  clock: Pick<Clock, 'after'>,
  boundMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  let cancel = (): void => undefined;
  const bound = new Promise<never>((_resolve, reject) => {
    cancel = clock.after(boundMs, () => reject(new Error(`no answer within ${boundMs} ms`)));
  });
  try {
    return await Promise.race([work(), bound]);
  } finally {
    cancel();
  }
}
