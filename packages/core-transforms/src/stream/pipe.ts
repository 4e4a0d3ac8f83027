import type { TransformError } from '../errors/transform-error.ts';
import type { OpaqueMachine, Step, StreamMachine } from '../contract/stream-machine.ts';

const NOTHING: readonly never[] = [];

interface PipeState<A, B> {
  readonly first: A;
  readonly second: B;
}

/**
 * Two machines as one: what the first gives, the second takes.
 *
 * errors: the first machine's error stops the pair; what it gave before the error still passes through the second.
 * cost:   one object per step in which either state changed.
 */
export function pipe<A, B, In, Mid, Out>(first: StreamMachine<A, In, Mid>, second: StreamMachine<B, Mid, Out>): OpaqueMachine<In, Out> {
  const machine: StreamMachine<PipeState<A, B>, In, Out> = {
    start: (ambient) => ({ first: first.start(ambient), second: second.start(ambient) }),
    step: (state, event) => {
      const given = first.step(state.first, event);
      return feed(second, state, given);
    },
    end: (state) => {
      const given = first.end(state.first);
      const fed = feed(second, state, given);
      if (fed.error !== undefined) return fed;
      const last = second.end(fed.state.second);
      return finish({ first: fed.state.first, second: last.state }, joined(fed.out, last.out), last.error);
    },
  };
  return machine as OpaqueMachine<In, Out>;
}

function feed<A, B, Mid, Out>(second: StreamMachine<B, Mid, Out>, state: PipeState<A, B>, given: Step<A, Mid>): Step<PipeState<A, B>, Out> {
  let inner = state.second;
  let out: readonly Out[] = NOTHING;
  for (const event of given.out) {
    const step = second.step(inner, event);
    inner = step.state;
    out = joined(out, step.out);
    if (step.error !== undefined) return finish({ first: given.state, second: inner }, out, step.error);
  }
  const same = given.state === state.first && inner === state.second;
  return finish(same ? state : { first: given.state, second: inner }, out, given.error);
}

/** Most steps give one piece or none, so the array that came is handed on; only a longer run is copied, each piece once. */
function joined<Out>(before: readonly Out[], added: readonly Out[]): readonly Out[] {
  if (added.length === 0) return before;
  return before.length === 0 ? added : before.concat(added);
}

function finish<State, Out>(state: State, out: readonly Out[], error: TransformError | undefined): Step<State, Out> {
  return error === undefined ? { state, out } : { state, out, error };
}
