/** Keeps what is made, so that making it cannot be left out as unused. */
let kept: unknown;

/**
 * Microseconds of CPU that one run takes, measured over some: of the whole process, the collector's threads included. Waiting for a
 * core counts for nobody.
 */
export function cpuTimeOf(run: () => unknown, runs: number): number {
  const before = cpuMicroseconds();
  for (let count = 0; count < runs; count += 1) kept = run();
  return (cpuMicroseconds() - before) / runs;
}

/** Microseconds of CPU that this process has used so far. */
export function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** What the last run made. */
export function lastMade(): unknown {
  return kept;
}
