import type { OpaqueMachine } from '../src/contract/stream-machine.ts';
import type { TransformError } from '../src/errors/transform-error.ts';
import { AMBIENT, deepFreeze } from './make-plan.ts';

/** What came out of a machine, and how it ended. */
export interface MachineRun<Out> {
  readonly out: readonly Out[];
  readonly error: TransformError | undefined;
}

/** Feeds a machine its input piece by piece, then ends it. States are frozen and copied through JSON, as they must be able to be. */
export function runMachine<In, Out>(machine: OpaqueMachine<In, Out>, pieces: readonly In[]): MachineRun<Out> {
  const out: Out[] = [];
  let state: unknown = machine.start(AMBIENT);
  for (const piece of pieces) {
    const step = machine.step(deepFreeze(state), piece);
    state = JSON.parse(JSON.stringify(step.state));
    out.push(...step.out);
    if (step.error !== undefined) return { out, error: step.error };
  }
  const last = machine.end(deepFreeze(state));
  return { out: [...out, ...last.out], error: last.error };
}
