import type { Environment } from './env-refs.ts';

/** The process's variables. The only place in the product that reads them. */
export function readProcessEnv(): Environment {
  return process.env;
}
