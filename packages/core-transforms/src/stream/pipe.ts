import type { JsonObject } from '../contract/json.ts';
import type { TransformError } from '../errors/transform-error.ts';
import { opaque, type OpaqueMachine, type Step, type StreamMachine } from '../contract/stream-machine.ts';

const NOTHING: readonly never[] = [];

interface PipeState<A, B> {
  readonly first: A;
  readonly second: B;
}

/**
 * Two machines as one: the output of the first is the input of the second.
 *
 * errors: the first machine's error stops the pair; its output before the error still passes through the second.
 * cost:   one object per step in which either state changed.
 */
export function pipe<A, B, In, Mid, Out>(first: StreamMachine<A, In, Mid>, second: StreamMachine<B, Mid, Out>): OpaqueMachine<In, Out> {
  const machine: StreamMachine<PipeState<A, B>, In, Out> = {
    start: (ambient) => ({ first: first.start(ambient), second: second.start(ambient) }),
    step: (state, event) => {
      const given = first.step(state.first, event);
      return feed(second, state, given);
    },
    ...(second.fail !== undefined && { fail: (state, error) => second.fail?.(state.second, error) ?? NOTHING }),
    end: (state) => {
      const given = first.end(state.first);
      const fed = feed(second, state, given);
      if (fed.error !== undefined) return fed;
      const last = second.end(fed.state.second);
      const out = [...fed.out, ...last.out];
      return finish({ first: fed.state.first, second: last.state }, out, last.error, last.usage ?? fed.usage);
    },
  };
  return opaque(machine);
}

function feed<A, B, Mid, Out>(second: StreamMachine<B, Mid, Out>, state: PipeState<A, B>, given: Step<A, Mid>): Step<PipeState<A, B>, Out> {
  let inner = state.second;
  // One event per step is the common case: its array is passed on unchanged. Only several events are collected.
  const gathered: Out[] | undefined = given.out.length > 1 ? [] : undefined;
  let out: readonly Out[] = gathered ?? NOTHING;
  let { usage } = given;
  for (const event of given.out) {
    const step = second.step(inner, event);
    inner = step.state;
    if (step.usage !== undefined) usage = step.usage;
    if (gathered === undefined) out = step.out;
    else for (const piece of step.out) gathered.push(piece);
    if (step.error !== undefined) return finish({ first: given.state, second: inner }, out, step.error, usage);
  }
  const same = given.state === state.first && inner === state.second;
  return finish(same ? state : { first: given.state, second: inner }, out, given.error, usage);
}

function finish<State, Out>(
  state: State,
  out: readonly Out[],
  error: TransformError | undefined,
  usage: JsonObject | undefined,
): Step<State, Out> {
  if (usage !== undefined) return error === undefined ? { state, out, usage } : { state, out, error, usage };
  return error === undefined ? { state, out } : { state, out, error };
}
