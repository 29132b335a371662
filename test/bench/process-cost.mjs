import { readdirSync, readFileSync } from 'node:fs';

/** CPU time of all threads so far, from the scheduler's own account: the ticks of `stat` are too coarse. Unit: µs. */
export function readCpuMicros(pid) {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce((sum, task) => {
    const [nanoseconds] = readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ');
    return sum + Number(nanoseconds) / 1000;
  }, 0);
}

/** Resident memory. Unit: KiB. */
export function readResidentKib(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
}
