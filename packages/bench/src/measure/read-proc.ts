import { readdirSync, readFileSync } from 'node:fs';

/** CPU time that a process's threads have used so far, their own and the kernel's for them, in microseconds, from the scheduler's own books. */
export function cpuMicroseconds(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce((sum, thread) => sum + nanosecondsOf(`${tasks}/${thread}/schedstat`) / 1000, 0);
}

/** The first field of a thread's schedstat; nothing for a thread that has just ended. */
function nanosecondsOf(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8').split(' ')[0]);
  } catch {
    return 0;
  }
}

/** Resident memory of a process, now and at most, in megabytes. */
export function residentMegabytes(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'mu').exec(status)?.[1] ?? NaN) / 1024;
  return { now: read('VmRSS'), peak: read('VmHWM') };
}
